"""How one application stands today: its licenses, its versions, its state in a word.

Read from rows that are already fetched; nothing here asks the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.models import Application, Environment
from licenses.models import License
from portal.versions import Support, SupportTable
from ui.runway import Ladder
from ui.states import STATES, State

RANK = {purpose.value: rank for rank, purpose in enumerate(Environment.Purpose)}


def ladder() -> Ladder:
    """The days before the end from which a license is hatched, amber and red."""
    return _ladder(tuple(settings.RENEWAL_REMINDER_DAYS))


@lru_cache
def _ladder(reminders: tuple[int, ...]) -> Ladder:
    steps = sorted(days for days in reminders if days > 0)
    if len(steps) < 3:
        return Ladder()
    now, soon, renew = steps[-3:]
    return Ladder(renew=renew, soon=soon, now=now)


@dataclass(frozen=True)
class Standing:
    """One application on one day; `environment_rows` are its environments that run."""

    application: Application
    today: date
    table: SupportTable

    @cached_property
    def environments(self) -> list[Environment]:
        """Those that run, production first."""
        rows = self.application.environment_rows
        return sorted(rows, key=lambda row: (RANK[row.purpose], row.created_at))

    @cached_property
    def licenses(self) -> list[License]:
        found = (getattr(row, "license", None) for row in self.environments)
        return [license for license in found if license]

    @cached_property
    def next_due(self) -> License | None:
        """The license that runs out first."""
        return min(self.licenses, key=lambda row: row.due_on, default=None)

    @property
    def due_on(self) -> date | None:
        return self.next_due.due_on if self.next_due else None

    @property
    def days_left(self) -> int:
        return (self.due_on - self.today).days if self.due_on else 0

    @property
    def due_tone(self) -> str:
        return ladder().tone(self.days_left) if self.due_on else ""

    @cached_property
    def keys_to_activate(self) -> list[License]:
        """Renewed licenses that still run on the old key."""
        return [row for row in self.licenses if row.due_on < row.ends_on]

    @cached_property
    def version(self) -> str:
        """What production runs on, or whatever there is."""
        return next(
            (row.platform_version for row in self.environments if row.platform_version),
            "",
        )

    @property
    def short_version(self) -> str:
        """Major and minor, for the list."""
        return ".".join(self.version.split(".")[:2])

    @property
    def versions_in_words(self) -> str:
        """ "11.6.2 and 11.8.0" """
        known = {row.platform_version for row in self.environments}
        return get_text_list(sorted(known - {""}), _("and"))

    @cached_property
    def support(self) -> Support | None:
        """The support period of the oldest major in use."""
        majors = [row.platform_major for row in self.environments]
        known = [major for major in majors if major is not None]
        return self.table.of(min(known)) if known else None

    @cached_property
    def state(self) -> State:
        """The one state that matters most, with its word."""
        application = self.application
        if application.state != Application.State.DELIVERED:
            return STATES[f"application.{application.state}"]
        if application.is_cloud:
            return STATES["application.delivered"]
        return self._license_state()

    def _license_state(self) -> State:
        grace = settings.LICENSE_GRACE_DAYS
        if self.due_on and self.days_left < -grace:
            return STATES["license.expired"]
        if self.due_on and self.days_left < 0:
            return STATES["license.grace"]
        if self.keys_to_activate:
            return self._keys_state()
        if any(row.runs_until for row in self.licenses):
            return STATES["key.active"]
        return STATES["key.none"]

    def _keys_state(self) -> State:
        count = len(self.keys_to_activate)
        words = ngettext(
            "%(count)d key to activate", "%(count)d keys to activate", count
        ) % {"count": count}
        return State("warn", "warn", words)

    @property
    def is_calm(self) -> bool:
        """Nothing about the state needs to be said beside the name."""
        return self.state.tone == "ok"

    @property
    def whereabouts(self) -> str:
        """ "Cloud EU, 2 environments", or "2 servers" On-Premises."""
        count = len(self.environments)
        if self.application.is_cloud:
            words = ngettext(
                "%(count)d environment", "%(count)d environments", count
            ) % {"count": count}
            place = self.application.location
            return (
                _("%(place)s, %(environments)s")
                % {"place": place, "environments": words}
                if place
                else words
            )
        return ngettext("%(count)d server", "%(count)d servers", count) % {
            "count": count
        }
