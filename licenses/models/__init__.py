"""Licenses: terms, servers, keys, files, reminders, and wishes for more."""

from licenses.models.expansion import ExpansionRequest, ExpansionRequestQuerySet
from licenses.models.feed import CalendarFeed, CalendarFeedQuerySet
from licenses.models.issued import IssuedFile
from licenses.models.key import LicenseKey, SigningKey
from licenses.models.license import License
from licenses.models.policy import Entitlement, Policy
from licenses.models.reminder import RenewalReminder
from licenses.models.seat import Seat, SeatQuerySet
from licenses.models.selection import LicenseQuerySet
from licenses.models.term import LicenseTerm
from licenses.models.token import ApiToken

__all__ = [
    "ApiToken",
    "CalendarFeed",
    "CalendarFeedQuerySet",
    "Entitlement",
    "IssuedFile",
    "ExpansionRequest",
    "ExpansionRequestQuerySet",
    "License",
    "LicenseKey",
    "LicenseQuerySet",
    "LicenseTerm",
    "Policy",
    "RenewalReminder",
    "Seat",
    "SeatQuerySet",
    "SigningKey",
]
