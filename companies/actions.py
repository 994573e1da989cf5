"""What happens when somebody registers, changes an account or names a company admin.

`close_account` is a building block: whether a customer's person may go is asked of
every floor by a verb under the roof [CO-10].
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from companies import audit, emails
from companies.models import Company, User
from companies.sessions import Device
from companies.verbs import Verb

# Accounts


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
    emails.welcome(person, at=at)
    return person


@transaction.atomic
def confirm_address(person: User, *, at: datetime) -> None:
    """The address is this person's own: from now on it is an account [TC-04, TC-05].

    Both our row and django-allauth's say so afterwards, whichever knew it before.
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
    audit.record(
        company=person.company,
        by=person,
        verb=Verb.PERSON_REGISTERED,
        thing=person.email,
        at=at,
    )


@transaction.atomic
def set_password(person: User, password: str, *, at: datetime) -> None:
    """A person chooses a new password; every other session of theirs ends by itself."""
    person.set_password(password)
    person.save(update_fields=["password"])
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
    _end_sessions(person)
    note_security(person, Verb.SECOND_FACTOR_OFF, by=by, at=at)


@transaction.atomic
def reset_password(person: User, password: str, *, at: datetime) -> None:
    """Whoever could follow the link in the letter owns the address as well."""
    confirm_address(person, at=at)
    set_password(person, password, at=at)


@transaction.atomic
def change_account(person: User, *, by: User, at: datetime, **changes: Any) -> User:
    """Somebody corrects name, phone, language and the like; each change is noted."""
    person = User.objects.select_for_update().get(pk=person.pk)
    return _change(person, Verb.PERSON_CHANGED, person.company, by, at, changes)


@transaction.atomic
def join_company(person: User, company: Company, *, by: User, at: datetime) -> User:
    """Somebody who registered alone becomes one of a company; nobody changes it."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_staff or person.company_id not in (None, company.pk):
        raise ValidationError(_("This person belongs elsewhere already."))
    person.company = company
    person.save(update_fields=["company"])
    audit.record(
        company=company,
        by=by,
        verb=Verb.PERSON_JOINED,
        thing=person,
        new=company,
        at=at,
    )
    return person


@transaction.atomic
def end_sessions(person: User, *, by: User, at: datetime) -> None:
    """Sign somebody out on every device, for instance after a laptop was stolen."""
    _end_sessions(person)
    audit.record(
        company=person.company, by=by, verb=Verb.SESSIONS_ENDED, thing=person, at=at
    )


@transaction.atomic
def end_session(person: User, session: Any, *, by: User, at: datetime) -> None:
    """Sign somebody out on one device, for instance on one that was lent."""
    device = Device.of(session.user_agent)
    session.end()
    audit.record(
        company=person.company,
        by=by,
        verb=Verb.SESSION_ENDED,
        thing=person,
        old=device,
        at=at,
    )


@transaction.atomic
def close_account(person: User, *, by: User, at: datetime) -> None:
    """Nobody signs in with this account any more, and no session of it lives on.

    Refused for oneself, for the last admin and for the company contact [CO-05, CO-10].
    The person is mailed.
    """
    person = locked(person)
    assert_manages(by, person)
    if person.pk == by.pk:
        raise ValidationError(_("You cannot close your own account."))
    if person.is_company_admin:
        _refuse_last_admin(person)
    if person.company and person.company.contact_id == person.pk:
        raise ValidationError(
            _("%(name)s is the company contact. Name another one first.")
            % {"name": person}
        )
    person.is_active = False
    person.save(update_fields=["is_active"])
    _end_sessions(person)
    audit.record(
        company=person.company, by=by, verb=Verb.ACCOUNT_CLOSED, thing=person, at=at
    )
    emails.deactivated(person, by=by, at=at)


@transaction.atomic
def reopen_account(person: User, *, by: User, at: datetime) -> None:
    """The person may sign in again; what was signed in before stays signed out.

    Team memberships and the company role are what they were. The person is mailed.
    """
    person = locked(person)
    assert_manages(by, person)
    if person.is_active:
        return
    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record(
        company=person.company, by=by, verb=Verb.ACCOUNT_REOPENED, thing=person, at=at
    )
    emails.reactivated(person, by=by, at=at)


# Companies


@transaction.atomic
def register_company(*, name: str, by: User, at: datetime, **facts: Any) -> Company:
    """A customer begins: vendor staff enter it when the contract is signed."""
    company = Company(name=name.strip(), created_at=at, **facts)
    company.full_clean()
    company.save(force_insert=True)
    audit.record(
        company=company, by=by, verb=Verb.COMPANY_REGISTERED, thing=company, at=at
    )
    return company


@transaction.atomic
def change_company(company: Company, *, by: User, at: datetime, **changes: Any) -> Any:
    """Vendor staff change name, service level, time zone or who looks after it."""
    company = Company.objects.select_for_update().get(pk=company.pk)
    return _change(company, Verb.COMPANY_CHANGED, company, by, at, changes)


@transaction.atomic
def name_admin(person: User, *, by: User, at: datetime) -> None:
    """A person of the company becomes one of its admins [CO-01, CO-04]."""
    person = locked(person)
    _assert_administers(by, person)
    if not person.is_active:
        raise ValidationError(_("This account is closed. Open it again first."))
    if person.is_company_admin:
        return
    person.is_company_admin = True
    person.save(update_fields=["is_company_admin"])
    audit.record(
        company=person.company, by=by, verb=Verb.ADMIN_NAMED, thing=person, at=at
    )


@transaction.atomic
def unname_admin(person: User, *, by: User, at: datetime) -> None:
    """An admin becomes an ordinary member; never oneself, never the last [CO-05, E35].

    The company is locked first: two admins who remove each other at the same moment
    would otherwise leave none.
    """
    person = locked(person)
    _assert_administers(by, person)
    if person.pk == by.pk:
        raise ValidationError(
            _("You cannot remove yourself. Ask another company admin to do it.")
        )
    if not person.is_company_admin:
        return
    _refuse_last_admin(person)
    person.is_company_admin = False
    person.save(update_fields=["is_company_admin"])
    audit.record(
        company=person.company, by=by, verb=Verb.ADMIN_UNNAMED, thing=person, at=at
    )


@transaction.atomic
def name_contact(person: User, *, by: User, at: datetime) -> None:
    """A person becomes the one whom the company's people ask first [CO-06]."""
    person = locked(person)
    _assert_administers(by, person)
    if not person.has_account:
        raise ValidationError(
            _("The company contact needs an account with a confirmed address.")
        )
    change_company(person.company, by=by, at=at, contact=person)


