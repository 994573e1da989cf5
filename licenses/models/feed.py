"""Calendars that people subscribe to: who made which address, and whether it opens."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from companies.models import Company, User
from companies.models.invitation import digest_of


class CalendarFeedQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> CalendarFeedQuerySet:
        """One's own; those of the whole company for its admins. Not for staff."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = models.Q(person=user.pk)
        if user.is_company_admin and user.company_id:
            mine |= models.Q(company=user.company_id)
        return self.filter(mine)

    def current(self) -> CalendarFeedQuerySet:
        """Not revoked; whether one opens is a question of who made it, too."""
        return self.filter(revoked_at__isnull=True)

    def by_token(self, token: str) -> CalendarFeedQuerySet:
        return self.filter(token_digest=digest_of(token))

    def like(self, person: User, company: Company | None) -> CalendarFeedQuerySet:
        """Of this person about the same: the own licenses, or those of the company."""
        return self.filter(person=person, company=company)

    def with_people(self) -> CalendarFeedQuerySet:
        return self.select_related("person__company", "company")


class CalendarFeed(models.Model):
    """The secret address of a calendar with the days on which licenses end.

    Begins when a person makes it, about the own licenses or, as company admin, about
    those of the company. It shows what this person may see at that moment. Ends when it
    is revoked or a newer one takes its place. The address is shown once; here lies a
    digest of its secret part.
    """

    access = Paths(company="person__company")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("all licenses of"),
    )
    with_maintenance = models.BooleanField(_("with planned maintenance"), default=False)
    token_digest = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "id"]
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["token_digest"], name="calendar_feed_token_unique"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(company__isnull=True, revoked_at__isnull=True),
                name="calendar_feed_one_of_a_person",
                violation_error_message=_("This person has an address already."),
            ),
            models.UniqueConstraint(
                fields=["company", "person"],
                condition=models.Q(company__isnull=False, revoked_at__isnull=True),
                name="calendar_feed_one_of_an_admin",
                violation_error_message=_("This admin has an address already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company or self.person}"

    @property
    def is_open(self) -> bool:
        """Whether whoever made it may still see what it shows [CO-10]."""
        if self.revoked_at or not self.person.is_active:
            return False
        is_admin = self.person.is_company_admin
        return self.company_id is None or (
            is_admin and self.company_id == self.person.company_id
        )
