"""What happens when somebody registers or changes an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies import audit, digests, emails
from companies.actions.addresses import withdraw_address
from companies.actions.belonging import join_by_address
from companies.actions.guards import change, drop_sessions
from companies.actions.invitations import settle_invitations
from companies.models import Company, User
from companies.verbs import Verb
from outbox.models import AddressStanding


@transaction.atomic
def add_person(
    *,
    email: str,
    name: str,
    by: User,
    at: datetime,
    company: Company | None = None,
    is_company_admin: bool = False,
    is_staff: bool = False,
    **facts: Any,
) -> User:
    """Open an account for somebody, who gets a letter to choose a password.

    It counts as registered once the person has followed that letter [TC-04].
    """
    person = User(
        email=email.strip().lower(),
        name=name,
        company=company,
        is_company_admin=is_company_admin,
        is_staff=is_staff,
        created_at=at,
        **facts,
    )
    person.set_unusable_password()
    person.full_clean()
    person.save(force_insert=True)
    audit.record(company=company, by=by, verb=Verb.PERSON_ADDED, thing=person, at=at)
    if company:
        settle_invitations(person, company, at=at)
    emails.welcome(person, at=at)
    return person


@transaction.atomic
def confirm_address(person: User, *, at: datetime) -> None:
    """The address is this person's own: from now on it is an account [TC-04, TC-05].

    Both our row and django-allauth's say so afterwards, whichever knew it before. At
    a domain of a company, the person becomes one of it [CO-07].
    """
    EmailAddress.objects.update_or_create(
        user=person,
        email=person.email,
        defaults={"verified": True, "primary": True},
    )
    if person.registered_at is not None:
        return
    person.registered_at = at
    person.save(update_fields=["registered_at"])
    join_by_address(person, at=at)
    audit.record(
        company=person.company,
        by=person,
        verb=Verb.PERSON_REGISTERED,
        thing=person.email,
        at=at,
    )


@transaction.atomic
def set_password(person: User, password: str, *, at: datetime) -> None:
    """A person chooses a new password; every other session of theirs ends by itself.

    A change of address that waits is withdrawn: a stranger may have asked for it, and
    this is how the owner answers.
    """
    person.set_password(password)
    person.save(update_fields=["password"])
    withdraw_address(person, at=at)
    audit.record(
        company=person.company,
        by=person,
        verb=Verb.PASSWORD_CHANGED,
        thing=person.email,
        at=at,
    )


@transaction.atomic
def note_security(person: User, verb: Verb, *, by: User, at: datetime) -> None:
    """The way in has changed: written down, and told to the owner of the account."""
    audit.record(company=person.company, by=by, verb=verb, thing=person.email, at=at)
    emails.security_changed(person, verb=verb, at=at)


@transaction.atomic
def reset_second_factor(person: User, *, by: User, at: datetime) -> None:
    """Support lets in somebody whose telephone and recovery codes are gone.

    Every session ends, for whoever has taken the telephone may have one.
    """
    rows = Authenticator.objects.filter(user=person)
    if not rows.exists():
        raise ValidationError(_("This account has no second factor."))
    rows.delete()
    drop_sessions(person)
    note_security(person, Verb.SECOND_FACTOR_OFF, by=by, at=at)


@transaction.atomic
def reset_password(person: User, password: str, *, at: datetime) -> None:
    """Whoever could follow the link in the letter owns the address as well."""
    AddressStanding.objects.note_proof(person.email, at)
    confirm_address(person, at=at)
    set_password(person, password, at=at)


@transaction.atomic
def change_account(person: User, *, by: User, at: datetime, **changes: Any) -> User:
    """Somebody corrects name, phone, language and the like; each change is noted.

    What waits for an hour of the day follows the new zone.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    person = change(person, Verb.PERSON_CHANGED, person.company, by, at, changes)
    if "time_zone" in changes:
        digests.plan_anew(person, at=at)
    return person
