"""What all our calendars (RFC 5545) share: who writes them, and names for entries."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar

TYPE = "text/calendar; charset=utf-8"


def empty() -> Calendar:
    """A calendar with nothing in it yet."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.VENDOR_NAME}//Steward//EN")
    calendar.add("version", "2.0")
    return calendar


def uid(name: Any) -> str:
    """The name by which calendars everywhere know an entry again, for ever."""
    return f"{name}@{urlsplit(settings.PUBLIC_URL).hostname}"
