"""Writing an imported license: its company, application, environment, people, terms.

Nobody is told that they are contact now: the vendor moves house, and asks for nothing.
A later end date in a file that is imported again is a renewal, and is told as one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps import actions as apps_actions
from apps import records
from apps.models import Application, Environment, search_text_of
from companies import actions as company_actions
from companies import audit
from companies.models import Company, User
from companies.verbs import Verb
from contacts.actions import office
from contacts.models import TechnicalContact
from licenses.actions import contracts
from licenses.importing.parsing import Person
from licenses.importing.verdicts import Outcome, Verdict, facts_of, purchase_of

PRODUCTION = "production"


def take(verdict: Verdict, *, by: User | None, at: datetime) -> None:
    """Write a new license or a changed one; the caller holds the transaction."""
    if verdict.outcome == Outcome.NEW:
        _take_new(verdict, by=by, at=at)
    else:
        _take_changes(verdict, by=by, at=at)


def _take_new(verdict: Verdict, *, by: User | None, at: datetime) -> None:
    record = verdict.record
    company = _company(verdict.company_name, by=by, at=at)
    application = _application(company, record.name, by=by, at=at)
    _appoint(application, record.people, by=by, at=at)
    contracts.create_license(
        environment=_environment(application, by=by, at=at),
        serial=record.serial,
        purchase=purchase_of(record),
        by=by,
        at=at,
        verb=Verb.LICENSE_IMPORTED,
        **facts_of(record),
    )
    _deliver_if_fit(application, by=by, at=at)


def _take_changes(verdict: Verdict, *, by: User | None, at: datetime) -> None:
    license, changes = verdict.license, dict(verdict.changes)
    _appoint(license.application, verdict.newcomers, by=by, at=at)
    ends_on = changes.get("ends_on")
    if ends_on and ends_on > license.ends_on:
        del changes["ends_on"]
        contracts.renew_license(license=license, ends_on=ends_on, by=by, at=at)
    if changes:
        contracts.correct_license(license=license, by=by, at=at, **changes)


def _company(name: str, *, by: User | None, at: datetime) -> Company:
    found = Company.objects.filter(name__iexact=name).first()
    return found or company_actions.register_company(name=name, by=by, at=at)


def _application(
    company: Company, name: str, *, by: User | None, at: datetime
) -> Application:
    """The company's app of that name, On-Premises; a new one counts as signed for."""
    found = Application.objects.filter(company=company, name=name).first()
    if found:
        return found
    application = Application(
        company=company,
        name=name,
        search_text=search_text_of(name),
        hosting=Application.Hosting.ON_PREMISES,
        ordered_at=at,
        ordered_by=by,
        order_signed_at=at,
    )
    application.full_clean()
    application.save(force_insert=True)
    records.record(application, Verb.ORDER_SIGNED, by=by, at=at)
    return application


def _deliver_if_fit(application: Application, *, by: User | None, at: datetime) -> None:
    """An app that runs is delivered; said only once its contacts have accounts [TC-04].

    Else it stays signed for, and support delivers it when they have registered.
    """
    contacts = TechnicalContact.objects.of(application)
    if application.delivered_at or application.order_signed_at != at:
        return
    if contacts.exists() and not contacts.without_account().exists():
        application.delivered_at = at
        application.save(update_fields=["delivered_at"])
        records.record(application, Verb.APPLICATION_DELIVERED, by=by, at=at)


def _environment(
    application: Application, *, by: User | None, at: datetime
) -> Environment:
    """One that has no license yet, or the next "production" [LI-10]."""
    places = Environment.objects.of(application).order_by("created_at", "id")
    free = places.live().filter(license__isnull=True).first()
    if free:
        return free
    names = {name.casefold() for name in places.values_list("name", flat=True)}
    numbered = (f"{PRODUCTION}-{number}" for number in range(2, len(names) + 3))
    name = next(name for name in (PRODUCTION, *numbered) if name not in names)
    return apps_actions.add_environment(
        application=application,
        name=name,
        purpose=Environment.Purpose.PRODUCTION,
        by=by,
        at=at,
    )


def _appoint(
    application: Application, people: list[Person], *, by: User | None, at: datetime
) -> None:
    """Members of the team first [TC-22], contacts then; on file only, without mail."""
    for person in people:
        user = _user(person, application.company, by=by, at=at)
        apps_actions.enrol(application=application, person=user, by=by, at=at)
        if not TechnicalContact.objects.of(application).held_by(user).exists():
            office.give_role(application, user, by=by, at=at)
            records.record(application, Verb.CONTACT_APPOINTED, by=by, at=at, new=user)


def _user(person: Person, company: Company, *, by: Any, at: datetime) -> User:
    """The account holder of this address, or somebody on file without an account."""
    found = User.objects.filter(email__iexact=person.email).first()
    if found:
        return found
    user = User.objects.create_user(
        person.email, name=person.name, company=company, created_at=at
    )
    audit.record(company=company, by=by, verb=Verb.PERSON_ADDED, thing=user, at=at)
    return user
