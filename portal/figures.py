"""The row of figures on top of the overview: each with what is urgent about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import User
from licenses.models import License
from operations.models import MaintenanceWindow
from portal.attention import platform
from portal.standing import ladder
from portal.versions import Support
from ui import times
from ui.counting import in_figures


@dataclass(frozen=True)
class Stat:
    """One figure; `tone` and `glyph` say how urgent its note is."""

    label: str
    value: str
    note: str
    url: str
    tone: str = ""
    glyph: str = ""


@dataclass(frozen=True)
class VersionLine:
    """How many applications run on one major version."""

    support: Support
    apps: int

    @property
    def count(self) -> str:
        words = {"count": self.apps}
        return ngettext("%(count)d app", "%(count)d apps", self.apps) % words


def tickets(counts: Mapping[str, int], user: User) -> Stat:
    """Open ones; a customer reads how many wait, support how many are late."""
    label, url = _("Open tickets"), reverse("tickets:list")
    count, waiting = in_figures(counts["tickets"]), counts["waiting"]
    if waiting and not user.is_staff:
        words = ngettext("%(count)s waits for you", "%(count)s wait for you", waiting)
        note = words % {"count": in_figures(waiting)}
        return Stat(label, count, note, url, "warn", "you")
    if counts["overdue"]:
        note = _("%(count)s overdue") % {"count": in_figures(counts["overdue"])}
        return Stat(label, count, note, url, "danger", "danger")
    return Stat(label, count, _("all in time"), url)


def licenses(counts: Mapping[str, int], ending: Sequence[License], today: date) -> Stat:
    """On-Premises ones that end soon; those that have ended are louder."""
    steps, url = ladder(), reverse("licenses:list")
    label = _("Licenses ending in %(days)d days") % {"days": steps.soon}
    count, ended = in_figures(counts["ending"]), counts["ended"]
    if ended:
        words = ngettext("%(count)s has ended", "%(count)s have ended", ended)
        note = words % {"count": in_figures(ended)}
        return Stat(label, count, note, url, "danger", "danger")
    coming = (row.due_on for row in ending if row.due_on >= today)
    first = next(coming, date.max)
    tone = steps.tone((first - today).days)
    if not tone:
        return Stat(label, count, _("none to renew now"), url)
    note = _("the first: %(time)s") % {"time": times.ends_in(first, today)}
    return Stat(label, count, note, url, tone, tone)


def versions(counts: Mapping[str, int], lines: Sequence[VersionLine]) -> Stat:
    old = sum(line.apps for line in lines if not line.support.is_supported)
    words = {"count": in_figures(counts["apps"])}
    note = ngettext("of %(count)s app", "of %(count)s apps", counts["apps"]) % words
    url, tone = reverse("application_list"), "warn" if old else ""
    return Stat(_("Unsupported versions"), str(old), note, url, tone, tone)


def maintenance(windows: Sequence[MaintenanceWindow]) -> Stat:
    """The next window, and how many of my applications it touches."""
    label, url = _("Next maintenance"), reverse("operations:maintenance_list")
    if not windows:
        return Stat(label, _("none planned"), _("nothing to prepare"), url)
    window = windows[0]
    touched = len(platform.names(window))
    words = {"time": times.clock_time(window.starts_at), "count": touched}
    note = ngettext("%(time)s, %(count)d app", "%(time)s, %(count)d apps", touched)
    return Stat(label, times.weekday(window.starts_at), note % words, url)
