"""The line for now as cells of a table: how wide each part is, without HTML.

A mail program draws no SVG, so the runway of the pages becomes one row of cells here.
Widths are percentages; the line itself is two pixels, and the last cell takes what is
left, so that the line is never squeezed away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LINE = "2"
COLOURS = {
    "track": "#dfe4ea",
    "now": "#14191e",
    "warn": "#e0b867",
    "danger": "#cb382e",
    "ok": "#1f8a5b",
}
ADAPTS_TO_DARK = {"track", "now"}
CENTRE = 50


@dataclass(frozen=True)
class Segment:
    tone: str
    width: str = ""

    @property
    def colour(self) -> str:
        return COLOURS[self.tone]

    @property
    def class_name(self) -> str:
        """Only what would vanish on a dark ground changes its colour there."""
        return self.tone if self.tone in ADAPTS_TO_DARK else ""


@dataclass(frozen=True)
class Caption:
    text: str
    width: str = ""
    align: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Bar:
    segments: Sequence[Segment]
    captions: Sequence[Caption]


def countdown(*, start: date, now: date, end: date, words: Sequence[str]) -> Bar:
    """The way from `start` to `end` with the line where we are; three captions."""
    done = share(start, now, end)
    ahead = "danger" if done >= CENTRE else "warn"
    segments = [Segment("track", f"{done}%"), Segment("now", LINE), Segment(ahead)]
    return Bar(segments[:2] if done == 100 else segments, _captions(done, words))


def window(
    *, start: date, end: date, hurts: tuple[date, date] | None, words: Sequence[str]
) -> Bar:
    """A planned span; `hurts` is the part in which the app is not reachable."""
    if hurts is None:
        return Bar(
            [Segment("warn")],
            [Caption(words[0], "50%"), Caption(words[-1], "50%", "right")],
        )
    before = share(start, hurts[0], end)
    during = max(share(start, hurts[1], end) - before, 2)
    segments = [
        Segment("warn", f"{before}%"),
        Segment("danger", f"{during}%"),
        Segment("track"),
    ]
    return Bar(
        segments if before + during < 100 else segments[:2], _captions(before, words)
    )


def share(start: date, now: date, end: date) -> int:
    """How much of the way is behind us, in whole percent, 0 to 100."""
    if end <= start:
        return 100
    return round(100 * min(max((now - start) / (end - start), 0), 1))


def _captions(done: int, words: Sequence[str]) -> list[Caption]:
    """The middle caption stands under the line, on the side that has room for it."""
    first, middle, last = words
    if done >= CENTRE:
        return [
            Caption(first, f"{max(done - 28, 22)}%"),
            Caption(middle, "31%", "right", strong=True),
            Caption(last, "", "right"),
        ]
    if done < 12:  # no room for a caption before the line
        return [
            Caption(middle, "50%", "", strong=True),
            Caption(last, "50%", "right"),
        ]
    return [
        Caption(first, f"{done}%"),
        Caption(middle, "", "", strong=True),
        Caption(last, "", "right"),
    ]
