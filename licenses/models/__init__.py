"""Licenses, the terms they were signed for, their keys and their reminders."""

from licenses.models.key import LicenseKey, SigningKey
from licenses.models.license import License, LicenseQuerySet, LicenseTerm
from licenses.models.reminder import RenewalReminder

__all__ = [
    "License",
    "LicenseKey",
    "LicenseQuerySet",
    "LicenseTerm",
    "RenewalReminder",
    "SigningKey",
]
