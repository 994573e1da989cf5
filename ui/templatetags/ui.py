"""The tag library of all pages: `{% load ui %}`.

Tags format; they never ask the database and never decide what somebody may see.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ui import brand, symbols, times, words
from ui.clocks import Clock
from ui.forms import faults
from ui.runway import Axis, Ladder, stretch
from ui.states import State, state_of

register = template.Library()
register.simple_tag(symbols.icon, name="icon")
register.simple_tag(symbols.glyph, name="glyph")
register.simple_tag(symbols.priority, name="priority")
register.simple_tag(symbols.clock, name="clock_face")
register.simple_tag(brand.vendor, name="vendor")
register.filter("inside", words.inside)
register.filter("day", times.day)
register.filter("full_day", times.full_day)
register.filter("whole_day", times.whole_day)
register.filter("month_day", times.month_day)
register.filter("weekday", times.weekday)
register.filter("time_of_day", times.clock_time)
register.filter("duration", times.duration)

MESSAGES = {
    "success": ("alert-success", "check", "status"),
    "info": ("alert-info", "plan", "status"),
    "warning": ("alert-warning", "warn", "status"),
    "error": ("alert-danger", "danger", "alert"),
}


@register.simple_tag
def brand_link() -> SafeString:
    """The stylesheet of a vendor's own accent; nothing for the default one."""
    if not brand.stylesheet(settings.VENDOR_ACCENT):
        return SafeString()
    return format_html('<link rel="stylesheet" href="{}">', reverse("brand"))


@register.simple_tag
def brand_mark() -> SafeString:
    """The vendor's letters on its accent, or its drawing if we have one."""
    if brand.has_drawing():
        return symbols.symbol("mark", "brand-mark")
    return format_html(
        '<svg class="brand-mark" viewBox="0 0 28 28" aria-hidden="true">'
        '<rect width="28" height="28" rx="7"/><text x="14" y="14">{}</text></svg>',
        settings.VENDOR_MARK,
    )


@register.simple_tag
def badge(thing: Any, word: str = "") -> SafeString:
    """A state as a pill."""
    return symbols.pill(state_of(thing), word)


@register.simple_tag
def state(thing: Any, word: str = "") -> SafeString:
    """A state without a ground, for tables."""
    return symbols.bare(state_of(thing), word)


@register.simple_tag
def pill(word: str, tone: str = "", glyph: str = "", icon: str = "") -> SafeString:
    """A pill for what has no code of its own."""
    return symbols.pill(State(tone, glyph, word, icon))


@register.simple_tag
def avatar(person: Any, size: str = "", *, vendor: bool = False) -> SafeString:
    """Initials of a person (or of a name) in a circle; a square for the vendor."""
    name = person if isinstance(person, str) else getattr(person, "name", "")
    classes = "avatar avatar-lg" if size == "lg" else "avatar"
    return format_html(
        '<span class="{}{}" aria-hidden="true">{}</span>',
        classes,
        " avatar-vendor" if vendor else "",
        symbols.initials(name),
    )


@register.filter
def moment(at: datetime | None) -> str:
    """Sat 28 Nov 2026, 22:00 CET"""
    return times.moment(at) if at else ""


@register.filter
def stamp(at: datetime | None) -> SafeString:
    """The short form for lists, with the whole moment as its title."""
    if not at:
        return SafeString()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
        times.moment(at),
        times.brief(at, timezone.now()),
    )


@register.filter
def ends_in(on: date, today: date | None = None) -> str:
    """12 days; today; 4 days over"""
    return times.ends_in(on, today or timezone.localdate())


@register.simple_tag
def period(start: datetime, end: datetime) -> str:
    """Sat 28 Nov 2026, 22:00 to 02:00 CET"""
    return times.period(start, end)


@register.simple_tag
def date_block(on: date) -> SafeString:
    """The little calendar leaf beside an upcoming window."""
    local = timezone.localtime(on) if isinstance(on, datetime) else on
    return format_html(
        '<span class="when-date"><span>{}</span><b>{}</b><span>{}</span></span>',
        times.date_format(local, times.pgettext("month", "M")),
        local.day,
        times.date_format(local, "D"),
    )


@register.simple_tag
def clock(**promise: Any) -> SafeString:
    """A ring of the time left: started, due, at, met_at, waits_for, left, total."""
    return symbols.clock(Clock(**_at_now(promise)).face())


@register.simple_tag
def sla_bar(label: str, pauses: Any = (), **promise: Any) -> SafeString:
    """The same promise as a bar with the line for now."""
    return symbols.sla(Clock(**_at_now(promise)), label, pauses)


def _at_now(promise: dict[str, Any]) -> dict[str, Any]:
    """The page's moment, unless the caller fixes one."""
    return {"at": timezone.now()} | promise


@register.simple_tag
def runway_axis(at: datetime | None = None, months: int = 12, back: int = 0) -> Axis:
    """The shared axis: `{% runway_axis as axis %}`."""
    return Axis(timezone.localtime(at or timezone.now()), months=months, back=back)


