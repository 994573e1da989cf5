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
from contacts.models.health import bounced_addresses, mail_comes_back
from contacts.models.review import Concern, ConcernQuerySet, Review, ReviewQuerySet

__all__ = [
    "REMINDER_PAUSE",
    "Concern",
    "ConcernQuerySet",
    "Grant",
    "GrantQuerySet",
    "Handover",
    "HandoverQuerySet",
    "Review",
    "ReviewQuerySet",
    "Right",
    "TechnicalContact",
    "TechnicalContactQuerySet",
    "bounced_addresses",
    "candidates",
    "contact_count",
    "mail_comes_back",
    "unreachable",
]
