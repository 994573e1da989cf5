"""The link by which a security contact confirms, as a signed name of its row.

How long it works is said by the row, which is gone once another takes its place.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core import signing

from companies.models import SecurityContact

SALT = "companies.security_contacts"


def sign(contact: SecurityContact) -> str:
    return signing.Signer(salt=SALT).sign(contact.pk.hex)


def contact_in(key: str, at: datetime) -> SecurityContact | None:
    """Who may confirm by this link now, or None: used, replaced, too late, made up."""
    try:
        pk = uuid.UUID(signing.Signer(salt=SALT).unsign(key))
    except (signing.BadSignature, ValueError):
        return None
    contact = SecurityContact.objects.with_people().filter(pk=pk).first()
    return contact if contact and contact.is_waiting(at) else None
