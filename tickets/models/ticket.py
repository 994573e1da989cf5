"""The ticket itself, where it stands, and the words to ask for some of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment
from companies.access import Paths, TenantQuerySet
from companies.models import Company
from tickets.models.promises import Priority

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
ROW = (
    *("number", "subject", "kind", "state", "priority", "called_at"),
    *("opened_at", "responded_at", "solved_at", "paused_at", "last_message_at"),
    *("due_at", "queue_at", "response_due_at", "resolution_due_at"),
    *("response_minutes", "resolution_minutes", "around_the_clock"),
    *("application__name", "company__name"),
    *("opened_by__name", "last_message_by__name"),
)


class TicketQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> TicketQuerySet:
        """Also one's own tickets on general matters, which have no application."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff:
            return self
        own = models.Q(opened_by=user.pk, application__isnull=True)
        return self.filter(own | self._ways_in(user))

    def open(self) -> TicketQuerySet:
        """Not solved and not closed."""
        return self.filter(state__in=Ticket.OPEN_STATES)

    def waiting_for_customer(self) -> TicketQuerySet:
        return self.filter(state=Ticket.State.PENDING)

    def waiting_since(self, moment: datetime) -> TicketQuerySet:
        """The customer was asked that long ago and has not replied."""
        return self.waiting_for_customer().filter(paused_at__lte=moment)

    def not_reminded(self) -> TicketQuerySet:
        """Of this question: an earlier one may have had its reminder."""
        return self.exclude(reminded_at__gte=models.F("paused_at"))

    def solved_since(self, moment: datetime) -> TicketQuerySet:
        """Solved that long ago, and not closed for good yet."""
        return self.filter(state=Ticket.State.SOLVED, solved_at__lte=moment)

    def solved(self) -> TicketQuerySet:
        """Answered for good; closed ones are among them."""
        return self.filter(state__in=Ticket.DONE_STATES)

    def overdue(self, at: datetime) -> TicketQuerySet:
        return self.open().filter(queue_at__lt=at)

    def due_within(self, span: timedelta, at: datetime) -> TicketQuerySet:
        """A promise falls due soon, and is not missed yet."""
        return self.open().filter(due_at__gte=at, due_at__lt=at + span)

    def of_nobody(self) -> TicketQuerySet:
        """Those that nobody at the desk has taken."""
        return self.filter(owner__isnull=True)

    def needing_call(self) -> TicketQuerySet:
        """Critical, and nobody has logged a phone call yet [E26]."""
        critical = self.open().filter(priority=Priority.CRITICAL)
        return critical.filter(called_at__isnull=True)

    def waiting_for_support(self) -> TicketQuerySet:
        """The clock runs: support or engineering have to do something."""
        return self.filter(state__in=Ticket.RUNNING_STATES)

    def within_reach_of(self, person: Any) -> TicketQuerySet:
        """In this person's hands at the desk, or in nobody's."""
        return self.filter(models.Q(owner=person) | models.Q(owner__isnull=True))

    def in_queue(self) -> TicketQuerySet:
        """By the time that is left."""
        return self.order_by("queue_at", "number")

    def behind(self, ticket: Ticket) -> TicketQuerySet:
        """Those that come later in the queue."""
        later = models.Q(queue_at__gt=ticket.queue_at)
        same = models.Q(queue_at=ticket.queue_at, number__gt=ticket.number)
        return self.filter(later | same)

    def concerning(self, person: Any) -> TicketQuerySet:
        """Asked by this person, or in this person's hands at the desk."""
        return self.filter(models.Q(opened_by=person) | models.Q(owner=person))

    def of(self, application: Application) -> TicketQuerySet:
        return self.filter(application=application)

    def matching(self, words: str) -> TicketQuerySet:
        """By number ("10482" or "#10482"), or by words of the subject, app or asker."""
        number = re.fullmatch(r"\s*#?(\d{1,15})\s*", words)
        said = models.Q()
        for word in words.casefold().split():
            said &= models.Q(search_text__contains=word)
        return self.filter(said | models.Q(pk=number[1]) if number else said)

    def in_tab(self, tab: str) -> TicketQuerySet:
        """The tabs of the list: open, waiting, solved or all."""
        return {
            "open": self.open,
            "waiting": self.waiting_for_customer,
            "solved": self.solved,
        }.get(tab, self.all)()

    def by_tab(self) -> dict[str, TicketQuerySet]:
        """Every tab's tickets, by name."""
        return {tab: self.in_tab(tab) for tab in ("open", "waiting", "solved", "all")}

    def narrowed(self, wanted: Mapping[str, Any]) -> TicketQuerySet:
        """By the filters of the list, those that are set."""
        exact = {
            name: wanted[name]
            for name in ("kind", "priority", "application")
            if wanted.get(name)
        }
        rows = self.filter(**exact)
        return rows.matching(wanted["q"]) if wanted.get("q") else rows

    def with_people(self) -> TicketQuerySet:
        """What a line about a ticket names."""
        return self.select_related(
            "application", "company", "opened_by", "last_message_by"
        )

    def as_rows(self) -> TicketQuerySet:
        """What a list shows of each, as plain tuples: fifty models are slow to make."""
        return self.values_list(*ROW, named=True)

    def with_all(self) -> TicketQuerySet:
        """What the page of one ticket shows beside its thread."""
        return self.select_related(
            "application",
            "environment",
            "company__service_level",
            "opened_by__company",
            "owner",
            "follows",
        )


