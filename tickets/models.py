"""Support tickets: questions, incidents and changes, their thread and their clocks."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment
from companies.access import Paths, TenantQuerySet
from companies.models import Company, ServiceLevel


class Priority(models.IntegerChoices):
    CRITICAL = 1, _("Critical")
    HIGH = 2, _("High")
    MEDIUM = 3, _("Medium")
    LOW = 4, _("Low")


class ServiceTarget(models.Model):
    """How fast a service level promises an answer and a solution, per priority.

    Minutes of open time. No resolution figure means none is promised [TI-35].
    """

    service_level = models.ForeignKey(
        ServiceLevel, models.CASCADE, related_name="targets"
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices)
    response_minutes = models.PositiveIntegerField(_("first response, minutes"))
    resolution_minutes = models.PositiveIntegerField(
        _("resolution, minutes"), null=True, blank=True
    )
    around_the_clock = models.BooleanField(_("around the clock"), default=False)

    class Meta:
        ordering = ["service_level", "priority"]
        verbose_name = _("service target")
        verbose_name_plural = _("service targets")
        constraints = [
            models.UniqueConstraint(
                fields=["service_level", "priority"], name="target_once_per_priority"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service_level}, P{self.priority}"


class Holiday(models.Model):
    """A day on which the support desk is closed."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["day"]
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class TicketQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> TicketQuerySet:
        """Also one's own tickets on general matters, which have no application."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff:
            return self
        rows = self.model._base_manager.using(self.db)
        ways = self._ways_in(user)
        own = rows.filter(opened_by=user, application__isnull=True).values("pk")
        return self.filter(pk__in=own.union(*ways))

    def open(self) -> TicketQuerySet:
        """Not solved and not closed."""
        return self.filter(state__in=Ticket.OPEN_STATES)

    def waiting_for_customer(self) -> TicketQuerySet:
        return self.filter(state=Ticket.State.PENDING)

    def solved(self) -> TicketQuerySet:
        return self.exclude(state__in=Ticket.OPEN_STATES)

    def overdue(self, at: datetime) -> TicketQuerySet:
        return self.open().filter(due_at__lt=at)


class Ticket(models.Model):
    """A question, incident or change that a customer has put to support.

    Begins when somebody opens it; moves between support, the customer and
    engineering; ends solved, and closed for good some days later. `due_at` is the
    next moment a promise falls due; empty while the clock is paused or nothing is
    promised.
    """

    access = Paths(company="company", team="application__memberships__user")

    class Kind(models.TextChoices):
        INCIDENT = "incident", _("Incident")
        QUESTION = "question", _("Question")
        CHANGE = "change", _("Change")

    class State(models.TextChoices):
        NEW = "new", _("New")
        OPEN = "open", _("In progress")
        PENDING = "pending", _("Waiting for you")
        ON_HOLD = "on_hold", _("With engineering")
        SOLVED = "solved", _("Solved")
        CLOSED = "closed", _("Closed")

    class Impact(models.IntegerChoices):
        EVERYONE = 1, _("Everyone")
        MANY = 2, _("Many")
        A_FEW = 3, _("A few")

    class Urgency(models.IntegerChoices):
        STOPPED = 1, _("Work has stopped")
        HAMPERED = 2, _("Work is hampered")
        CAN_WAIT = 3, _("It can wait")

    OPEN_STATES = (State.NEW, State.OPEN, State.PENDING, State.ON_HOLD)
    MOVES = {
        State.NEW: {State.OPEN, State.PENDING, State.ON_HOLD, State.SOLVED},
        State.OPEN: {State.PENDING, State.ON_HOLD, State.SOLVED},
        State.PENDING: {State.OPEN, State.ON_HOLD, State.SOLVED},
        State.ON_HOLD: {State.OPEN, State.PENDING, State.SOLVED},
        State.SOLVED: {State.OPEN, State.CLOSED},
        State.CLOSED: set(),
    }

    number = models.BigAutoField(_("number"), primary_key=True)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="tickets", verbose_name=_("company")
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("app"),
    )
    environment = models.ForeignKey(
        Environment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("environment"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    subject = models.CharField(_("in one line"), max_length=160)
    search_text = models.CharField(max_length=400, editable=False, default="")
    impact = models.PositiveSmallIntegerField(
        _("who is affected"), choices=Impact.choices
    )
    urgency = models.PositiveSmallIntegerField(
        _("how urgent is it"), choices=Urgency.choices
    )
    has_workaround = models.BooleanField(_("a workaround is given"), default=False)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.NEW
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="tickets_opened",
        verbose_name=_("asked by"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets_owned",
        limit_choices_to={"is_staff": True},
        verbose_name=_("owner"),
    )
    followers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="tickets_followed", blank=True
    )
    called_at = models.DateTimeField(_("call logged"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    responded_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    response_due_at = models.DateTimeField(null=True, blank=True)
    resolution_due_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    paused_at = models.DateTimeField(_("clock paused"), null=True, blank=True)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)
    last_message_at = models.DateTimeField(_("last reply"), default=timezone.now)
    last_message_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(application__isnull=False)
                | models.Q(environment__isnull=True),
                name="ticket_environment_needs_application",
            )
        ]
        indexes = [
            # The support desk's queue: open tickets by time left.
            models.Index(
                fields=["due_at", "number"],
                condition=models.Q(state__in=["new", "open", "pending", "on_hold"]),
                name="ticket_open_by_due",
            ),
            models.Index(fields=["company", "number"], name="ticket_of_company"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("tickets:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    @property
    def needs_call(self) -> bool:
        """A critical ticket stays flagged until a phone call is logged [TI-03, E26]."""
        return (
            self.is_open
            and self.priority == Priority.CRITICAL
            and self.called_at is None
        )

    def can_move_to(self, state: str) -> bool:
        return state in self.MOVES[self.state]


class TicketMessageQuerySet(TenantQuerySet):
    def public(self) -> TicketMessageQuerySet:
        """What customers may read: everything but internal notes."""
        return self.filter(is_internal=False)


class TicketMessage(models.Model):
    """One post in a ticket's thread; internal notes stay with support [E30]."""

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

    objects = TicketMessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["ticket", "at"], name="message_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.text[:40]}"


class TicketEvent(models.Model):
    """A move in the life of a ticket, append-only; the clocks are computed from it."""

    access = Paths(
        company="ticket__company", team="ticket__application__memberships__user"
    )

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened the ticket as P{new}")
        STATE = "state", _("moved it from {old} to {new}")
        PRIORITY = "priority", _("set the priority from P{old} to P{new}")
        OWNER = "owner", _("gave it to {new}")
        CALLED = "called", _("logged a phone call")
        FOLLOWED = "followed", _("added {new}")

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    old = models.CharField(max_length=120, blank=True)
    new = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["ticket", "at"], name="event_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"


class Attachment(models.Model):
    """A file somebody put on a ticket; served as a download only."""

    access = Paths(
        company="message__ticket__company",
        team="message__ticket__application__memberships__user",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(
        TicketMessage, models.CASCADE, related_name="attachments"
    )
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(_("file"), upload_to="tickets/%Y/%m/")
    size = models.PositiveBigIntegerField(_("size in bytes"))

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name
