"""What happens when somebody accepts an invitation, with an account or without one."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from companies import invitation_emails, reception
from companies.actions.accounts import confirm_address
from companies.actions.guards import drop_sessions
from companies.actions.invitations import close, held, hold, record, require_open
from companies.models import Invitation, User
from companies.verbs import Verb
from outbox.models import AddressStanding

State = Invitation.State


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User, at: datetime) -> User:
    """Somebody with an account becomes one of the company, in the role offered.

    A second press on the same button changes nothing. Refused: to any other address
    than the one invited, to who belongs to another company or to the vendor, and past
    its time. Whoever invited and the company's admins are told.
    """
    hold(invitation.company_id)
    person = User.objects.select_for_update().get(pk=by.pk)
    invitation = held(invitation)
    if not invitation.is_for(person) or not person.has_account:
        raise PermissionDenied
    if invitation.accepted_by_id == person.pk:
        return person
    _require_pending(invitation, at)
    _refuse_elsewhere(invitation, person)
    _seat(person, invitation)
    person.save(update_fields=["company", "is_company_admin"])
    return _accepted(invitation, person, at)


@transaction.atomic
def accept_as_newcomer(
    invitation: Invitation,
    *,
    name: str,
    password: str,
    language: str,
    at: datetime,
) -> User:
    """Somebody without an account gets one and is one of the company at once.

    The letter reached the address, so it counts as confirmed [TC-04]. An account that
    somebody began with this address and never confirmed is taken over: its password
    and whoever is signed in with it are gone, since nobody knows who chose them.
    """
    hold(invitation.company_id)
    rows = User.objects.select_for_update().filter(email=invitation.email)
    person = rows.first() or User(email=invitation.email, created_at=at)
    invitation = held(invitation)
    _require_pending(invitation, at)
    if person.registered_at is not None:
        raise ValidationError(_("You have an account already. Sign in to accept."))
    if not person.is_active:
        raise ValidationError(_("This account is closed. Ask our support desk."))
    _refuse_elsewhere(invitation, person)
    if person._state.adding:
        person.time_zone = invitation.company.time_zone
    person.name, person.language = name.strip(), language
    _seat(person, invitation)
    person.set_password(password)
    _save(person)
    drop_sessions(person)
    AddressStanding.objects.note_proof(person.email, at)
    confirm_address(person, at=at)
    return _accepted(invitation, person, at)


def _seat(person: User, invitation: Invitation) -> None:
    person.company = invitation.company
    if invitation.role == Invitation.Role.ADMIN:
        person.is_company_admin = True


def _save(person: User) -> None:
    """Somebody may have registered with this address while we looked."""
    person.full_clean()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise ValidationError(
            _("You have an account already. Sign in to accept.")
        ) from None


def _accepted(invitation: Invitation, person: User, at: datetime) -> User:
    close(invitation, State.ACCEPTED, at=at, by=person)
    record(invitation, Verb.INVITATION_ACCEPTED, by=person, at=at)
    invitation_emails.accepted(invitation, person)
    return person


def _require_pending(invitation: Invitation, at: datetime) -> None:
    require_open(invitation)
    if not invitation.is_pending(at):
        raise ValidationError(
            _("The time to accept is over. Ask %(person)s for a new invitation.")
            % {"person": invitation.invited_by}
        )


def _refuse_elsewhere(invitation: Invitation, person: User) -> None:
    """Nobody changes the company by a letter: their own would lose them unasked."""
    if reception.belongs_elsewhere(invitation, person):
        raise ValidationError(
            _("%(email)s belongs to another company. Nothing was changed.")
            % {"email": person.email}
        )
