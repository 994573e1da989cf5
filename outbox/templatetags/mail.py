"""The parts of a letter: `{% load mail %}` in the templates of every e-mail.

The HTML of each part is in `templates/emails/`; `line` serves the text body.
"""

from datetime import date
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.formats import date_format, time_format
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext

from outbox import bars

register = template.Library()

LABEL_WIDTH = 16
# Blocks in what somebody wrote, which come without a style.
BLOCKS = {
    "<p>": '<p style="margin:0 0 12px;">',
    "<ul>": '<ul style="margin:0 0 12px; padding-left:20px;">',
    "<ol>": '<ol style="margin:0 0 12px; padding-left:20px;">',
    "<pre ": '<pre style="margin:0 0 12px; white-space:pre-wrap;" ',
}


@register.simple_tag(takes_context=True)
def greeting(context: Context) -> str:
    """Hello and the reader's first name, or nobody's."""
    name = next(iter(str(context["reader"].name).split()), "")
    if not name:
        return gettext("Hello,")
    return gettext("Hello %(name)s,") % {"name": name}


@register.simple_block_tag(takes_context=True)
def gist(context: Context, content: str) -> str:
    """Kept for whoever shows the letter in one line, and printed as it is."""
    context["said"]["gist"] = content
    return content


@register.simple_block_tag
def facts(content: str) -> SafeString:
    return render_to_string("emails/_facts.html", {"content": content})


@register.simple_block_tag
def fact(content: str, label: str, note: str = "") -> SafeString:
    return render_to_string(
        "emails/_fact.html",
        {"content": _trimmed(content), "label": label, "note": note},
    )


@register.simple_block_tag
def item(content: str, detail: str = "", note: str = "") -> SafeString:
    return render_to_string(
        "emails/_item.html",
        {"content": _trimmed(content), "detail": detail, "note": note},
    )


@register.simple_block_tag
def step(content: str, number: int) -> SafeString:
    return render_to_string(
        "emails/_step.html", {"content": _trimmed(content), "number": number}
    )


@register.simple_block_tag
def paragraph(content: str, gap: int = 22) -> SafeString:
    return render_to_string(
        "emails/_paragraph.html", {"content": _trimmed(content), "gap": gap}
    )


@register.simple_block_tag
def quote(content: str) -> SafeString:
    return render_to_string("emails/_quote.html", {"content": _quoted(content)})


def _quoted(content: str) -> SafeString:
    """What somebody wrote has paragraphs and code of its own, spaced as ours are."""
    head, last, tail = content.strip().rpartition("<p>")
    if last and tail.endswith("</p>"):
        last = '<p style="margin:0;">'
    for start, styled in BLOCKS.items():
        head, tail = head.replace(start, styled), tail.replace(start, styled)
    return SafeString(head + last + tail)


@register.simple_tag(takes_context=True)
def phones(context: Context) -> str:
    """The support line; in HTML each number can be called with a tap."""
    numbers = context["support"]["phones"]
    if not context.autoescape:
        return ", ".join(numbers)
    calls = [link(context, f"tel:{one.replace(' ', '')}", one) for one in numbers]
    return format_html_join(", ", "{}", ((call,) for call in calls))


@register.simple_tag
def strong(text: str, tone: str = "") -> SafeString:
    return render_to_string("emails/_strong.html", {"text": text, "tone": tone})


@register.simple_tag(takes_context=True)
def link(context: Context, url: str, text: str = "", quiet: str = "") -> SafeString:
    colour = context["vendor"]["link"]
    facts = {"url": url, "text": text or url, "quiet": quiet, "colour": colour}
    return render_to_string("emails/_link.html", facts)


@register.simple_block_tag(takes_context=True)
def line(context: Context, content: str, label: str) -> str:
    """A fact in the text body: the names in one column, the values in the next."""
    text = f"  {str(label):<{LABEL_WIDTH - 1}} {' '.join(content.split())}"
    return conditional_escape(text) if context.autoescape else SafeString(text)


@register.simple_tag
def countdown(start: date, now: date, end: date, start_words: str = "") -> SafeString:
    """The runway: from the first reminder to the end, and where we are today."""
    first = _day(start) + (f", {start_words}" if start_words else "")
    bar = bars.countdown(
        start=start, now=now, end=end, words=[first, gettext("today"), _day(end)]
    )
    return render_to_string("emails/_bar.html", {"bar": bar})


@register.simple_tag
def planned(start: Any, end: Any, hurts: Any = None, hurts_words: str = "") -> str:
    """A window on the clock; `hurts` is the pair of moments without service."""
    middle = f"{_clock(hurts[0])} {hurts_words}".strip() if hurts else ""
    bar = bars.window(
        start=start, end=end, hurts=hurts, words=[_clock(start), middle, _clock(end)]
    )
    return render_to_string("emails/_bar.html", {"bar": bar})


def _trimmed(content: str) -> SafeString:
    """The block was rendered, and so escaped, already; trimming alone forgets it."""
    return SafeString(content.strip())


def _day(moment: Any) -> str:
    local = localtime(moment) if hasattr(moment, "hour") else moment
    return date_format(local, pgettext("short day", "j M"))


def _clock(moment: Any) -> str:
    return time_format(localtime(moment), "H:i")
