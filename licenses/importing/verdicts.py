"""What would become of each license of a file, compared with what the portal knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.models import Application
from companies.models import Company, User
from licenses.importing.columns import PURCHASE
from licenses.importing.parsing import Person, Record
from licenses.importing.sheets import Problem
from licenses.models import License
from ui.times import day

# Where licenses stand whose customer the file does not name; known again by this name.
HOLDING = "Company not named"


class Outcome(models.TextChoices):
    NEW = "new", gettext_lazy("new")
    CHANGED = "changed", gettext_lazy("changed")
    UNCHANGED = "unchanged", gettext_lazy("unchanged")
    REFUSED = "refused", gettext_lazy("refused")


@dataclass
class Verdict:
    """One license of the file and what becomes of it."""

    record: Record
    company_name: str = ""
    license: License | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    newcomers: list[Person] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        if self.record.problems:
            return Outcome.REFUSED
        if self.license is None:
            return Outcome.NEW
        is_same = not self.changes and not self.newcomers
        return Outcome.UNCHANGED if is_same else Outcome.CHANGED

    @property
    def changed_fields(self) -> str:
        """Which facts the file changes, by their names."""
        names = [
            str(License._meta.get_field(name).verbose_name) for name in self.changes
        ]
        return ", ".join(names)

    @property
    def problems(self) -> list[Problem]:
        return self.record.problems

    @property
    def notes(self) -> list[Problem]:
        return self.record.notes


class Portfolio:
    """What the portal knows about the licenses, companies and people of a file.

    Read in a handful of queries, whatever the number of records.
    """

    def __init__(self, records: Iterable[Record], company_name: str) -> None:
        records = list(records)
        self.usual_company = company_name.strip()
        names = {self.company_name(record).casefold() for record in records}
        self.companies = {
            company.name.casefold(): company
            for company in Company.objects.annotate(low=Lower("name")).filter(
                low__in=names
            )
        }
        self.licenses = self._licenses(records)
        self.contacts = self._contacts()
        self.applications = {
            (application.company_id, application.name): application
            for application in Application.objects.filter(
                company__in=self.companies.values(),
                name__in={record.name for record in records},
            )
        }
        emails = {person.email for record in records for person in record.people}
        self.people = {
            user.email.lower(): user
            for user in User.objects.annotate(low=Lower("email")).filter(low__in=emails)
        }

    def company_name(self, record: Record) -> str:
        return record.facts.get("company") or self.usual_company or HOLDING

    def _licenses(self, records: list[Record]) -> dict[tuple[str, str], License]:
        serials = {record.serial for record in records if record.serial}
        found = License.objects.filter(serial__in=serials).with_company()
        return {
            (license.application_name, license.serial): license
            for license in found.prefetch_related("terms")
        }

    def _contacts(self) -> set[tuple[Any, str]]:
        """Who is contact of which application, as pairs of id and address."""
        applications = {license.application.pk for license in self.licenses.values()}
        rows = Application.objects.filter(pk__in=applications).values_list(
            "pk", "technical_contacts__user__email"
        )
        return {(pk, email) for pk, email in rows if email}


def judge(records: Iterable[Record], company_name: str = "") -> list[Verdict]:
    """The verdict on each record; nothing is written."""
    records = list(records)
    portfolio = Portfolio(records, company_name)
    return [_judge(record, portfolio) for record in records]


def facts_of(record: Record) -> dict[str, Any]:
    """The license's own fields as the file gives them; only what is not empty."""
    facts = {
        name: record.facts[name]
        for name in ("ends_on", "users", "licensee", "licensee_email", "notes")
        if name in record.facts
    }
    if "reassignable" in record.facts:
        facts["is_reassignable"] = record.facts["reassignable"]
    bought = record.facts.get("purchased_on")
    if bought and bought <= record.facts["ends_on"]:
        facts["starts_on"] = bought
    return facts


def purchase_of(record: Record) -> dict[str, Any]:
    """The contract's other facts, as JSON can hold them."""
    return {
        name: str(value) if hasattr(value, "isoformat") else value
        for name, value in record.facts.items()
        if name in PURCHASE
    }


def _judge(record: Record, portfolio: Portfolio) -> Verdict:
    verdict = Verdict(record, company_name=portfolio.company_name(record))
    if record.problems:
        return verdict
    verdict.license = portfolio.licenses.get(record.identity)
    _judge_people(verdict, portfolio)
    if verdict.license is None:
        _judge_newcomer(verdict, portfolio)
    else:
        _judge_known(verdict, verdict.license, portfolio)
    return verdict


def _judge_people(verdict: Verdict, portfolio: Portfolio) -> None:
    for person in verdict.record.people:
        user = portfolio.people.get(person.email)
        words = ""
        if user and not user.is_active:
            words = _("The account of %(email)s is deactivated. Name somebody else.")
        elif user and user.is_staff:
            words = _(
                "%(email)s belongs to the vendor. Name the customer's own person."
            )
        if words:
            verdict.problems.append(
                Problem(
                    person.cell.line,
                    person.cell.heading,
                    words % {"email": person.email},
                )
            )


def _judge_newcomer(verdict: Verdict, portfolio: Portfolio) -> None:
    record = verdict.record
    if verdict.company_name == HOLDING:
        words = _("It is empty. The license goes under “%(company)s”.")
        record.note("company", words % {"company": HOLDING})
    company = portfolio.companies.get(verdict.company_name.casefold())
    application = company and portfolio.applications.get((company.pk, record.name))
    if application:
        _judge_application(verdict, application)


def _judge_known(verdict: Verdict, license: License, portfolio: Portfolio) -> None:
    """An empty cell leaves what the portal knows; a full one changes it."""
    record = verdict.record
    named = record.facts.get("company", "")
    if named and named.casefold() != license.company.name.casefold():
        words = _("%(license)s belongs to %(company)s here. Correct one of the two.")
        record.problem(
            "company", words % {"license": license, "company": license.company}
        )
    verdict.company_name = license.company.name
    _judge_application(verdict, license.application)
    verdict.changes = _changes(record, license)
    verdict.newcomers = [
        person
        for person in record.people
        if (license.application.pk, person.email) not in portfolio.contacts
    ]
    ends_on = record.facts["ends_on"]
    if ends_on < license.ends_on and len(license.terms.all()) > 1:
        words = _("%(license)s is renewed until %(day)s here. The file is out of date.")
        record.problem(
            "ends_on", words % {"license": license, "day": day(license.ends_on)}
        )


def _judge_application(verdict: Verdict, application: Application) -> None:
    record, words = verdict.record, ""
    if application.offboarded_at:
        words = _("%(application)s is off-boarded here. Remove the line.")
    elif application.is_cloud:
        words = _("%(application)s runs on Cloud here: we renew it. Remove the line.")
    if words:
        record.problem("name", words % {"application": application})


def _changes(record: Record, license: License) -> dict[str, Any]:
    facts = facts_of(record)
    if license.starts_on:
        facts.pop("starts_on", None)
    purchase = license.purchase | purchase_of(record)
    if purchase != license.purchase:
        facts["purchase"] = purchase
    return {name: new for name, new in facts.items() if getattr(license, name) != new}
