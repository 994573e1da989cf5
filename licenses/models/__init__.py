"""Licenses, the terms they were signed for, their keys, reminders and calendars."""

from licenses.models.feed import CalendarFeed, CalendarFeedQuerySet
from licenses.models.key import LicenseKey, SigningKey
from licenses.models.license import License, LicenseQuerySet, LicenseTerm
from licenses.models.reminder import RenewalReminder

__all__ = [
    "CalendarFeed",
    "CalendarFeedQuerySet",
    "License",
    "LicenseKey",
    "LicenseQuerySet",
    "LicenseTerm",
    "RenewalReminder",
    "SigningKey",
]
