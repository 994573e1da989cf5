"""What happens to an application itself: ordered, described, given places and people.

Whether somebody may do so is judged above, where the technical contact is known
(`contacts.rights`); only ordering is judged here. Signing, delivering and whatever
touches the contact are verbs of `contacts.actions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps import emails, rights
from apps.models import Application, Environment, Membership, search_text_of
from apps.records import record
from companies.models import Company, User
from companies.verbs import Verb

Purpose = Environment.Purpose
USUAL_ENVIRONMENTS = MappingProxyType({"production": Purpose.PRODUCTION})


@transaction.atomic
def order_application(
    *,
    company: Company,
    name: str,
    hosting: str,
    contact: User,
    by: User | None,
    at: datetime,
    description: str = "",
    location: str = "",
    environments: Mapping[str, str] = USUAL_ENVIRONMENTS,
) -> Application:
    """Order an application with its environments and name its technical contact.

    The contact is appointed when the order is signed, not before [TC-03]. The vendor's
    commercial contact hears of the order. `environments` maps a name to a purpose; `by`
    None is the portal itself. Refused: a second application of that name in the
    company, and ordering for a company that is not one's own.
    """
    if by is not None and not rights.may_order(by, company):
        raise PermissionDenied
    application = Application(
        company=company,
        name=name.strip(),
        description=description.strip(),
        search_text=search_text_of(name.strip(), description.strip()),
        hosting=hosting,
        location=location.strip(),
        ordered_at=at,
        ordered_by=by,
        named_contact=contact,
    )
    application.full_clean()
    application.save(force_insert=True)
    for place, purpose in environments.items():
        _new_environment(application, place, purpose, at)
    record(application, Verb.APPLICATION_ORDERED, by=by, at=at)
    emails.application_ordered(application)
    return application


@transaction.atomic
def describe_application(
    *,
    application: Application,
    name: str,
    by: User | None,
    at: datetime,
    description: str = "",
    location: str = "",
) -> Application:
    """Change what an application is called, what it is for and where it stands.

    Nothing is written when nothing changes. Refused: a name that another application
    of the company has.
    """
    application.lock()
    before = [application.name, application.description, application.location]
    after = [name.strip(), description.strip(), location.strip()]
    if before == after:
        return application
    application.name, application.description, application.location = after
    application.search_text = search_text_of(*after[:2])
    application.full_clean()
    application.save(update_fields=["name", "description", "location", "search_text"])
    record(
        application,
        Verb.APPLICATION_CHANGED,
        by=by,
        at=at,
        old=", ".join(filter(None, before)),
        new=", ".join(filter(None, after)),
    )
    return application


@transaction.atomic
def name_contact(
    *, application: Application, person: User, by: User | None, at: datetime
) -> Application:
    """Name another person in an order that is not signed yet.

    Refused once it is signed: from then on the contact is appointed or handed over.
    """
    application.lock()
    if application.order_signed_at:
        raise ValidationError(_("The order is signed. Replace the contact instead."))
    before = application.named_contact
    if before == person:
        return application
    application.named_contact = person
    application.save(update_fields=["named_contact"])
    record(
        application,
        Verb.APPLICATION_CHANGED,
        by=by,
        at=at,
        old=_contact_words(before),
        new=_contact_words(person),
    )
    return application


@transaction.atomic
def add_environment(
    *,
    application: Application,
    name: str,
    purpose: str,
    by: User | None,
    at: datetime,
    url: str = "",
    platform_version: str = "",
) -> Environment:
    """Add a place where the application runs.

    Refused: a name the application has already, whatever its case, and a name that is
    no name [OP-10]; anything new for an application that is off-boarded.
    """
    application.lock()
    _refuse_offboarded(application)
    environment = _new_environment(
        application, name, purpose, at, url=url, platform_version=platform_version
    )
    record(application, Verb.ENVIRONMENT_ADDED, by=by, at=at, thing=environment)
    return environment


@transaction.atomic
def change_environment(
    *,
    environment: Environment,
    name: str,
    purpose: str,
    by: User | None,
    at: datetime,
    url: str = "",
    platform_version: str = "",
) -> Environment:
    """Rename an environment or correct its facts; refused as when adding one."""
    application = environment.application
    application.lock()
    _refuse_offboarded(application)
    environment.refresh_from_db()
    old = _environment_words(environment)
    environment.name, environment.purpose = name.strip(), purpose
    environment.url, environment.platform_version = url, platform_version
    new = _environment_words(environment)
    if old == new:
        return environment
    _check_environment(environment)
    environment.save(update_fields=["name", "purpose", "url", "platform_version"])
    record(application, Verb.APPLICATION_CHANGED, by=by, at=at, old=old, new=new)
    return environment


@transaction.atomic
def join_team(
    *,
    application: Application,
    person: User,
    by: User | None,
    at: datetime,
    role: str = Membership.Role.BUSINESS_ENGINEER,
) -> Membership:
    """Put a person on the team, of whatever company [TI-13], and tell them by mail.

    Harmless for somebody who is on it already. Refused for a deactivated person.
    """
    membership, is_new = enrol(
        application=application, person=person, by=by, at=at, role=role
    )
    if is_new:
        emails.joined_team(membership, by=by)
    return membership


@transaction.atomic
def enrol(
    *,
    application: Application,
    person: User,
    by: User | None,
    at: datetime,
    role: str = Membership.Role.BUSINESS_ENGINEER,
) -> tuple[Membership, bool]:
    """As `join_team`, for a verb that tells the person more than that; is it new?"""
    application.lock()
    _refuse_offboarded(application)
    if not person.is_active:
        raise ValidationError(
            _("The account of %(person)s is deactivated."), params={"person": person}
        )
    membership, is_new = Membership.objects.get_or_create(
        application=application,
        user=person,
        defaults={"role": role, "joined_at": at},
    )
    if is_new:
        record(application, Verb.TEAM_JOINED, by=by, at=at, new=person)
    return membership, is_new


@transaction.atomic
def change_role(
    *, membership: Membership, role: str, by: User | None, at: datetime
) -> Membership:
    """Give a member of the team another role."""
    application = membership.application
    application.lock()
    membership.refresh_from_db(fields=["role"])
    if membership.role == role:
        return membership
    old = membership.get_role_display()
    membership.role = role
    membership.clean_fields(exclude=["application", "user"])
    membership.save(update_fields=["role"])
    record(
        application,
        Verb.APPLICATION_CHANGED,
        by=by,
        at=at,
        old=f"{membership.user}: {old}",
        new=f"{membership.user}: {membership.get_role_display()}",
    )
    return membership


def _new_environment(
    application: Application, name: str, purpose: str, at: datetime, **facts: str
) -> Environment:
    environment = Environment(
        application=application,
        name=name.strip(),
        purpose=purpose,
        created_at=at,
        **facts,
    )
    _check_environment(environment)
    environment.save(force_insert=True)
    return environment


def _check_environment(environment: Environment) -> None:
    """The model's own rules, and no two names that differ in case alone."""
    try:
        environment.full_clean(exclude=["application"])
    except ValidationError as refusal:
        raise ValidationError(refusal.messages) from refusal
    twins = Environment.objects.of(environment.application).exclude(pk=environment.pk)
    if twins.filter(name__iexact=environment.name).exists():
        raise ValidationError(_("This app has an environment of that name."))


def _refuse_offboarded(application: Application) -> None:
    if application.offboarded_at:
        raise ValidationError(
            _("%(application)s is off-boarded."), params={"application": application}
        )


def _contact_words(person: User | None) -> str:
    return _("technical contact %(person)s") % {"person": person or "?"}


def _environment_words(environment: Environment) -> str:
    facts = [
        environment.name,
        environment.get_purpose_display(),
        environment.url,
        environment.platform_version,
    ]
    return ", ".join(filter(None, map(str, facts)))
