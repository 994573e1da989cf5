"""The rows of the outbox: letters, what became of them, and what they taught us."""

from outbox.models.message import (
    Attachment,
    Attempt,
    Lane,
    Message,
    MessageQuerySet,
    message_id_for,
    sending_domain,
)
from outbox.models.standing import AddressStanding, AddressStandingQuerySet

__all__ = [
    "AddressStanding",
    "AddressStandingQuerySet",
    "Attachment",
    "Attempt",
    "Lane",
    "Message",
    "MessageQuerySet",
    "message_id_for",
    "sending_domain",
]
