"""The calendar behind a secret address: licenses that end, and planned maintenance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneStandard

from licenses import calendars as licenses
from licenses.models import CalendarFeed
from operations import calendars as operations
from operations.models import MaintenanceWindow, MaintenanceWindowQuerySet
from ui import calendars

FRESH_FOR = timedelta(hours=6)
NO_TIME = timedelta(0)


def file_of(feed: CalendarFeed, *, at: datetime) -> bytes:
    """What this calendar holds now, in the words of whoever made its address.

    Nothing in it tells when it was read: unchanged rows give the same bytes.
    """
    with translation.override(feed.person.language):
        calendar = _named(feed)
        for event in _events(feed, at):
            calendar.add_component(event)
        if not calendar.subcomponents:
            calendar.add_component(_nothing())
        return calendar.to_ical()


def _events(feed: CalendarFeed, at: datetime) -> Iterator[Event]:
    person = feed.person
    today = person.company.today(at) if person.company else timezone.localdate(at)
    for license in licenses.shown_in(feed, today):
        yield licenses.event_of(license, is_staff=person.is_staff)
    if feed.with_maintenance and not person.is_staff:
        for window in _windows(feed, at):
            yield operations.event_of(window, stamp=window.revised_at)


def _windows(feed: CalendarFeed, at: datetime) -> MaintenanceWindowQuerySet:
    """Those to come and those of late; one that is cancelled goes from the calendar."""
    rows = MaintenanceWindow.objects.visible_to(feed.person).planned()
    if feed.company:
        rows = rows.touching_company(feed.company)
    rows = rows.filter(ends_at__gt=at - licenses.LOOK_BACK).with_revised_at()
    return rows.order_by("starts_at", "number")[: licenses.MOST]


def _named(feed: CalendarFeed) -> Calendar:
    """An empty calendar with its name, in both spellings that programs read."""
    calendar = calendars.empty()
    words = {"vendor": settings.VENDOR_NAME, "company": feed.company}
    name = _("%(vendor)s: licenses of %(company)s") if feed.company else _licenses()
    calendar.add("name", name % words)
    calendar.add("x-wr-calname", name % words)
    calendar.add("refresh-interval", FRESH_FOR, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    return calendar


def _licenses() -> str:
    return _("%(vendor)s: licenses")


def _nothing() -> Timezone:
    """A calendar must hold something; a time zone is no entry [RFC 5545, 3.4]."""
    zone, always = Timezone(), TimezoneStandard()
    zone.add("tzid", "Etc/UTC")
    always.add("dtstart", datetime(1970, 1, 1))
    always.add("tzoffsetfrom", NO_TIME)
    always.add("tzoffsetto", NO_TIME)
    zone.add_component(always)
    return zone
