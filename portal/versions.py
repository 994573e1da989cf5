"""How long each major version is supported, in words for pages.

The arithmetic is in `apps.support`; here it meets the releases and the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.models import PlatformRelease
from apps.support import State, is_out, support_of
from apps.support import Support as Period
from companies.statements import NOBODY, KeptRows
from ui import times

_releases = KeptRows(lambda _: PlatformRelease.objects.all())


@dataclass(frozen=True)
class Support:
    """One major version on one day: how long it is supported, and in which words.

    `word` is short, for a table; `note` says until when; `brief` is both in little.
    `not_before` is there where the end depends on a release that nobody has dated.
    """

    major: int
    word: str
    note: str = ""
    brief: str = ""
    tone: str = ""
    is_supported: bool = True
    ended_on: date | None = None
    not_before: date | None = None
    latest: str = ""
    latest_on: date | None = None

    @property
    def code(self) -> str:
        """As it stands in an address."""
        return str(self.major)


class SupportTable:
    """Every major version on one day, from the rows of its releases."""

    def __init__(self, releases: Iterable[PlatformRelease], today: date) -> None:
        self.releases = {release.major: release for release in releases}
        self.today = today
        self._known: dict[int, Support] = {}

    @classmethod
    def load(cls, today: date) -> SupportTable:
        return cls(_releases(NOBODY), today)

    def of(self, major: int | None) -> Support | None:
        """None where no release tells anything about this version."""
        if major is None or major not in self.releases:
            return None
        if major not in self._known:
            self._known[major] = self._support(major)
        return self._known[major]

    @cached_property
    def released(self) -> list[Support]:
        """Those that can be in use today, newest first."""
        majors = (
            major
            for major, release in self.releases.items()
            if is_out(release, self.today)
        )
        return [self.of(major) for major in sorted(majors, reverse=True)]

    @cached_property
    def ended(self) -> list[int]:
        """The majors that are out of support."""
        return [support.major for support in self.released if not support.is_supported]

    def _support(self, major: int) -> Support:
        period = support_of(
            str(major),
            self.releases.values(),
            self.today,
            warning_days=settings.SUPPORT_END_WARNING_DAYS,
        )
        release = self.releases[major]
        return Support(
            major,
            not_before=None if period.ends_on else self._ahead(period.not_before),
            latest=release.latest,
            latest_on=release.latest_on,
            **self._words(period),
        )

    def _words(self, period: Period) -> dict:
        """Word, note and tone of one period."""
        if period.state == State.UNKNOWN:
            return {"word": _("planned"), "note": _("not released yet")}
        if period.state == State.UNSUPPORTED:
            return {
                "word": _("unsupported"),
                "brief": _("unsupported"),
                "note": _("since %(day)s") % {"day": times.day(period.ends_on)},
                "tone": "danger",
                "is_supported": False,
                "ended_on": period.ends_on,
            }
        if period.state == State.ENDING:
            left = {"time": times.days_in_words(period.days_left)}
            day = {"day": _short_day(period.ends_on)}
            return {
                "word": _("support ends in %(time)s") % left,
                "brief": _("ends %(day)s") % day,
                "note": self._ends_with(period),
                "tone": "danger" if _is_last_warning(period) else "warn",
            }
        is_current = period.state == State.CURRENT
        return {
            "word": _("current") if is_current else _("supported"),
            "note": self._until(period),
        }

    def _until(self, period: Period) -> str:
        if period.ends_on:
            return _("until %(day)s") % {"day": times.day(period.ends_on)}
        version = {"version": f"{period.until_major}.0"}
        return _("until %(version)s is released") % version

    def _ends_with(self, period: Period) -> str:
        """ "31 Mar 2027, with 13.0", or only the day where another rule decides."""
        third = self.releases.get(period.until_major)
        if third is None or third.available_on != period.ends_on:
            return times.day(period.ends_on)
        words = {
            "day": times.day(period.ends_on),
            "version": f"{period.until_major}.0",
        }
        return _("%(day)s, with %(version)s") % words

    def _ahead(self, day: date | None) -> date | None:
        """A day that is still to come; what has passed promises nothing."""
        return day if day and day > self.today else None


def _is_last_warning(period: Period) -> bool:
    """Little time is left: the last step of the ladder is reached [PS-11]."""
    return period.warning == min(settings.SUPPORT_END_WARNING_DAYS)


def unknown(major: int) -> Support:
    """A major version that no release tells anything about."""
    return Support(major, _("unknown"), _("no release of this number is known"))


def _short_day(day: date) -> str:
    """ "31 Mar" """
    return date_format(day, pgettext("short day", "j M"))
