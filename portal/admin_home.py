"""The first page of the support desk: what waits, each with the list it leads to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from apps.models import Application
from companies.models import ClaimedDomain, User
from contacts.models import TechnicalContact, unreachable
from licenses.models import ExpansionRequest, License
from operations.models import MaintenanceWindow
from outbox.models import Message
from portal import pulse
from tickets.models import Ticket
from ui.counting import count_all, in_figures

ROWS = 8
SOON = timedelta(hours=1)
LICENSE_DAYS = 30


@dataclass(frozen=True)
class Waiting:
    """So many things of one kind; red when each is late already."""

    title: str | Promise
    note: str | Promise
    rows: QuerySet
    list_name: str
    filters: dict[str, Any] = field(default_factory=dict)
    is_late: bool = False

    @property
    def url(self) -> str:
        address = reverse(f"admin:{self.list_name}_changelist")
        return f"{address}?{urlencode(self.filters)}" if self.filters else address


@dataclass(frozen=True)
class Counted:
    """What the page shows of it."""

    waiting: Waiting
    count: int

    @property
    def figures(self) -> str:
        return in_figures(self.count)

    @property
    def tone(self) -> str:
        if not self.count:
            return "done"
        return "late" if self.waiting.is_late else "open"


def context(user: User, at: datetime) -> dict[str, Any]:
    """What stands still, all counts in one query, and the heads of three lists."""
    tickets = Ticket.objects.visible_to(user).open()
    licenses = License.objects.visible_to(user).live()
    applications = unreachable(Application.objects.visible_to(user))
    return {
        "at": at,
        "alarms": pulse.feel(at).alarms,
        "counts": counted(kinds(user, at)),
        "queue": list(tickets.with_people().order_by("queue_at", "number")[:ROWS]),
        "ending": list(ending(licenses, at).with_company().by_end()[:ROWS]),
        "unreachable": list(applications.select_related("company")[:ROWS]),
    }


def counted(all_kinds: list[Waiting]) -> list[Counted]:
    named = {f"n_{number}": kind.rows for number, kind in enumerate(all_kinds)}
    counts = count_all(**named)
    return [
        Counted(kind, counts[f"n_{number}"]) for number, kind in enumerate(all_kinds)
    ]


def ending(licenses: QuerySet, at: datetime) -> QuerySet:
    return licenses.ending_within(LICENSE_DAYS, timezone.localdate(at))


def kinds(user: User, at: datetime) -> list[Waiting]:
    """The counts of the page, in the order in which they hurt."""
    today = timezone.localdate(at)
    return [
        *ticket_kinds(user, at),
        *reach_kinds(user, at),
        *wish_kinds(user),
        Waiting(
            _("Licenses that end"),
            _("Within %(days)d days.") % {"days": LICENSE_DAYS},
            ending(License.objects.visible_to(user).live(), at),
            "licenses_license",
            {
                "due_on__gte": today,
                "due_on__lte": today + timedelta(days=LICENSE_DAYS),
            },
        ),
        Waiting(
            _("Planned maintenance"),
            _("Ahead or under way."),
            MaintenanceWindow.objects.visible_to(user).upcoming(at),
            "operations_maintenancewindow",
            {"ends_at__gt": at.isoformat(), "cancelled_at__isnull": True},
        ),
    ]


def reach_kinds(user: User, at: datetime) -> list[Waiting]:
    """Who may not hear of anything."""
    return [
        Waiting(
            _("Letters not delivered"),
            _("Refused for good, or they came back."),
            Message.objects.lost(),
            "outbox_message",
            {"delivery": "lost"},
            is_late=True,
        ),
        Waiting(
            _("Apps without a reachable contact"),
            _("Nobody would be told."),
            unreachable(Application.objects.visible_to(user)),
            "applications_application",
            {"reach": "nobody"},
            is_late=True,
        ),
        Waiting(
            _("Contacts with trouble"),
            _("They may not hear of anything."),
            TechnicalContact.objects.visible_to(user).worrying(at),
            "contacts_technicalcontact",
            {"trouble": "any"},
        ),
    ]


def wish_kinds(user: User) -> list[Waiting]:
    """What customers have asked the vendor for."""
    return [
        Waiting(
            _("Mail domains to check"),
            _("We said: within one working day."),
            ClaimedDomain.objects.visible_to(user).waiting(),
            "companies_claimeddomain",
            {"state__exact": ClaimedDomain.State.WAITING},
        ),
        Waiting(
            _("Requests for more users"),
            _("Nobody has taken them up."),
            ExpansionRequest.objects.visible_to(user).filter(
                state=ExpansionRequest.State.SENT
            ),
            "licenses_expansionrequest",
            {"state__exact": ExpansionRequest.State.SENT},
        ),
    ]


def ticket_kinds(user: User, at: datetime) -> list[Waiting]:
    tickets = Ticket.objects.visible_to(user)
    return [
        Waiting(
            _("Tickets over their time"),
            _("A promise was missed."),
            tickets.overdue(at),
            "tickets_ticket",
            {"due_at__lt": at.isoformat()},
            is_late=True,
        ),
        Waiting(
            _("Tickets due within an hour"),
            _("Answer or solve these first."),
            tickets.due_within(SOON, at),
            "tickets_ticket",
            {"due_at__gte": at.isoformat(), "due_at__lt": (at + SOON).isoformat()},
        ),
        Waiting(
            _("Critical, and nobody called"),
            _("Call the customer, then log it."),
            tickets.needing_call(),
            "tickets_ticket",
            {"priority__exact": 1, "called_at__isnull": True},
            is_late=True,
        ),
        Waiting(
            _("Open tickets of nobody"),
            _("Take one."),
            tickets.open().of_nobody(),
            "tickets_ticket",
            {"owner": "nobody"},
        ),
    ]
