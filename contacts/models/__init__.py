"""Nouns about an application's people. Callers use this address: `contacts.models`."""

from contacts.models.contact import (
    REMINDER_PAUSE,
    Handover,
    HandoverQuerySet,
    TechnicalContact,
    TechnicalContactQuerySet,
    candidates,
    contact_count,
    unreachable,
)
from contacts.models.grant import Grant, GrantQuerySet, Right

__all__ = [
    "REMINDER_PAUSE",
    "Grant",
    "GrantQuerySet",
    "Handover",
    "HandoverQuerySet",
    "Right",
    "TechnicalContact",
    "TechnicalContactQuerySet",
    "candidates",
    "contact_count",
    "unreachable",
]