class Ticket(models.Model):
    """A question, incident or change that a customer has put to support.

    Begins when somebody opens it; moves between support, the customer and
    engineering; ends solved, and closed for good some days later.

    The clocks are computed from the events by `tickets.clocks` and kept here: what was
    promised, when each promise falls due, and as `due_at` the next of these moments,
    empty while the clock is paused or nothing is promised. `queue_at` is the same for
    sorting, with the end of time for empty.
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
    DONE_STATES = (State.SOLVED, State.CLOSED)
    # The clock runs while support or engineering have the ticket [E29].
    RUNNING_STATES = (State.NEW, State.OPEN, State.ON_HOLD)
    MOVES = {
        State.NEW: {State.OPEN, State.PENDING, State.ON_HOLD, State.SOLVED},
        State.OPEN: {State.PENDING, State.ON_HOLD, State.SOLVED},
        State.PENDING: {State.OPEN, State.ON_HOLD, State.SOLVED, State.CLOSED},
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
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("follows"),
        help_text=_("The closed ticket that this one carries on [TI-27]."),
    )
    followers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="tickets_followed", blank=True
    )
    called_at = models.DateTimeField(_("call logged"), null=True, blank=True)
    validated_at = models.DateTimeField(_("priority checked"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    response_minutes = models.PositiveIntegerField(null=True, blank=True)
    resolution_minutes = models.PositiveIntegerField(null=True, blank=True)
    around_the_clock = models.BooleanField(default=False)
    responded_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    response_due_at = models.DateTimeField(null=True, blank=True)
    resolution_due_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    queue_at = models.GeneratedField(
        expression=Coalesce(
            models.F("due_at"),
            models.Value(END_OF_TIME, output_field=models.DateTimeField()),
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    paused_at = models.DateTimeField(_("clock paused"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("customer reminded"), null=True, blank=True)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)
    last_message_at = models.DateTimeField(_("last reply"), default=timezone.now)
    last_message_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    form_token = models.UUIDField(default=uuid.uuid4, editable=False)

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
            ),
            # The form that opens a ticket carries a token: sent twice, it is one.
            models.UniqueConstraint(
                fields=["company", "form_token"], name="ticket_once_per_form"
            ),
        ]
        indexes = [
            # The support desk's queue: open tickets by time left.
            models.Index(
                fields=["queue_at", "number"],
                condition=models.Q(state__in=["new", "open", "pending", "on_hold"]),
                name="ticket_open_by_due",
            ),
            # Those that wait for the customer, newest first: few among many.
            models.Index(
                fields=["number"],
                condition=models.Q(state="pending"),
                name="ticket_waiting",
            ),
            # Critical ones without a phone call, which the sidebar warns of.
            models.Index(
                fields=["number"],
                condition=models.Q(
                    state__in=["new", "open", "pending", "on_hold"],
                    priority=Priority.CRITICAL,
                    called_at__isnull=True,
                ),
                name="ticket_uncalled",
            ),
            # The list of one company, newest first.
            models.Index(fields=["company", "-number"], name="ticket_of_company"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("tickets:detail", args=[self.pk])

    @property
    def state_code(self) -> str:
        """How the badge of this state is called."""
        return f"ticket.{self.state}"

    @property
    def is_closed(self) -> bool:
        """For good: only a new ticket can follow it [TI-27]."""
        return self.state == self.State.CLOSED

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    @property
    def needs_call(self) -> bool:
        """A critical ticket stays flagged until a phone call is logged [TI-03, E26]."""
        return needs_call(self)

    def can_move_to(self, state: str) -> bool:
        return state in self.MOVES[self.state]


def needs_call(ticket: Any) -> bool:
    """For a ticket or a row of a list."""
    return (
        ticket.priority == Priority.CRITICAL
        and ticket.called_at is None
        and ticket.state in Ticket.OPEN_STATES
    )
