"""What was said and done on a ticket: messages with their files, and events."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from tickets.models.promises import Priority
from tickets.models.ticket import Ticket


class EventQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> EventQuerySet:
        """Whoever may see a ticket may see what happened to it."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def moves(self) -> EventQuerySet:
        """Changes of state, from which the clocks are computed."""
        return self.filter(kind=TicketEvent.Kind.STATE)


class MessageQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> MessageQuerySet:
        """Messages of the tickets one may see; internal notes for the vendor only."""
        rows = self.filter(ticket__in=Ticket.objects.visible_to(user))
        return rows.readable_by(user)

    def readable_by(self, user: Any) -> MessageQuerySet:
        """Of a ticket that one may see anyway, what one may read [E30]."""
        return self if user.is_staff else self.public()

    def public(self) -> MessageQuerySet:
        """What customers may read: everything but internal notes."""
        return self.filter(is_internal=False)

    def with_authors(self) -> MessageQuerySet:
        return self.select_related("author__company")


class TicketMessage(models.Model):
    """One post in a ticket's thread; internal notes stay with support [E30].

    `form_token` is made with the form that writes the message, so that a form sent
    twice is one message.
    """

    access = Paths(
        company="ticket__company", team="ticket__application__memberships__user"
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    text = models.TextField(_("text"), max_length=20000)
    is_internal = models.BooleanField(_("internal note"), default=False)
    at = models.DateTimeField(_("when"), default=timezone.now)
    form_token = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "form_token"], name="message_once_per_form"
            )
        ]
        indexes = [models.Index(fields=["ticket", "at"], name="message_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.text[:40]}"


class TicketEvent(models.Model):
    """A move in the life of a ticket, append-only; the clocks are computed from it.

    `old` and `new` hold codes for states and priorities, names for people. Events
    about the priority also say which impact and urgency it follows from.
    """

    access = Paths(
        company="ticket__company", team="ticket__application__memberships__user"
    )

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened the ticket")
        STATE = "state", _("changed the state")
        PRIORITY = "priority", _("set the priority")
        WORKAROUND = "workaround", _("gave a workaround")
        NO_WORKAROUND = "no_workaround", _("took the workaround back")
        OWNER = "owner", _("gave it to somebody")
        CALLED = "called", _("logged a phone call")
        FOLLOWED = "followed", _("added somebody")
        UNFOLLOWED = "unfollowed", _("removed somebody")

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    old = models.CharField(max_length=120, blank=True)
    new = models.CharField(max_length=120, blank=True)
    impact = models.PositiveSmallIntegerField(choices=Ticket.Impact.choices, null=True)
    urgency = models.PositiveSmallIntegerField(
        choices=Ticket.Urgency.choices, null=True
    )
    at = models.DateTimeField(default=timezone.now)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["ticket", "at"], name="event_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"

    @property
    def raises_to_critical(self) -> bool:
        return self.kind == self.Kind.PRIORITY and self.new == str(Priority.CRITICAL)


class AttachmentQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> AttachmentQuerySet:
        """Files of the messages one may read."""
        return self.filter(message__in=TicketMessage.objects.visible_to(user))

    def of_ticket(self, ticket: int) -> AttachmentQuerySet:
        """Those of all its messages, notes of support among them."""
        return self.filter(message__ticket=ticket)


def random_place(attachment: Attachment, filename: str) -> str:
    """Where a file is kept: a name that says nothing and that nobody can guess."""
    day: datetime = attachment.message.at
    return f"tickets/{day:%Y/%m}/{uuid.uuid4().hex}"


class Attachment(models.Model):
    """A file somebody put on a ticket; served as a download only [E31]."""

    access = Paths(
        company="message__ticket__company",
        team="message__ticket__application__memberships__user",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(
        TicketMessage, models.CASCADE, related_name="attachments"
    )
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(_("file"), upload_to=random_place)
    size = models.PositiveBigIntegerField(_("size in bytes"))

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tickets:attachment", args=[self.pk])
