"""Small pieces of HTML: icons, glyphs, pills, and bars drawn as SVG.

Geometry stands in attributes, colour in classes: the Content-Security-Policy allows
no inline style. Plain functions and no template files, because lists call them often.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache

from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ui.clocks import Clock, Face
from ui.runway import Axis, Bar, Stretch
from ui.states import PRIORITIES, State
from ui.times import day, ends_in

# The pixels of a percent, where a runway is narrow on a page, and on a phone.
PAGE, PHONE = 4.5, 2.1

RING = mark_safe(  # noqa: S308  a constant
    '<svg viewBox="0 0 16 16" aria-hidden="true">'
    '<circle class="ring-left" cx="8" cy="8" r="5.5" pathLength="100"'
    ' stroke-dasharray="{} 100"/></svg>'
)


@lru_cache(maxsize=512)
def symbol(name: str, classes: str) -> SafeString:
    """A drawing from the sprite, silent for screen readers."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        classes,
        static("portal/icons.svg"),
        name,
    )


def icon(name: str, size: str = "") -> SafeString:
    return symbol(f"i-{name}", "icon icon-lg" if size == "lg" else "icon")


def glyph(name: str) -> SafeString:
    return symbol(f"g-{name}", "glyph")


def mark_of(state: State) -> SafeString:
    """The icon or the glyph of a state, or nothing."""
    if state.icon:
        return icon(state.icon)
    return glyph(state.glyph) if state.glyph else SafeString()


def pill(state: State, word: str = "") -> SafeString:
    tone = f"pill pill-{state.tone}" if state.tone else "pill"
    return format_html(
        '<span class="{}">{}{}</span>', tone, mark_of(state), word or state.word
    )


def bare(state: State, word: str = "") -> SafeString:
    """The same without a ground, for tables."""
    tone = f"state state-{state.tone}" if state.tone else "state"
    return format_html(
        '<span class="{}">{}{}</span>', tone, mark_of(state), word or state.word
    )


def priority(rank: int) -> SafeString:
    return format_html(
        '<span class="prio prio-{0}">P{0}<span class="visually-hidden"> {1}</span>'
        "</span>",
        rank,
        PRIORITIES[rank],
    )


def initials(name: str) -> str:
    """Marit de Boer is MB: the first and the last word."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def clock(face: Face) -> SafeString:
    tone = f"clock clock-{face.tone}" if face.tone else "clock"
    drawing = (
        glyph(face.glyph)
        if face.glyph
        else format_html(RING, percent(face.share * 100, places=0))
    )
    return format_html(
        '<span class="{}">{}<b>{}</b><small>{}</small></span>',
        tone,
        drawing,
        face.words,
        face.note,
    )


def percent(value: float, places: int = 2) -> str:
    """41.1, never 41,10: attributes do not speak the reader's language."""
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def sla(clock: Clock, label: str, pauses: Iterable[tuple] = ()) -> SafeString:
    """The clock as a bar from start to due with the line for now."""
    face = clock.face()
    met, used = bool(clock.met_at), clock.x(clock.met_at or clock.at)
    tone = {"paused": ""}.get(face.tone, face.tone)
    fill = f"rw-bar-{tone}" if tone else "rw-bar"
    hatches = format_html_join(
        "",
        '<rect class="rw-base" x="{0}%" y="4" width="{1}%" height="8"/>'
        '<rect fill="url(#hatch-neutral)" x="{0}%" y="4" width="{1}%" height="8"/>',
        (
            (percent(clock.x(begin)), percent(clock.x(end) - clock.x(begin)))
            for begin, end in pauses
        ),
    )
    now = format_html(
        '<line class="rw-now" x1="{0}%" x2="{0}%" y1="0" y2="16"/>', percent(used)
    )
    return format_html(
        '<div class="sla{}"><div class="sla-head"><span>{}</span><b>{}</b></div>'
        '<svg width="100%" height="16" role="img" aria-label="{}">'
        '<rect class="rw-base" y="4" width="100%" height="8" rx="2"/>'
        '<rect class="{}" y="4" width="{}%" height="8" rx="2"/>{}{}</svg>'
        "<small><span>{}</span><span>{}</span></small></div>",
        f" sla-{tone}" if tone else "",
        label,
        face.words,
        f"{label}: {face.words}, {face.note}",
        fill,
        percent(used),
        hatches,
        "" if met else now,
        _("since %(time)s") % {"time": clock.when(clock.started)},
        face.note,
    )


