"""A maintenance window as an iCalendar file (RFC 5545, RFC 5546)."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from operations.models import MaintenanceWindow


def calendar_file(window: MaintenanceWindow, *, at: datetime) -> bytes:
    """The window as a file that a calendar takes over, moves or strikes out.

    One UID for the life of the window; SEQUENCE grows with each revision; times are
    UTC, so no time zone table is needed.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.VENDOR_NAME}//Steward//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if window.cancelled_at else "PUBLISH")
    event = Event()
    host = urlsplit(settings.PUBLIC_URL).hostname
    event.add("uid", f"{window.id}@{host}")
    event.add("sequence", window.revision)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", window.starts_at.astimezone(UTC))
    event.add("dtend", window.ends_at.astimezone(UTC))
    event.add("summary", f"{settings.VENDOR_NAME}: {window.title}")
    event.add("description", window.description)
    event.add("url", settings.PUBLIC_URL + window.get_absolute_url())
    event.add("status", "CANCELLED" if window.cancelled_at else "CONFIRMED")
    event.add("organizer", f"mailto:{settings.SUPPORT_EMAIL}")
    calendar.add_component(event)
    return calendar.to_ical()


def file_name(window: MaintenanceWindow) -> str:
    return f"{window.code}.ics"
