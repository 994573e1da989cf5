"""How a security contact is named, confirmed, replaced and dropped [CO-16]."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies import audit, security_emails
from companies.actions.guards import assert_manages_company
from companies.models import ActivityEntry, Company, SecurityContact, User
from companies.verbs import Verb

MOST_A_DAY = 10


@transaction.atomic
def name_security_contact(
    company: Company, *, name: str, email: str, by: User, at: datetime
) -> SecurityContact:
    """Somebody is to be the security contact: the address gets a link to confirm.

    Until then the one before stays. Another that still waited is dropped. The same
    address again only corrects the name, for its mailbox is known already. Refused
    past a few a day: each is a letter to somebody who may be a stranger.
    """
    company = _held(company)
    assert_manages_company(by, company)
    name, email = name.strip(), email.strip().lower()
    known = SecurityContact.objects.of(company).filter(email=email).first()
    if known and (known.is_confirmed or known.is_waiting(at)):
        return _renamed(known, name, by=by, at=at)
    _refuse_too_many(company, at)
    for earlier in SecurityContact.objects.of(company).waiting():
        _drop(earlier, Verb.SECURITY_CONTACT_REMOVED, by=by, at=at)
    contact = SecurityContact(
        company=company,
        name=name,
        email=email,
        named_by=by,
        named_at=at,
        asked_at=at,
        lapses_at=at + timedelta(days=settings.SECURITY_CONTACT_DAYS),
    )
    contact.full_clean()
    contact.save(force_insert=True)
    _record(contact, Verb.SECURITY_CONTACT_NAMED, by=by, at=at, new=_whom(contact))
    security_emails.asked(contact, at=at)
    return contact


@transaction.atomic
def ask_security_contact_again(
    contact: SecurityContact, *, by: User, at: datetime
) -> None:
    """The link once more, within the same time; the time does not begin anew."""
    company = _held(contact.company)
    assert_manages_company(by, company)
    contact = _current(contact)
    if contact is None or not contact.is_waiting(at):
        raise ValidationError(_("Nobody waits to confirm any more."))
    if not contact.may_be_asked_again(at):
        raise ValidationError(
            _("A letter went out less than an hour ago. Try again later.")
        )
    contact.asked_at = at
    contact.save(update_fields=["asked_at"])
    security_emails.asked(contact, at=at)


@transaction.atomic
def confirm_security_contact(contact: SecurityContact, *, at: datetime) -> None:
    """Whoever reads the mailbox agrees: from now on it is the security contact.

    The one before is told that it no longer is, and the admins who it is now.
    """
    company = _held(contact.company)
    contact = _current(contact)
    if contact is None or not contact.is_waiting(at):
        raise ValidationError(_("This link no longer works."))
    before = SecurityContact.objects.of(company).confirmed().with_people().first()
    if before:
        before.delete()
        security_emails.ended(before, instead=contact, at=at)
    contact.confirmed_at = at
    contact.save(update_fields=["confirmed_at"])
    _record(
        contact, Verb.SECURITY_CONTACT_CONFIRMED, by=contact, at=at, new=_whom(contact)
    )
    security_emails.news(contact, Verb.SECURITY_CONTACT_CONFIRMED, at=at, before=before)


@transaction.atomic
def remove_security_contact(
    contact: SecurityContact, *, by: User, at: datetime
) -> None:
    """Nobody takes the place; one that still waited only loses its link."""
    company = _held(contact.company)
    assert_manages_company(by, company)
    contact = _current(contact)
    if contact is None:
        return
    was_confirmed = contact.is_confirmed
    _drop(contact, Verb.SECURITY_CONTACT_REMOVED, by=by, at=at)
    if was_confirmed:
        security_emails.ended(contact, instead=None, at=at)
        security_emails.news(contact, Verb.SECURITY_CONTACT_REMOVED, at=at, by=by)


def lapse_security_contacts(*, at: datetime) -> int:
    """Drop those who did not confirm in time, each in its own transaction.

    The row is read again under the company's lock, so two sweeps, or a sweep and a
    late click, tell the admins once.
    """
    lapsed = SecurityContact.objects.lapsed(at).with_people()
    return sum(_lapse(contact, at=at) for contact in list(lapsed))


@transaction.atomic
def _lapse(contact: SecurityContact, *, at: datetime) -> bool:
    _held(contact.company)
    contact = _current(contact)
    if contact is None or contact.is_confirmed:
        return False
    _drop(contact, Verb.SECURITY_CONTACT_LAPSED, by=None, at=at)
    security_emails.news(contact, Verb.SECURITY_CONTACT_LAPSED, at=at)
    return True


def _refuse_too_many(company: Company, at: datetime) -> None:
    """By the log, since a row is gone once another takes its place."""
    log = ActivityEntry.objects.filter(company=company).since(at - timedelta(days=1))
    if log.of_verbs([Verb.SECURITY_CONTACT_NAMED]).count() >= MOST_A_DAY:
        raise ValidationError(
            _("You named somebody %(most)s times within a day. Try again tomorrow.")
            % {"most": MOST_A_DAY}
        )


def _held(company: Company) -> Company:
    """The company, locked: its security contacts change one after the other."""
    return Company.objects.select_for_update(no_key=True).get(pk=company.pk)


def _current(contact: SecurityContact) -> SecurityContact | None:
    """The row as it is now that nobody else can change it."""
    rows = SecurityContact.objects.with_people()
    return rows.filter(pk=contact.pk).first()


def _renamed(
    contact: SecurityContact, name: str, *, by: User, at: datetime
) -> SecurityContact:
    old, contact.name = _whom(contact), name
    contact.full_clean()
    contact.save(update_fields=["name"])
    if _whom(contact) != old:
        verb = Verb.SECURITY_CONTACT_NAMED
        _record(contact, verb, by=by, at=at, old=old, new=_whom(contact))
    return contact


def _drop(
    contact: SecurityContact, verb: Verb, *, by: User | None, at: datetime
) -> None:
    pk = contact.pk
    contact.delete()
    contact.pk = pk  # the letters about it still name it
    _record(contact, verb, by=by, at=at, old=_whom(contact))


def _record(
    contact: SecurityContact, verb: Verb, *, by: Any, at: datetime, **values: str
) -> None:
    audit.record(
        company=contact.company,
        by=by,
        verb=verb,
        thing=contact.company,
        at=at,
        **values,
    )


def _whom(contact: SecurityContact) -> str:
    return f"{contact.name}, {contact.email}"
