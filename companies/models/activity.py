"""The activity log: who did what, in words that outlive the rows they speak of."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from companies.models.company import Company
from companies.verbs import Verb


def verbs() -> list[tuple[str, str]]:
    """Asked at run time: a new verb is no change of the database."""
    return Verb.choices


class ActivityQuerySet(TenantQuerySet):
    def about(self, thing_id: uuid.UUID) -> ActivityQuerySet:
        return self.filter(about=thing_id)

    def of_verbs(self, verbs: Collection[Verb]) -> ActivityQuerySet:
        return self.filter(verb__in=verbs)

    def since(self, moment: datetime) -> ActivityQuerySet:
        return self.filter(at__gte=moment)

    def before(self, moment: datetime) -> ActivityQuerySet:
        return self.filter(at__lt=moment)

    def by(self, words: str) -> ActivityQuerySet:
        """Done by somebody whose name contains the words."""
        return self.filter(actor__icontains=words) if words else self

    def saying(self, words: str) -> ActivityQuerySet:
        """With the words in the person, the thing, the old or the new value."""
        if not words:
            return self
        said = models.Q()
        for name in ("actor", "thing", "old", "new"):
            said |= models.Q(**{f"{name}__icontains": words})
        return self.filter(said)


class ActivityEntry(models.Model):
    """Who did what to which thing, in words that outlive the rows they speak of.

    Append-only. No foreign keys to the thing or the actor, so the log never blocks a
    deletion; `about` is the id of the application concerned.
    """

    access = Paths(company="company")

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, related_name="activity"
    )
    at = models.DateTimeField(_("when"))
    actor = models.CharField(_("who"), max_length=120)
    actor_id_text = models.CharField(max_length=36, blank=True)
    verb = models.CharField(_("what"), max_length=40, choices=verbs)
    thing = models.CharField(_("thing"), max_length=200)
    old = models.CharField(_("old value"), max_length=200, blank=True)
    new = models.CharField(_("new value"), max_length=200, blank=True)
    about = models.UUIDField(null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("activity")
        verbose_name_plural = _("activity")
        indexes = [
            # The activity tab of one application, newest first.
            models.Index(fields=["about", "-at", "-id"], name="activity_of_one"),
            # Everybody's activity, for vendor staff, newest first.
            models.Index(fields=["-at", "-id"], name="activity_by_time"),
            # The activity of one company, newest first.
            models.Index(fields=["company", "-at", "-id"], name="activity_of_company"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.sentence}"

    @property
    def sentence(self) -> str:
        """What was done, in the reader's language, to stand after the actor's name."""
        words = {"thing": self.thing, "old": self.old, "new": self.new}
        return str(Verb(self.verb).label).format(**words)
