"""Maintenance windows as entries of a calendar (RFC 5545, RFC 5546)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from icalendar import Event

from operations.models import MaintenanceWindow
from ui import calendars


def calendar_file(window: MaintenanceWindow, *, at: datetime) -> bytes:
    """The window as a file that a calendar takes over, moves or strikes out."""
    calendar = calendars.empty()
    calendar.add("method", "CANCEL" if window.cancelled_at else "PUBLISH")
    event = event_of(window, stamp=at)
    event.add("status", "CANCELLED" if window.cancelled_at else "CONFIRMED")
    event.add("organizer", f"mailto:{settings.SUPPORT_EMAIL}")
    calendar.add_component(event)
    return calendar.to_ical()


def event_of(window: MaintenanceWindow, *, stamp: datetime) -> Event:
    """The window's entry.

    One UID for the life of the window; SEQUENCE grows with each revision; times are
    UTC, so no time zone table is needed.
    """
    event = Event()
    event.add("uid", calendars.uid(window.id))
    event.add("sequence", window.revision)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", window.starts_at.astimezone(UTC))
    event.add("dtend", window.ends_at.astimezone(UTC))
    event.add("summary", f"{settings.VENDOR_NAME}: {window.title}")
    event.add("description", window.description)
    event.add("url", settings.PUBLIC_URL + window.get_absolute_url())
    return event


def file_name(window: MaintenanceWindow) -> str:
    return f"{window.code}.ics"
