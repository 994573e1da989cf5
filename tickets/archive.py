"""What the archive of a company's data holds of this floor: tickets and their files."""

from __future__ import annotations

from django.core.exceptions import SuspiciousFileOperation
from django.db import models
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from companies.tables import Folder, Table, rows_of
from tickets.models import Attachment, Ticket, TicketEvent, TicketMessage

TICKETS = {
    "number": "number",
    "application_id": "application_id",
    "application": "application__name",
    "environment": "environment__name",
    "kind": "kind",
    "subject": "subject",
    "impact": "impact",
    "urgency": "urgency",
    "has_workaround": "has_workaround",
    "priority": "priority",
    "state": "state",
    "opened_by": "opened_by__name",
    "owner": "owner__name",
    "follows": "follows_id",
    "opened_at": "opened_at",
    "first_answered_at": "responded_at",
    "answer_due_at": "response_due_at",
    "solution_due_at": "resolution_due_at",
    "call_logged_at": "called_at",
    "solved_at": "solved_at",
}
TICKET_MESSAGES = {
    "id": "id",
    "ticket": "ticket_id",
    "at": "at",
    "author": "author__name",
    "text": "text",
}
TICKET_EVENTS = {
    "ticket": "ticket_id",
    "at": "at",
    "what": "kind",
    "by": "by__name",
    "old": "old",
    "new": "new",
    "impact": "impact",
    "urgency": "urgency",
}
TICKET_FOLLOWERS = {
    "ticket": "ticket_id",
    "person": "user__name",
    "email": "user__email",
}
TICKET_FILES = {
    "id": "id",
    "ticket": "message__ticket_id",
    "message_id": "message_id",
    "name": "name",
    "size": "size",
}


def tables(company: Company) -> list[Table]:
    """Internal notes stay with the vendor, and so do the files put on them [E30]."""
    followers = Ticket.followers.through.objects.filter(ticket__company=company)
    return [
        Table("tickets", _("Your tickets"), rows_of(Ticket, company), TICKETS),
        Table(
            "ticket_messages",
            _("What was said on them"),
            rows_of(TicketMessage, company).public(),
            TICKET_MESSAGES,
            order=("ticket_id", "at", "pk"),
        ),
        Table(
            "ticket_events",
            _("What happened to them"),
            rows_of(TicketEvent, company),
            TICKET_EVENTS,
        ),
        Table(
            "ticket_followers",
            _("Who follows them"),
            followers,
            TICKET_FOLLOWERS,
        ),
        Table(
            "ticket_files",
            _("The files on them, which lie under files/TICKET/ID-NAME"),
            _files(company),
            TICKET_FILES,
        ),
    ]


def folders(company: Company) -> list[Folder]:
    rows = _files(company).select_related("message")
    return [Folder(rows, file=lambda one: one.file, place=_place)]


def _files(company: Company) -> models.QuerySet:
    return rows_of(Attachment, company).filter(message__is_internal=False)


def _place(attachment: Attachment) -> str:
    """Under the ticket; the id keeps two files of one name apart."""
    try:
        name = get_valid_filename(attachment.name)
    except SuspiciousFileOperation:
        name = "file"
    return f"files/{attachment.message.ticket_id}/{attachment.pk}-{name}"
