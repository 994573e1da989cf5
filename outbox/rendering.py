"""Turns a template and its facts into the final words of one letter.

Rendering happens when the letter is written, in the language and time zone of its
reader: what the row says is what the person will read.
"""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.module_loading import import_string
from django.utils.text import Truncator

LINE_WIDTH = 78
# Two blanks and the column of the names, as the `line` tag writes them.
FACT_EDGE = 18
SUBJECT_LENGTH = 250
SIGNATURE = "-- "


class ReaderLike(Protocol):
    """Whoever reads: a person of the portal, or anything with these three facts."""

    name: str
    language: str
    time_zone: Any


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A reader without an account; by default one at the vendor's own place."""

    name: str = ""
    email: str = ""
    language: str = ""
    time_zone: str = ""


@dataclass(frozen=True)
class Rendered:
    """The final words of one letter; the gist is the line below its subject."""

    subject: str
    gist: str
    text: str
    html: str


def render(
    template: str, context: Mapping[str, Any], reader: ReaderLike | None
) -> Rendered:
    """The three parts of a letter, read from `<template>.{subject.txt,body.…}`."""
    reader = reader or Reader()
    language = language_of(reader)
    zone = ZoneInfo(str(reader.time_zone or settings.TIME_ZONE))
    with translation.override(language), timezone.override(zone):
        facts = {**house_facts(), **context, "reader": reader}
        subject = _subject(_render(f"{template}.subject.txt", facts, escape=False))
        facts["subject"] = subject
        facts["said"] = said = {}
        text = _tidy(_render(f"{template}.body.txt", facts, escape=False))
        html = _render(f"{template}.body.html", facts, escape=True).strip() + "\n"
    gist = unescape(strip_tags(said.get("gist", "")))
    return Rendered(subject=subject, gist=" ".join(gist.split()), text=text, html=html)


def language_of(reader: ReaderLike | None) -> str:
    """In which a letter is written, and what is noted about it."""
    return (reader.language if reader else "") or settings.LANGUAGE_CODE


def house_facts() -> dict[str, Any]:
    """What every letter may say about the vendor, and the defaults of the base."""
    return {
        "vendor": {
            "name": settings.VENDOR_NAME,
            "mark": settings.VENDOR_MARK,
            **import_string(settings.OUTBOX_COLOURS)(settings.VENDOR_ACCENT),
        },
        "public_url": settings.PUBLIC_URL,
        "support": {
            "email": settings.SUPPORT_EMAIL,
            "phones": list(settings.SUPPORT_PHONES),
        },
        "company_name": "",
        "audience": "",
        "choices_url": "",
        "unsubscribe_url": "",
    }


def _render(name: str, facts: Mapping[str, Any], *, escape: bool) -> str:
    backend = get_template(name)
    return backend.template.render(Context(dict(facts), autoescape=escape))


def _subject(text: str) -> str:
    """One line, whatever a name in it contains: a newline would start a header."""
    return Truncator(" ".join(text.split())).chars(SUBJECT_LENGTH)


def _tidy(text: str) -> str:
    """Lines of a readable width, single blank lines, and the signature's space."""
    lines = [
        piece for line in text.splitlines() for piece in _folded(line.rstrip()) or [""]
    ]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return re.sub(r"^--$", SIGNATURE, joined, flags=re.MULTILINE) + "\n"


def _folded(line: str) -> list[str]:
    """Prose, items and facts are folded, each to its own edge; an address is not."""
    if len(line) <= LINE_WIDTH or "://" in line:
        return [line]
    return textwrap.wrap(
        line,
        LINE_WIDTH,
        subsequent_indent=_edge(line),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _edge(line: str) -> str:
    """Below its first line: an item behind its dash, a fact below its value."""
    if line.startswith("  - "):
        return "    "
    return " " * FACT_EDGE if line.startswith("  ") else ""
