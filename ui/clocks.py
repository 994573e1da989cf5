"""SLA clocks: what a promise of time looks like at one moment.

Pure values in, a face out. `left` and `total` may be given when a clock counts
business hours; otherwise they follow from `started`, `due` and `at`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ui.times import brief, clock_time, duration


@dataclass(frozen=True)
class Face:
    """Tone, words, a second line; a glyph, or else the share of time left."""

    tone: str
    words: str
    note: str
    glyph: str = ""
    share: float = 0.0


@dataclass(frozen=True)
class Clock:
    """One promise: from `started` to `due`, perhaps met, perhaps waiting."""

    started: datetime
    due: datetime
    at: datetime
    met_at: datetime | None = None
    waits_for: str = ""
    left: timedelta | None = None
    total: timedelta | None = None

    @property
    def remaining(self) -> timedelta:
        return self.due - self.at if self.left is None else self.left

    @property
    def share_left(self) -> float:
        """From 1 (just begun) to 0 (due)."""
        total = self.total or self.due - self.started
        share = self.remaining / total if total else 0.0
        return min(1.0, max(0.0, share))

    @property
    def tone(self) -> str:
        """Amber with less than a quarter left, red once over."""
        if self.met_at:
            return "ok" if self.met_at <= self.due else "danger"
        if self.waits_for:
            return "paused"
        if self.remaining < timedelta():
            return "danger"
        return "warn" if self.share_left < 0.25 else ""

    def face(self) -> Face:
        """What a list shows."""
        if self.met_at:
            return self._met(self.met_at)
        if self.waits_for:
            return Face("paused", _("Paused"), self.waits_for, glyph="pause")
        if self.tone == "danger":
            words = _("%(time)s over") % {"time": duration(self.remaining)}
            note = _("was due %(time)s") % {"time": self.when(self.due)}
            return Face("danger", words, note, glyph="danger")
        words = _("%(time)s left") % {"time": duration(self.remaining)}
        note = _("due %(time)s") % {"time": self.when(self.due)}
        return Face(self.tone, words, note, share=self.share_left)

    def _met(self, met_at: datetime) -> Face:
        took = _("took %(time)s") % {"time": duration(met_at - self.started)}
        if met_at <= self.due:
            return Face("ok", _("In time"), took, glyph="check")
        late = _("%(time)s late") % {"time": duration(met_at - self.due)}
        return Face("danger", late, took, glyph="danger")

    def when(self, at: datetime) -> str:
        """Only the time if it is today."""
        is_today = localtime(at).date() == localtime(self.at).date()
        return clock_time(at) if is_today else brief(at, self.at)

    def x(self, at: datetime) -> float:
        """Where a moment lies on the bar from start to due, in percent."""
        total = self.due - self.started
        share = (at - self.started) / total if total else 1.0
        return min(100.0, max(0.0, share * 100))
