"""Activity entries as a timeline: a shape and a tone for each thing people do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from companies.models import ActivityEntry
from companies.verbs import Verb
from ui import times

# Entries keep values as text, days among them as 2026-12-06.
WRITTEN_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")

LOOKS = {
    Verb.APPLICATION_DELIVERED: ("ok", "check"),
    Verb.ORDER_SIGNED: ("ok", "check"),
    Verb.HANDOVER_ACCEPTED: ("ok", "check"),
    Verb.HANDOVER_OFFERED: ("info", "half"),
    Verb.LICENSE_RENEWED: ("ok", "check"),
    Verb.RIGHTS_REFUSED: ("warn", "warn"),
    Verb.KEY_GENERATED: ("info", "half"),
    Verb.KEY_ACTIVATED: ("ok", "check"),
    Verb.RENEWAL_REMINDED: ("info", "half"),
    Verb.TICKET_SOLVED: ("ok", "check"),
    Verb.MAINTENANCE_PLANNED: ("", "plan"),
    Verb.MAINTENANCE_MOVED: ("", "plan"),
    Verb.MAINTENANCE_ANNOUNCED: ("info", "half"),
}


@dataclass(frozen=True)
class Event:
    """One line of a timeline, as `components/timeline.html` reads it."""

    tone: str
    glyph: str
    sentence: SafeString
    at: datetime


def events(entries: Iterable[ActivityEntry]) -> list[Event]:
    """The entries with their looks, in the order given."""
    return [_event(entry) for entry in entries]


def _event(entry: ActivityEntry) -> Event:
    tone, glyph = LOOKS.get(entry.verb, ("", "ring"))
    sentence = WRITTEN_DAY.sub(_day, entry.sentence)
    words = format_html("<b>{}</b> {}", entry.actor, sentence)
    return Event(tone, glyph, words, entry.at)


def _day(written: re.Match[str]) -> str:
    """The day as the reader writes it; what is no day stays as it is."""
    try:
        return times.day(date.fromisoformat(written[0]))
    except ValueError:
        return written[0]
