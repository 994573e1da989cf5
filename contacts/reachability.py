"""Whether a technical contact would hear of anything: judged from facts, with a reason.

Arithmetic: no rows, no clock. `contacts.models.health` asks the database the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ui import times


class Trouble(models.TextChoices):
    """Why a contact may not hear of anything; the first that is true counts."""

    DEACTIVATED = "deactivated", gettext_lazy("Deactivated")
    LEFT = "left", gettext_lazy("No longer on the team")
    BOUNCED = "bounced", gettext_lazy("Mail comes back")
    UNCONFIRMED = "unconfirmed", gettext_lazy("No account yet")
    SILENT = "silent", pgettext_lazy("a contact", "Silent")


STATE_CODES = {
    Trouble.DEACTIVATED: "contact.deactivated",
    Trouble.LEFT: "contact.left",
    Trouble.BOUNCED: "contact.bounced",
    Trouble.UNCONFIRMED: "contact.no_account",
    Trouble.SILENT: "contact.silent",
}
# Nothing at all would reach them; with the others there is hope.
UNREACHABLE = {Trouble.DEACTIVATED, Trouble.LEFT, Trouble.BOUNCED}


@dataclass(frozen=True)
class Facts:
    """What is known of a contact; an empty moment is one that never was.

    `asked_at` is when the open question was put whether they are still the contact,
    `affirmed_at` when they last took the role or said that they are.
    """

    is_active: bool
    is_on_team: bool
    registered_at: datetime | None
    affirmed_at: datetime
    bounced_at: datetime | None = None
    bounce_words: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Health:
    """How it stands with one contact; `trouble` None is well, or asked and in time."""

    facts: Facts
    trouble: Trouble | None

    @property
    def state_code(self) -> str:
        if self.trouble:
            return STATE_CODES[self.trouble]
        return "contact.to_confirm" if self.facts.asked_at else "contact.reachable"

    @property
    def is_unreachable(self) -> bool:
        return self.trouble in UNREACHABLE

    @property
    def since(self) -> datetime | None:
        """When it began, where that is known."""
        if self.trouble == Trouble.BOUNCED:
            return self.facts.bounced_at
        return self.facts.asked_at if self.trouble == Trouble.SILENT else None

    @property
    def reason(self) -> str:
        """One short sentence for the page; empty when all is well."""
        facts = self.facts
        if self.trouble == Trouble.DEACTIVATED:
            return _("no mail reaches this person")
        if self.trouble == Trouble.LEFT:
            return _("no longer on the team of this app")
        if self.trouble == Trouble.BOUNCED:
            return _("mail came back on %(day)s") % {"day": times.day(facts.bounced_at)}
        if self.trouble == Trouble.UNCONFIRMED:
            return _("has not chosen a password yet")
        if facts.asked_at:
            return _("asked on %(day)s, no answer yet") % {
                "day": times.day(facts.asked_at)
            }
        return ""


def judge(facts: Facts, at: datetime, patience: timedelta) -> Health:
    """The first trouble that is true; silence is one after `patience`."""
    return Health(facts, _trouble(facts, at, patience))


def _trouble(facts: Facts, at: datetime, patience: timedelta) -> Trouble | None:
    if not facts.is_active:
        return Trouble.DEACTIVATED
    if not facts.is_on_team:
        return Trouble.LEFT
    if facts.bounced_at:
        return Trouble.BOUNCED
    if facts.registered_at is None:
        return Trouble.UNCONFIRMED
    if facts.asked_at and facts.asked_at <= at - patience:
        return Trouble.SILENT
    return None
