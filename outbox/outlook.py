"""What the errands of the outbox would do now, for the page about errands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from outbox import keeping
from outbox.models import AddressStanding, Message


def deliver_due(at: datetime) -> dict[str, Any]:
    return {"due": Message.objects.due(at)}


def blank_letters(at: datetime) -> dict[str, Any]:
    return {"secrets": keeping.spent_secrets(at), "words": keeping.old_words(at)}


def purge_letters(at: datetime) -> dict[str, Any]:
    return {"purged": keeping.old_letters(at)}


def trust_addresses(at: datetime) -> dict[str, Any]:
    return {"trusted": AddressStanding.objects.outlasted(at)}


def read_returns(at: datetime) -> dict[str, Any]:
    """How many mails wait in the mailbox only its server knows."""
    return {}