@register.simple_tag
def runway_head(axis: Axis) -> SafeString:
    return symbols.runway_head(axis)


@register.simple_tag
def runway_row(
    axis: Axis,
    *,
    title: str,
    ends_on: date | None = None,
    sub: str = "",
    url: str = "",
    renewed_until: date | None = None,
    grace_days: int = 0,
    renew: int = 90,
    soon: int = 30,
    now: int = 15,
) -> SafeString:
    """One license on the axis; without `ends_on` it is renewed by the vendor."""
    name = f"{title}, {sub}" if sub else title
    if ends_on is None:
        words = format_html('<span class="rw-end"><b>{}</b></span>', _("Nothing to do"))
        spoken = _("%(name)s: nothing to do") % {"name": name}
        return _row(title, url, sub, symbols.runway_calm(axis, spoken), words)
    drawn = stretch(
        axis,
        ends_on,
        ladder=Ladder(renew, soon, now),
        renewed_until=renewed_until,
        grace_days=grace_days,
    )
    spoken = f"{name}: {times.runway_sentence(drawn.left, renewed_until)}"
    track = symbols.runway_bars(axis, drawn, spoken)
    return _row(title, url, sub, track, symbols.runway_words(drawn, axis, ends_on))


@register.simple_tag
def runway_rows(axis: Axis, rows: Iterable[Any], ladder: Any) -> SafeString:
    """Many licenses on the axis, in one go: each has what `runway_row` is given."""
    return format_html_join(
        "\n",
        "{}",
        (
            (
                runway_row(
                    axis,
                    title=row.title,
                    sub=row.sub,
                    url=row.url,
                    ends_on=row.ends_on,
                    renewed_until=row.renewed_until,
                    grace_days=row.grace_days,
                    renew=ladder.renew,
                    soon=ladder.soon,
                    now=ladder.now,
                ),
            )
            for row in rows
        ),
    )


def _row(
    title: str, url: str, sub: str, track: SafeString, words: SafeString
) -> SafeString:
    head = (
        format_html('<a href="{}">{}</a>', url, title)
        if url
        else format_html("<b>{}</b>", title)
    )
    return format_html(
        '<li class="rw-row"><span class="rw-label">{}<small>{}</small></span>{}{}</li>',
        head,
        sub,
        track,
        words,
    )


@register.simple_tag
def runway_legend(*kinds: str) -> SafeString:
    """What the fills of the rows above mean: licensed, renew, soon, now, renewed…"""
    return symbols.legend(kinds)


@register.simple_tag
def meter(
    label: str, value: float, of: float, words: str, limit: int = 0, tone: str = ""
) -> SafeString:
    """A value against its whole, with a tick at the alert limit (in percent)."""
    share = symbols.percent(min(value / of, 1) * 100 if of else 0, places=1)
    tick = format_html(
        '<line class="meter-limit" x1="{0}%" x2="{0}%" y1="0" y2="8"/>', limit
    )
    return format_html(
        '<div class="meter"><div class="meter-head"><span>{}</span><span>{}</span>'
        '</div><svg width="100%" height="8" role="img" aria-label="{}">'
        '<rect class="meter-bg" width="100%" height="8"/>'
        '<rect class="{}" width="{}%" height="8"/>{}</svg></div>',
        label,
        words,
        f"{label}: {words}",
        f"rw-bar-{tone}" if tone else "rw-bar",
        share,
        tick if limit else "",
    )


@register.simple_tag
def notice(message: Any) -> SafeString:
    """One of Django's messages, in the flow."""
    kind, glyph, role = MESSAGES.get(message.level_tag, MESSAGES["info"])
    return format_html(
        '<div class="alert {}" role="{}">{}<div>{}</div></div>',
        kind,
        role,
        symbols.glyph(glyph),
        message,
    )


@register.filter
def key_groups(text: str) -> str:
    """A license key in groups of six; spaces mean nothing to the app."""
    plain = re.sub(r"\s", "", text)
    return " ".join(plain[at : at + 6] for at in range(0, len(plain), 6))


@register.simple_tag
def key_block(text: str, name: str = "key") -> SafeString:
    """The key itself: one click selects all, the copy button finds it by its id."""
    return format_html(
        '<code class="key-text" id="{}" tabindex="0" role="group" aria-label="{}">'
        "{}</code>",
        name,
        _("License key"),
        key_groups(text),
    )


@register.inclusion_tag("components/form_page.html", takes_context=True)
def form_page(
    context: template.Context,
    form: BaseForm,
    **look: Any,
) -> dict[str, Any]:
    """A whole form: summary of errors, fields, one button with a verb, cancel."""
    plain = {"cancel": "", "tone": "primary", "action": "", "hidden": "", "wide": False}
    return plain | look | {"form": form}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What to correct, on top of a form, linked and focused."""
    return {"faults": faults(form) if form.is_bound else []}


@register.simple_tag
def hidden_inputs(query: Any, *without: str) -> SafeString:
    """The other filters of the address, carried along by a GET form."""
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        (
            (name, value)
            for name, values in query.lists()
            for value in values
            if name not in {*without, "after", "before"}
        ),
    )