def locked(person: User) -> User:
    """The person as the database knows them now, with the company's people held."""
    if person.company_id:
        Company.objects.select_for_update().get(pk=person.company_id)
    return User.objects.select_for_update().get(pk=person.pk)


def assert_manages(by: User, person: User) -> None:
    """Vendor staff, or an admin of that person's company, as of this moment [CO-08].

    The caller's own row is read again, for it may have been changed while this verb
    waited for the lock.
    """
    if not User.objects.get(pk=by.pk).manages(person):
        raise PermissionDenied


def _assert_administers(by: User, person: User) -> None:
    assert_manages(by, person)
    if person.company_id is None:
        raise ValidationError(_("A company admin needs a company."))


def _refuse_last_admin(person: User) -> None:
    others = User.objects.admins_of(person.company).exclude(pk=person.pk)
    if not others.exists():
        raise ValidationError(
            _("%(name)s is the only company admin. Name another one first.")
            % {"name": person}
        )


def _end_sessions(person: User) -> None:
    User.objects.filter(pk=person.pk).update(
        session_generation=models.F("session_generation") + 1
    )
    person.refresh_from_db(fields=["session_generation"])


def _change(
    row: Any,
    verb: Verb,
    company: Company | None,
    by: User,
    at: datetime,
    changes: dict[str, Any],
) -> Any:
    """Write what differs, after the model has judged it, and note old and new.

    What is not to be changed is not judged: it may be older than today's rules.
    """
    before = {name: _shown(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.full_clean(exclude={field.name for field in row._meta.fields} - set(changes))
    changed = [name for name in changes if _shown(row, name) != before[name]]
    row.save(update_fields=changed)
    for name in changed:
        field = row._meta.get_field(name).verbose_name
        audit.record(
            company=company,
            by=by,
            verb=verb,
            thing=_("%(field)s of %(thing)s") % {"field": field, "thing": row},
            old=before[name] or _("nothing"),
            new=_shown(row, name) or _("nothing"),
            at=at,
        )
    return row


def _shown(row: Any, name: str) -> str:
    """A value as people read it: the label of a choice, the name of another row."""
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    return "" if value is None else str(value)
