"""Planned work on my applications, and versions of the platform out of support."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Prefetch, QuerySet, Value
from django.db.models.functions import Concat, Left, StrIndex
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from apps.models import Environment
from companies.models import User
from operations.models import MaintenanceWindow, WindowEnvironment
from portal.attention.need import SOON, Act, Need, days_clock, when
from portal.versions import SupportTable
from ui import times
from ui.clocks import Face

LIMIT = 10
NAMES = 3
# "11" of "11.6.2", as the database sees it.
MAJOR = Left(
    "platform_version", StrIndex(Concat("platform_version", Value(".")), Value(".")) - 1
)


def windows(user: User, at: datetime) -> QuerySet:
    """The next planned work, with what of it I may see and whether I have read it."""
    touched = WindowEnvironment.objects.visible_to(user)
    touched = touched.select_related("environment__application")
    return (
        MaintenanceWindow.objects.visible_to(user)
        .upcoming(at)
        .with_reading_of(user)
        .prefetch_related(Prefetch("touched", touched))
        .order_by("starts_at", "number")[:LIMIT]
    )


def names(window: MaintenanceWindow) -> list[str]:
    """The applications of a window, by name, each once."""
    rows = window.touched.all()
    return sorted({row.environment.application.name for row in rows})


def shortened(names: list[str]) -> str:
    """ "Driver App, Claims Desk and 3 more" """
    if len(names) <= NAMES:
        return get_text_list(names, _("and"))
    shown, rest = ", ".join(names[: NAMES - 1]), len(names) - NAMES + 1
    return _("%(names)s and %(count)d more") % {"names": shown, "count": rest}


def maintenance(rows: list[MaintenanceWindow], at: datetime) -> list[Need]:
    """Work in the next days that this person has not read about yet."""
    soon = [row for row in rows if row.starts_at < at + SOON and not row.is_read]
    return [_window(row, at) for row in soon]


def _window(window: MaintenanceWindow, at: datetime) -> Need:
    words = {"apps": shortened(names(window))}
    is_running = window.starts_at <= at
    title = (
        _("Maintenance is under way on %(apps)s")
        if is_running
        else _("Maintenance touches %(apps)s")
    )
    where = [window.title, window.impact] if window.impact else [window.title]
    return Need(
        tone="info",
        glyph="half" if is_running else "plan",
        title=title % words,
        where=". ".join(where),
        clock=_window_clock(window, at, is_running),
        act=Act(_("Details"), window.get_absolute_url()),
        hurts_at=max(window.starts_at, at),
        url=window.get_absolute_url(),
    )


def _window_clock(window: MaintenanceWindow, at: datetime, is_running: bool) -> Face:
    if is_running:
        until = {"time": when(window.ends_at, at)}
        left = {"time": times.duration(window.ends_at - at)}
        span = window.ends_at - window.starts_at
        share = (window.ends_at - at) / span
        return Face(
            "", _("%(time)s left") % left, _("until %(time)s") % until, "", share
        )
    note = _("%(day)s, %(time)s") % {
        "day": times.weekday(window.starts_at),
        "time": times.clock_time(window.starts_at),
    }
    span = max(window.starts_at - window.announce_at, timedelta(days=1))
    return days_clock(window.starts_at, at, of=max(span.days, 1), tone="", note=note)


def unsupported(user: User, table: SupportTable, at: datetime) -> list[Need]:
    """Applications on a version that nobody looks into any more [PS-10]."""
    rows = (
        Environment.objects.visible_to(user)
        .live()
        .annotate(major=MAJOR)
        .filter(major__in=[str(major) for major in table.ended])
        .select_related("application")
        .order_by("application__name", "application_id", F("purpose"))[:LIMIT]
    )
    seen: dict = {}
    for row in rows:
        seen.setdefault(row.application_id, row)
    return [_unsupported(row, table, at) for row in seen.values()]


def _unsupported(environment: Environment, table: SupportTable, at: datetime) -> Need:
    application = environment.application
    ended_on = table.of(environment.platform_major).ended_on
    today = timezone.localdate(at)
    words = {"app": application, "version": environment.platform_version}
    new_ticket = reverse("tickets:new")
    return Need(
        tone="warn",
        glyph="warn",
        title=_("%(app)s runs Platform %(version)s, which is out of support") % words,
        where=_("Incidents on this version are handled without an SLA"),
        clock=Face(
            "",
            times.days_in_words((today - ended_on).days),
            _("since %(day)s") % {"day": times.weekday(ended_on)},
            glyph="warn",
        ),
        act=Act(_("Plan upgrade"), f"{new_ticket}?application={application.pk}"),
        hurts_at=None,
        url=application.get_absolute_url(),
    )