def runway_head(axis: Axis) -> SafeString:
    """The months above the rows, and the word "today" with room on both sides."""
    today = str(_("today"))
    labels = format_html_join(
        "",
        '<text class="rw-tick{}" x="{}%" y="14" dx="4">{}</text>',
        (
            (
                "" if _leaves_room(x - axis.now, today, PHONE) else " rw-tick-near",
                percent(x),
                _month(first),
            )
            for x, first in axis.labels
            if _leaves_room(x - axis.now, today, PAGE)
        ),
    )
    return format_html(
        '<li class="rw-row rw-head" aria-hidden="true"><span class="rw-label"></span>'
        '<span class="rw-track"><svg width="100%" height="22" aria-hidden="true">{}'
        '<text class="rw-tick rw-tick-now" x="{}%" y="14" text-anchor="middle">{}'
        "</text></svg></span></li>",
        labels,
        percent(axis.now),
        today,
    )


def _leaves_room(distance: float, today: str, pixels: float) -> bool:
    """Whether a month so many percent away is clear of the word for today.

    Half of the word lies on each side: 3.25 pixels a letter. A month is 26 pixels wide.
    """
    half = len(today) * 3.25
    return not -(half + 30) / pixels < distance < (half - 2) / pixels


def _month(first: date) -> str:
    if first.month == 1:
        return str(first.year)
    return date_format(first, pgettext("month", "M"))


def runway_bars(axis: Axis, drawn: Stretch, label: str) -> SafeString:
    """One row's drawing: grid, bars, caps, and the line for now on top."""
    caps = format_html_join(
        "",
        '<rect class="{}" x="{}%" y="50%" width="2" height="18"'
        ' transform="translate(-1 -9)"/>',
        (
            (f"rw-cap-{tone}" if tone else "rw-cap", percent(x))
            for x, tone in drawn.caps
        ),
    )
    return _track(axis, [_rect(bar) for bar in drawn.bars] + [caps], label)


def runway_calm(axis: Axis, label: str) -> SafeString:
    """The thin green line of what somebody else renews."""
    base = Bar(0, 100, "base")
    rest = Bar(axis.now, 100 - axis.now, "ok")
    return _track(axis, [_rect(base, height=4), _rect(rest, height=4)], label)


def _rect(bar: Bar, height: int = 10) -> SafeString:
    """Figures and our own names alone: nothing to escape, and a page has hundreds."""
    kinds = {"base": "rw-base", "": "rw-bar"}
    paint = (
        f'fill="url(#hatch-{bar.kind})"'
        if bar.hatch
        else f'class="{kinds.get(bar.kind, f"rw-bar-{bar.kind}")}"'
    )
    return SafeString(
        f'<rect {paint} x="{percent(bar.x)}%" y="50%" width="{percent(bar.width)}%"'
        f' height="{height}" rx="1.5" transform="translate(0 -{height // 2})"/>'
    )


def _track(axis: Axis, parts: list[SafeString], label: str) -> SafeString:
    return format_html(
        '<span class="rw-track"><svg width="100%" height="48" role="img"'
        ' aria-label="{0}">{1}{2}<line class="rw-now" x1="{3}%" x2="{3}%"'
        ' y1="-1" y2="100%"/></svg></span>',
        label,
        _grid(axis.start, axis.months),
        SafeString("".join(parts)),
        percent(axis.now),
    )


@lru_cache(maxsize=64)
def _grid(start: date, months: int) -> SafeString:
    """The same behind every row of a page."""
    ticks = Axis(datetime.combine(start, time()), months).ticks
    return format_html_join(
        "",
        '<line class="rw-grid" x1="{0}%" x2="{0}%" y1="0" y2="100%"/>',
        ((percent(x),) for x, _first in ticks),
    )


LEGEND = {
    "licensed": ('class="rw-bar"', gettext_lazy("licensed")),
    "renew": ('fill="url(#hatch-bar)"', gettext_lazy("last 90 days: renew")),
    "soon": ('class="rw-bar-warn"', gettext_lazy("ends within 30 days")),
    "now": ('class="rw-bar-danger"', gettext_lazy("within 15 days")),
    "renewed": (
        'fill="url(#hatch-accent)"',
        gettext_lazy("renewed, starts when the new key is activated"),
    ),
    "grace": ('fill="url(#hatch-danger)"', gettext_lazy("ended, in grace")),
    "vendor": ('class="rw-bar-ok"', gettext_lazy("renewed for you")),
}


def legend(kinds: Iterable[str]) -> SafeString:
    """The fills that occur, each with its word."""
    entries = format_html_join(
        "",
        '<span><svg width="20" height="10" aria-hidden="true">'
        '<rect {} width="20" height="10" rx="1.5"/></svg>{}</span>',
        ((SafeString(LEGEND[kind][0]), LEGEND[kind][1]) for kind in kinds),
    )
    return format_html('<p class="legend">{}</p>', entries)


def runway_words(drawn: Stretch, axis: Axis, ends_on: date) -> SafeString:
    """The days at the right: what remains, and the day itself."""
    tone = f' class="is-{drawn.tone}"' if drawn.tone else ""
    return format_html(
        '<span class="rw-end"><b{}>{}</b><small>{}</small></span>',
        SafeString(tone),
        ends_in(ends_on, axis.at.date()),
        day(ends_on),
    )
