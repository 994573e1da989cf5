"""Support tickets: what was put to support, its thread, and what was promised."""

from tickets.models.promises import Holiday, Priority, ServiceTarget
from tickets.models.ready import ReadyAnswer
from tickets.models.thread import Attachment, TicketEvent, TicketMessage
from tickets.models.ticket import Ticket

__all__ = [
    "Attachment",
    "Holiday",
    "Priority",
    "ReadyAnswer",
    "ServiceTarget",
    "Ticket",
    "TicketEvent",
    "TicketMessage",
]
