"""Appoint, replace and dismiss technical contacts at once."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps import records
from apps.models import Application
from companies.models import User
from companies.verbs import Verb
from contacts import emails, rights
from contacts.actions import office
from contacts.models import TechnicalContact


@transaction.atomic
def appoint(
    *,
    application: Application,
    person: User,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> TechnicalContact:
    """Make a member of the team technical contact, at once.

    On-Premises this adds one; somebody who is a contact already stays one and nobody
    is told [E4]. On Cloud it fills an empty place; a second contact is refused [E1]:
    there the role is handed over or the contact replaced. Refused: who is not on the
    team [TC-22], who is deactivated and, once the app is delivered, who has no
    account [TC-04]. An admin or staff says why. The person and the company's admins
    are mailed.
    """
    application.lock()
    office.assert_may(by is None or rights.may_appoint(by, application))
    office.refuse_offboarded(application)
    present = office.contacts_of(application)
    for contact in present:
        if contact.user_id == person.pk:
            return contact
    if application.is_cloud and present:
        raise ValidationError(
            _(
                "A Cloud app has exactly one technical contact, now %(contact)s."
                " Hand the role over, or replace the contact."
            ),
            params={"contact": present[0].user},
            code="one_on_cloud",
        )
    _require_reason(application, by, reason)
    _require_fit(application, person)
    contact = office.give_role(application, person, by=by, at=at, reason=reason)
    records.record(application, Verb.CONTACT_APPOINTED, by=by, at=at, new=person)
    emails.appointed(contact)
    emails.admins_told_of_change(contact, by=by, joined=person, reason=reason)
    return contact


@transaction.atomic
def replace_contact(
    *,
    contact: TechnicalContact,
    person: User,
    by: User | None,
    at: datetime,
    reason: str,
) -> TechnicalContact:
    """Take the role from one contact and give it to another member of the team.

    For admins and staff [TC-28, TC-29], with a reason; the contact hands over instead.
    A handover that was under way is withdrawn. The former contact stays on the team.
    Refused as in `appoint`, and for somebody who is a contact already. Both people
    and the company's admins are mailed [TC-27].
    """
    application = contact.application
    application.lock()
    office.assert_may(by is None or rights.may_replace_contact(by, application))
    office.refuse_offboarded(application)
    former = office.still_contact(contact)
    office.require_not_contact(application, person)
    if by is not None and not reason.strip():
        raise _reason_missing()
    _require_fit(application, person)
    withdrawn = office.take_role(former, by=by, at=at)
    successor = office.give_role(application, person, by=by, at=at, reason=reason)
    left = former.user
    records.record(
        application, Verb.CONTACT_APPOINTED, by=by, at=at, old=left, new=person
    )
    emails.handovers_withdrawn(withdrawn, by=by)
    emails.appointed(successor, former=left)
    emails.dismissed(former, by=by, successor=person, reason=reason)
    emails.admins_told_of_change(
        successor, by=by, joined=person, left=left, reason=reason
    )
    return successor


@transaction.atomic
def dismiss(
    *, contact: TechnicalContact, by: User | None, at: datetime, reason: str = ""
) -> None:
    """End an appointment; contacts resign by this verb too.

    The person stays on the team. Refused for the last contact [E4], which on Cloud is
    the only one, and for the last who can still be reached. The person and the
    company's admins are mailed.
    """
    application = contact.application
    application.lock()
    office.assert_may(by is None or rights.may_dismiss(by, contact))
    contact = office.still_contact(contact)
    others = [
        other for other in office.contacts_of(application) if other.pk != contact.pk
    ]
    _require_somebody_left(contact, others)
    withdrawn = office.take_role(contact, by=by, at=at)
    records.record(application, Verb.CONTACT_DISMISSED, by=by, at=at, old=contact.user)
    emails.handovers_withdrawn(withdrawn, by=by)
    emails.dismissed(contact, by=by, reason=reason)
    emails.admins_told_of_change(contact, by=by, left=contact.user, reason=reason)


def _require_fit(application: Application, person: User) -> None:
    office.lock_person(person)
    office.require_active(person)
    office.require_on_team(application, person)
    if application.delivered_at:
        office.require_account(person)


def _require_reason(application: Application, by: User | None, reason: str) -> None:
    """Contacts choose their colleagues freely; who acts from outside says why."""
    is_outsider = by is not None and not rights.is_contact(by, application)
    if is_outsider and not reason.strip():
        raise _reason_missing()


def _reason_missing() -> ValidationError:
    return ValidationError(_("Say why, in a few words. Both people read it."))


def _require_somebody_left(
    contact: TechnicalContact, others: list[TechnicalContact]
) -> None:
    facts = {"person": contact.user, "application": contact.application}
    if not others and contact.application.is_cloud:
        raise ValidationError(
            _(
                "%(person)s is the only technical contact of %(application)s."
                " Hand the role over, or replace the contact."
            ),
            params=facts,
        )
    if not others:
        raise ValidationError(
            _(
                "%(person)s is the last technical contact of %(application)s."
                " Add another one first."
            ),
            params=facts,
        )
    if contact.user.is_active and not any(other.user.is_active for other in others):
        raise ValidationError(
            _(
                "%(person)s is the last technical contact of %(application)s who can"
                " be reached. Add another one first."
            ),
            params=facts,
        )
