"""A large portfolio made of bulk statements: rows of every kind, no verbs, no mail.

The rows look like what the verbs would have written, in the proportions of a real
vendor: three people a company, one contact an application, three in five On-Premises.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import models

from apps.models import Application, Environment, Membership
from companies.models import Company, ServiceLevel, User
from contacts.models import TechnicalContact
from licenses.models import License
from tickets.models import Priority, Ticket, TicketMessage

BATCH = 5_000
PEOPLE_PER_COMPANY = 3
LONG_THREAD = 20
NAMESPACE = uuid.UUID("6f1b2f6c-5f0e-4b70-9a3e-0c5d7f1f2a10")
NOUNS = ["Depot", "Fleet", "Claims", "Yard", "Customs", "Driver", "Harbour", "Crane"]
TRADES = ["Planner", "Desk", "Control", "Scheduler", "Tracking", "Portal", "Register"]
SUBJECTS = [
    "The nightly export stops half-way",
    "How do we add a second region",
    "Users see an empty list after sign-in",
    "Raise the worker memory",
    "Certificate of the acceptance server",
]


@dataclass(frozen=True)
class Size:
    """How many rows of each kind to add."""

    companies: int
    applications: int
    licenses: int
    tickets: int

    def check(self) -> None:
        """Raise ValueError where a kind lacks what it hangs on."""
        if min(self.companies, self.applications, self.licenses, self.tickets) < 0:
            raise ValueError("Every number must be zero or more.")
        if self.applications and not self.companies:
            raise ValueError("--applications needs --companies of at least 1.")
        if (self.licenses or self.tickets) and not self.applications:
            raise ValueError("Licenses and tickets need --applications of at least 1.")


def fill(size: Size, *, at: datetime) -> Iterator[tuple[str, int]]:
    """Write the rows; yields each noun with its count when it is done.

    Memory is bounded by one batch. Repeating adds another set beside the first.
    """
    run = uuid.uuid4()
    makers: list[tuple[str, type[models.Model], int, Callable[[int], Any]]] = [
        ("companies", Company, size.companies, Companies(run).row),
        ("people", User, size.companies * PEOPLE_PER_COMPANY, People(run, at).row),
    ]
    rows = Portfolio(run, size, at)
    makers += [
        ("applications", Application, size.applications, rows.application),
        ("team members", Membership, size.applications, rows.membership),
        ("technical contacts", TechnicalContact, size.applications, rows.contact),
        ("environments", Environment, rows.environments, rows.environment),
        ("licenses", License, size.licenses, rows.license),
        ("tickets", Ticket, size.tickets, rows.ticket),
    ]
    for noun, model, count, make in makers:
        _write(model, (make(n) for n in range(count)))
        yield noun, count
    newest = Ticket.objects.order_by("-number").values_list("number", "opened_by")
    tickets = reversed(newest[: size.tickets])
    messages = (row for pair in tickets for row in rows.messages(*pair))
    yield "ticket messages", _write(TicketMessage, messages)


def _write(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """Insert in batches; says how many."""
    rows, count = iter(rows), 0
    while batch := list(islice(rows, BATCH)):
        model.objects.bulk_create(batch, batch_size=BATCH)
        count += len(batch)
    return count


def _id(run: uuid.UUID, kind: str, n: int) -> uuid.UUID:
    """The id of row n, so that other rows can point to it without being asked."""
    return uuid.uuid5(NAMESPACE, f"{run}/{kind}/{n}")


class Companies:
    """Rows of companies under one service level."""

    def __init__(self, run: uuid.UUID) -> None:
        self.run = run
        self.level, _ = ServiceLevel.objects.get_or_create(
            name="Platform", defaults={"support_hours": "Monday to Friday, 09 to 17"}
        )

    def row(self, n: int) -> Company:
        return Company(
            id=_id(self.run, "company", n),
            name=f"Company {n:05d} {self.run.hex[:6]}",
            service_level=self.level,
        )


class People:
    """Rows of people: the first of each company is its admin."""

    def __init__(self, run: uuid.UUID, at: datetime) -> None:
        self.run, self.at = run, at

    def row(self, n: int) -> User:
        company, which = divmod(n, PEOPLE_PER_COMPANY)
        return User(
            id=_id(self.run, "person", n),
            email=f"person{n}.{self.run.hex[:6]}@scale.example",
            name=f"{NOUNS[n % len(NOUNS)]}er {n:05d}",
            company_id=_id(self.run, "company", company),
            is_company_admin=which == 0,
            registered_at=self.at,
            password="!",  # noqa: S106 an unusable one
        )


class Portfolio:
    """Rows of applications and of all that hangs on them."""

    def __init__(self, run: uuid.UUID, size: Size, at: datetime) -> None:
        self.run, self.size, self.at = run, size, at
        self.today = at.date()
        self.environments = max(size.applications, size.licenses)
        self.first_number = 1 + (
            License.objects.aggregate(top=models.Max("number"))["top"] or 0
        )

    def application(self, n: int) -> Application:
        name = f"{NOUNS[n % len(NOUNS)]} {TRADES[n % len(TRADES)]} {n:06d}"
        long_ago = self.at - timedelta(days=400)
        return Application(
            id=_id(self.run, "application", n),
            company_id=self._company(n),
            name=name,
            search_text=name.casefold(),
            description="Plans, records and reports",
            hosting="on_premises" if self._is_on_premises(n) else "cloud",
            order_signed_at=long_ago,
            delivered_at=long_ago + timedelta(days=7),
        )

    def membership(self, n: int) -> Membership:
        return Membership(
            application_id=_id(self.run, "application", n), user_id=self._member(n)
        )

    def contact(self, n: int) -> TechnicalContact:
        return TechnicalContact(
            application_id=_id(self.run, "application", n),
            user_id=self._member(n),
            hosting="on_premises" if self._is_on_premises(n) else "cloud",
        )

    def environment(self, n: int) -> Environment:
        application, extra = n % self.size.applications, n // self.size.applications
        return Environment(
            id=_id(self.run, "environment", n),
            application_id=_id(self.run, "application", application),
            name=f"production-{extra}" if extra else "production",
            platform_version=f"{9 + n % 4}.{n % 24}.1",
        )

    def license(self, n: int) -> License:
        ends_on = self.today + timedelta(days=(n * 37) % 800 - 60)
        return License(
            id=_id(self.run, "license", n),
            number=self.first_number + n,
            environment_id=_id(self.run, "environment", n),
            application_name=self.application(n % self.size.applications).name,
            users=50 + n % 450,
            starts_on=ends_on - timedelta(days=365),
            ends_on=ends_on,
        )

    def ticket(self, n: int) -> Ticket:
        application = (n * 7919) % self.size.applications
        subject = f"{SUBJECTS[n % len(SUBJECTS)]} ({n})"
        state = ["new", "open", "pending", "on_hold"][n % 4] if n % 5 == 0 else "closed"
        opened_at = self.at - timedelta(minutes=7 * (self.size.tickets - n))
        paused = state == "pending"
        return Ticket(
            company_id=self._company(application),
            application_id=_id(self.run, "application", application),
            environment_id=_id(self.run, "environment", application),
            kind=list(Ticket.Kind)[n % 3],
            subject=subject,
            search_text=subject.casefold(),
            impact=1 + n % 3,
            urgency=1 + n % 2,
            priority=list(Priority)[n % 4],
            state=state,
            opened_by_id=self._member(application),
            opened_at=opened_at,
            responded_at=opened_at + timedelta(hours=2),
            due_at=None if paused else self.at + timedelta(minutes=n % 9_000 - 500),
            paused_at=opened_at if paused else None,
            solved_at=self.at if state == "closed" else None,
            last_message_at=opened_at + timedelta(hours=2),
            last_message_by_id=self._member(application),
        )

    def messages(self, number: int, author: uuid.UUID) -> Iterator[TicketMessage]:
        """Two posts a ticket, twenty in every hundredth."""
        for n in range(LONG_THREAD if number % 100 == 0 else 2):
            yield TicketMessage(
                ticket_id=number,
                author_id=author,
                text="It began this morning after the update.\n\nThe log says no more.",
                at=self.at - timedelta(days=1) + timedelta(minutes=n),
            )

    def _company(self, application: int) -> uuid.UUID:
        return _id(self.run, "company", application % self.size.companies)

    def _member(self, application: int) -> uuid.UUID:
        company = application % self.size.companies
        return _id(self.run, "person", company * PEOPLE_PER_COMPANY + 1)

    def _is_on_premises(self, n: int) -> bool:
        """Three in five, in every company."""
        return (n // self.size.companies + n) % 5 < 3
