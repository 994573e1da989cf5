"""The overview: what needs me, then the figures, the runway and what is planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.models import Application, Environment
from companies.models import User
from contacts.models import TechnicalContact
from licenses.models import License
from operations.models import MaintenanceWindow
from portal import attention, figures, runway
from portal.attention import licenses, platform
from portal.context import place_queries
from portal.figures import Stat, VersionLine
from portal.versions import SupportTable, unknown
from tickets.models import Ticket
from ui import times
from ui.counting import count_all, in_figures
from ui.states import state_of

ROWS = 4
RUNWAY_ROWS = 7


@dataclass(frozen=True)
class WindowLine:
    window: MaintenanceWindow
    words: str


@dataclass(frozen=True)
class TicketLine:
    """An open ticket; amber while it waits for the customer."""

    ticket: Ticket
    glyph: str
    words: str
    tone: str


class Overview:
    """The page of one person at one moment; each part is read once."""

    def __init__(self, user: User, at: datetime) -> None:
        self.user = user
        self.at = at
        self.today = timezone.localdate(at)

    @cached_property
    def attention(self) -> attention.Attention:
        return attention.attention(
            self.user,
            self.at,
            ending=self.ending,
            windows=self.windows,
            versions=self.versions,
        )

    @cached_property
    def ending(self) -> list[License]:
        return list(licenses.ending(self.user, self.at))

    @cached_property
    def windows(self) -> list[MaintenanceWindow]:
        return list(platform.windows(self.user, self.at))

    @cached_property
    def versions(self) -> SupportTable:
        return SupportTable.load(self.today)

    @cached_property
    def counts(self) -> dict[str, int]:
        user = self.user
        tickets = Ticket.objects.visible_to(user).open()
        mine = License.objects.visible_to(user).on_premises().live()
        apps = Application.objects.visible_to(user).live()
        return count_all(
            **place_queries(user),
            waiting=tickets.waiting_for_customer(),
            overdue=tickets.overdue(self.at),
            ending=mine.ending_within(runway.ladder_steps()["soon"], self.today),
            ended=mine.in_grace(self.today),
            cloud=apps.cloud(),
            keys=TechnicalContact.objects.visible_to(user).on_premises().held_by(user),
        )

    @property
    def now_in_words(self) -> str:
        """ "Tuesday 24 November 2026, 11:06 CET" """
        local = timezone.localtime(self.at)
        day = times.whole_day(local)
        return f"{day}, {times.clock_time(self.at)} {times.zone_of(self.at)}"

    @property
    def rest(self) -> str:
        return _("Nothing else waits for you.") if self.attention.needs else ""

    @property
    def stats(self) -> list[Stat]:
        stats = [
            figures.tickets(self.counts, self.user),
            figures.licenses(self.counts, self.ending, self.today),
            figures.maintenance(self.windows),
        ]
        if self.shows_versions:
            stats.insert(2, figures.versions(self.counts, self.version_lines))
        return stats

    # The runway

    @cached_property
    def runway(self) -> list[runway.Row]:
        """The licenses that end first, then all Cloud applications as one line."""
        last = self.today + timedelta(days=365)
        first = [row for row in self.ending if row.due_on <= last][:RUNWAY_ROWS]
        shown = sorted(first, key=_by_end_and_name)
        rows = [runway.of_application(license) for license in shown]
        cloud = self.counts["cloud"]
        if cloud:
            words = ngettext("%(count)s Cloud app", "%(count)s Cloud apps", cloud)
            title = words % {"count": in_figures(cloud)}
            sub = _("Renewed by %(vendor)s") % {"vendor": settings.VENDOR_NAME}
            url = f"{reverse('application_list')}?hosting=cloud"
            rows.append(runway.Row(title, sub, url))
        return rows

    @property
    def legend(self) -> SafeString:
        return runway.legend(self.runway, self.today)

    @property
    def steps(self) -> dict[str, int]:
        return runway.ladder_steps()

    # The right column

    @property
    def window_lines(self) -> list[WindowLine]:
        return [_window_line(window) for window in self.windows[:ROWS]]

    @cached_property
    def ticket_lines(self) -> list[TicketLine]:
        """The most urgent open tickets."""
        rows = Ticket.objects.visible_to(self.user).open().select_related("application")
        # The queue of all customers is read along its index, by time left.
        first = [] if self.user.is_staff else ["priority"]
        rows = rows.order_by(*first, "queue_at", "number")[:ROWS]
        return [_ticket_line(ticket) for ticket in rows]

    @property
    def ticket_count(self) -> str:
        return in_figures(self.counts["tickets"])

    @property
    def shows_versions(self) -> bool:
        """Counting the versions of every customer would read every environment."""
        return not self.user.is_staff

    @cached_property
    def version_lines(self) -> list[VersionLine]:
        """How many of my applications run on which major version, newest first."""
        if not self.shows_versions:
            return []
        rows = (
            Environment.objects.visible_to(self.user)
            .live()
            .exclude(platform_version="")
            .annotate(major=platform.MAJOR)
            .order_by()
            .values_list("major")
            .annotate(apps=Count("application", distinct=True))
        )
        known = {int(major): apps for major, apps in rows}
        return [
            VersionLine(self.versions.of(major) or unknown(major), apps)
            for major, apps in sorted(known.items(), reverse=True)
        ]

    @property
    def may_make_keys(self) -> bool:
        return self.counts["keys"] > 0


def _by_end_and_name(license: License) -> tuple:
    """Those of one application stand together, production first."""
    environment = license.environment
    purposes = list(Environment.Purpose)
    rank = purposes.index(environment.purpose)
    return license.due_on, environment.application.name, rank, environment.name


def _window_line(window: MaintenanceWindow) -> WindowLine:
    words = {
        "start": times.clock_time(window.starts_at),
        "end": times.clock_time(window.ends_at),
        "zone": times.zone_of(window.ends_at),
        "apps": platform.shortened(platform.names(window)),
    }
    line = _("%(start)s to %(end)s %(zone)s. %(apps)s.") % words
    return WindowLine(window, f"{line} {window.impact}".rstrip())


def _ticket_line(ticket: Ticket) -> TicketLine:
    look = state_of(f"ticket.{ticket.state}")
    words = {"state": look.word, "app": ticket.application}
    line = _("%(state)s, %(app)s") % words if ticket.application else str(look.word)
    is_waiting = ticket.state == Ticket.State.PENDING
    return TicketLine(ticket, look.glyph, line, "warn" if is_waiting else "")
