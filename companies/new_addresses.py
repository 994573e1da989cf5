"""The two links of a change of address, as signed names of its row.

Each side has its own: who reads one mailbox cannot answer for the other. How long they
work is said by the row.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core import signing

from companies.models import AddressChange

OLD, NEW = "companies.new_addresses.old", "companies.new_addresses.new"


def sign(change: AddressChange, side: str) -> str:
    return signing.Signer(salt=side).sign(change.pk.hex)


def change_in(key: str, side: str, at: datetime) -> AddressChange | None:
    """The change that a link is about, as long as there is something to answer."""
    try:
        pk = uuid.UUID(signing.Signer(salt=side).unsign(key))
    except (signing.BadSignature, ValueError):
        return None
    change = AddressChange.objects.with_person().filter(pk=pk).first()
    return change if change and change.is_open(at) else None
