"""The rows of the outbox: letters, what became of them, and what they taught us."""

from outbox.models.attempt import Attempt, AttemptQuerySet
from outbox.models.lane import DomainPace, Lane
from outbox.models.message import (
    Attachment,
    Message,
    MessageQuerySet,
    message_id_for,
    sending_domain,
)
from outbox.models.postponement import Postponement, PostponementQuerySet
from outbox.models.returned import ReturnedMail, ReturnedMailQuerySet, Verdict
from outbox.models.standing import AddressStanding, AddressStandingQuerySet

__all__ = [
    "AddressStanding",
    "AddressStandingQuerySet",
    "Attachment",
    "Attempt",
    "AttemptQuerySet",
    "DomainPace",
    "Lane",
    "Message",
    "MessageQuerySet",
    "Postponement",
    "PostponementQuerySet",
    "ReturnedMail",
    "ReturnedMailQuerySet",
    "Verdict",
    "message_id_for",
    "sending_domain",
]
