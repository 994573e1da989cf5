"""The wish of somebody for another e-mail address, until it is answered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.access import Paths
from companies.models.notice import PersonalQuerySet
from companies.models.person import User

# Wishes of one person: each of them is a letter to somebody who may be a stranger.
MOST_A_DAY = 5


class AddressChangeQuerySet(PersonalQuerySet):
    def open(self) -> AddressChangeQuerySet:
        return self.filter(closed_at=None)

    def asked_since(self, at: datetime) -> AddressChangeQuerySet:
        return self.filter(asked_at__gt=at)

    def due(self, at: datetime) -> AddressChangeQuerySet:
        """Confirmed by the new address, and the old one had its time to object."""
        waits = timedelta(days=settings.ADDRESS_CHANGE_DAYS)
        return self.open().filter(new_confirmed_at__lte=at - waits)

    def lapsed(self, at: datetime) -> AddressChangeQuerySet:
        """The link to the new address is too old, and nobody has followed it."""
        lasts = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        return self.open().filter(new_confirmed_at=None, asked_at__lte=at - lasts)

    def changed(self) -> AddressChangeQuerySet:
        """Those that took effect."""
        return self.filter(ending=AddressChange.Ending.CHANGED)

    def of_people(self, people: Iterable[uuid.UUID]) -> AddressChangeQuerySet:
        return self.filter(person__in=list(people))

    def with_person(self) -> AddressChangeQuerySet:
        return self.select_related("person__company")


class AddressChange(models.Model):
    """One wish: both addresses get a letter with a button.

    It takes effect once both have confirmed. If only the new one has, it takes effect
    some days later (`ADDRESS_CHANGE_DAYS`), for the mailbox of before may be gone. An
    objection of the old address ends it at once, and so does another wish.
    """

    class Ending(models.TextChoices):
        CHANGED = "changed", _("changed")
        REFUSED = "refused", _("refused by the old address")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("lapsed")

    access = Paths(company="person__company")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        User, models.CASCADE, related_name="address_changes", verbose_name=_("person")
    )
    old = models.EmailField(_("old address"))
    new = models.EmailField(_("new address"))
    ending = models.CharField(
        _("how it ended"), max_length=10, choices=Ending.choices, blank=True
    )
    asked_at = models.DateTimeField(_("asked at"))
    old_confirmed_at = models.DateTimeField(_("confirmed by the old"), null=True)
    new_confirmed_at = models.DateTimeField(_("confirmed by the new"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(closed_at=None),
                name="address_change_one_open_per_person",
                violation_error_message=_("Another address is being waited for."),
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, ending="")
                | (models.Q(closed_at__isnull=False) & ~models.Q(ending="")),
                name="address_change_closed_has_an_ending",
                violation_error_message=_("Say how it ended, and when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} > {self.new}"

    @property
    def lapses_at(self) -> datetime:
        """The new address has until then to confirm."""
        return self.asked_at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)

    @property
    def takes_effect_at(self) -> datetime:
        """Without a word of the old address; asked once the new one has confirmed."""
        return self.new_confirmed_at + timedelta(days=settings.ADDRESS_CHANGE_DAYS)

    @property
    def is_confirmed(self) -> bool:
        return bool(self.old_confirmed_at and self.new_confirmed_at)

    def is_open(self, at: datetime) -> bool:
        """Nobody has ended it, and nothing else has happened to the account since."""
        if self.closed_at or self.person.email != self.old or not self.person.is_active:
            return False
        return self.new_confirmed_at is not None or at < self.lapses_at
