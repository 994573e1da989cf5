"""What happens when somebody wants another e-mail address, and gets it."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from companies import audit, emails
from companies.actions.belonging import join_by_address
from companies.actions.guards import drop_sessions
from companies.models import AddressChange, SignOn, User
from companies.models.address_change import MOST_A_DAY
from companies.verbs import Verb
from outbox.models import AddressStanding


@transaction.atomic
def ask_address(person: User, new: str, *, at: datetime) -> AddressChange:
    """Somebody wants another address: both get a letter, and nothing changes yet.

    The new one confirms in a browser where the person is signed in; the old one
    confirms or says that it was somebody else. Without a word of the old one, whose
    mailbox may be gone, the change takes effect some days after the new one has
    confirmed: see `AddressChange`. Another wish takes the place of this one. An address
    that is taken gets no letter, and whoever asked is not told [CO-06]. Refused past a
    few a day, so that nobody mails strangers.
    """
    new = new.strip().lower()
    person = User.objects.select_for_update().get(pk=person.pk)
    if new == person.email:
        raise ValidationError(_("This is your address already."))
    bound = SignOn.objects.binding(person).first()
    if bound and not bound.covers(new):
        raise ValidationError(
            _("You sign in through %(company)s: take an address at its mail domain.")
            % {"company": bound.company}
        )
    _refuse_too_many(person, at)
    withdraw_address(person, at=at)
    change = AddressChange.objects.create(
        person=person, old=person.email, new=new, asked_at=at
    )
    if not User.objects.filter(email=new).exists():
        emails.new_address(change)
    emails.old_address(change)
    _record(change, Verb.ADDRESS_WANTED, at)
    return change


@transaction.atomic
def confirm_new_address(change: AddressChange, *, at: datetime) -> AddressChange:
    """The new mailbox is theirs: done if the old one has agreed, else it may object."""
    change = _held(change, at)
    change.new_confirmed_at = change.new_confirmed_at or at
    AddressStanding.objects.note_proof(change.new, at)
    return _settle(change, at)


@transaction.atomic
def confirm_old_address(change: AddressChange, *, at: datetime) -> AddressChange:
    """Whoever reads the mailbox of until now agrees."""
    change = _held(change, at)
    change.old_confirmed_at = change.old_confirmed_at or at
    return _settle(change, at)


@transaction.atomic
def refuse_address(change: AddressChange, *, at: datetime) -> None:
    """It was somebody else: the address stays, and whoever is signed in is out.

    The password no longer works, for a stranger knows it; nor does any second factor,
    for a stranger's passkey would sign in again, and a stranger's app would keep the
    owner out. The old mailbox, the only one a stranger does not read, leads to a new
    password.
    """
    change = _held(change, at)
    _close(change, AddressChange.Ending.REFUSED, at)
    person = change.person
    person.set_unusable_password()
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    drop_sessions(person)
    _record(change, Verb.ADDRESS_REFUSED, at)
    emails.address_kept(change, at=at)


@transaction.atomic
def withdraw_address(person: User, *, at: datetime) -> None:
    """The wish is taken back, by its owner or by what happens to the account."""
    for change in person.address_changes.open().select_for_update():
        _close(change, AddressChange.Ending.WITHDRAWN, at)


def finish_addresses(*, at: datetime) -> int:
    """What nobody objected to takes effect, what nobody confirmed is dropped.

    Returns how many people have another address now; to run it twice changes nothing.
    """
    for change in AddressChange.objects.lapsed(at):
        _drop(change, at)
    return sum(_finish(change, at) for change in AddressChange.objects.due(at))


@transaction.atomic
def _finish(change: AddressChange, at: datetime) -> bool:
    try:
        with transaction.atomic():
            change = _held(change, at)
            change_address(change.person, change.new, at=at)
            _close(change, AddressChange.Ending.CHANGED, at)
    except ValidationError:
        _drop(change, at)
        return False
    return True


def _refuse_too_many(person: User, at: datetime) -> None:
    lately = person.address_changes.asked_since(at - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        raise ValidationError(
            _(
                "You asked for another address %(most)s times within a day. Try again"
                " tomorrow."
            )
            % {"most": MOST_A_DAY}
        )


def _drop(change: AddressChange, at: datetime) -> None:
    """Somebody else has the address by now, or the account is closed."""
    AddressChange.objects.open().filter(pk=change.pk).update(
        ending=AddressChange.Ending.LAPSED, closed_at=at
    )


def _held(change: AddressChange, at: datetime) -> AddressChange:
    """Person and wish, locked in this order and read afresh; still open."""
    person = User.objects.select_for_update().get(pk=change.person_id)
    change = AddressChange.objects.select_for_update().get(pk=change.pk)
    change.person = person
    if not change.is_open(at):
        raise ValidationError(_("This link no longer works. Nothing has changed."))
    return change


def _settle(change: AddressChange, at: datetime) -> AddressChange:
    change.save(update_fields=["old_confirmed_at", "new_confirmed_at"])
    if change.is_confirmed:
        change_address(change.person, change.new, at=at)
        _close(change, AddressChange.Ending.CHANGED, at)
    return change


def _close(change: AddressChange, ending: str, at: datetime) -> None:
    change.ending, change.closed_at = ending, at
    change.save(update_fields=["ending", "closed_at"])


def _record(change: AddressChange, verb: Verb, at: datetime) -> None:
    person = change.person
    audit.record(
        company=person.company,
        by=person,
        verb=verb,
        thing=person,
        old=change.old,
        new=change.new,
        at=at,
    )


@transaction.atomic
def change_address(person: User, new: str, *, at: datetime) -> None:
    """Sign-in and letters go to the new address from now on.

    The old one is told, so that a stranger's change does not stay hidden.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    old, person.email = person.email, new
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
    except IntegrityError:
        raise ValidationError(_("This e-mail address is taken.")) from None
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.filter(email=new).delete()
    EmailAddress.objects.create(user=person, email=new, verified=True, primary=True)
    join_by_address(person, at=at)
    audit.record(
        company=person.company,
        by=person,
        verb=Verb.ADDRESS_CHANGED,
        thing=person,
        old=old,
        new=new,
        at=at,
    )
    emails.address_changed(person, old=old, at=at)
