"""The moves all verbs of this package are made of: who may hold the role, giving it,
taking it, writing it down. Each is called under the application's lock.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from apps import records
from apps.models import Application, Membership
from companies.models import User
from companies.verbs import Verb
from contacts.models import Handover, Review, TechnicalContact
from ui.words import inside


def assert_may(allowed: bool) -> None:
    """Refuse an actor without the right; the portal itself (`by` None) may all."""
    if not allowed:
        raise PermissionDenied


def refuse_offboarded(application: Application) -> None:
    if application.offboarded_at:
        raise ValidationError(
            _("%(application)s is off-boarded."), params={"application": application}
        )


def require_on_team(application: Application, person: User) -> None:
    """A contact is a member of the team first [TC-22]."""
    if not Membership.objects.of(application).filter(user=person).exists():
        raise ValidationError(
            _("%(person)s is not on the team. Add them to the team first."),
            params={"person": person},
        )


def lock_person(person: User) -> None:
    """Read the person afresh and hold the row: nobody deactivates them meanwhile [E7].

    Always after the application's lock, so that two verbs never wait for each other.
    """
    person.refresh_from_db(from_queryset=User.objects.select_for_update(no_key=True))


def require_active(person: User) -> None:
    if not person.is_active:
        raise ValidationError(
            _("The account of %(person)s is deactivated. Choose somebody else."),
            params={"person": person},
        )


def require_account(person: User) -> None:
    """Registered with a confirmed address and active [TC-04]."""
    require_active(person)
    if not person.has_account:
        raise ValidationError(
            _(
                "%(person)s has no account yet. Ask them to sign up with %(email)s,"
                " or choose somebody else."
            ),
            params={"person": person, "email": person.email},
        )


def require_not_contact(application: Application, person: User) -> None:
    if TechnicalContact.objects.of(application).held_by(person).exists():
        raise ValidationError(
            _("%(person)s is a technical contact already."), params={"person": person}
        )


def contacts_of(application: Application) -> list[TechnicalContact]:
    """Today's contacts, the longest in office first."""
    return list(TechnicalContact.objects.of(application).with_people())


def give_role(
    application: Application,
    person: User,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> TechnicalContact:
    """The row; the database refuses a second one on Cloud and a person twice."""
    return TechnicalContact.objects.create(
        application=application,
        user=person,
        hosting=application.hosting,
        appointed_at=at,
        appointed_by=by,
        reason=reason.strip(),
    )


def take_role(
    contact: TechnicalContact, *, by: User | None, at: datetime
) -> list[Handover]:
    """Remove the row and withdraw what this person had offered; returns those offers.

    Whether they are still the contact is answered by it.

    Memberships and rights given otherwise stay [TC-26].
    """
    TechnicalContact.objects.filter(pk=contact.pk).delete()
    asked = Review.objects.open().filter(
        application=contact.application, user=contact.user
    )
    asked.update(answer=Review.Answer.ENDED, answered_at=at, answered_by=by)
    return withdraw_offers(contact.application, by=by, at=at, from_user=contact.user)


def withdraw_offers(
    application: Application, *, by: User | None, at: datetime, **of_whom: Any
) -> list[Handover]:
    """Close the open handovers of an application; `of_whom` narrows them to a person.

    Returns those that were closed, for the caller to tell whoever was invited.
    """
    offers = Handover.objects.of(application).open().with_people().filter(**of_whom)
    closed = list(offers.select_for_update(of=("self",)))
    for handover in closed:
        close_handover(handover, Handover.State.CANCELLED, at=at)
        records.record(
            application, Verb.HANDOVER_CANCELLED, by=by, at=at, new=handover.to_user
        )
    return closed


def close_handover(handover: Handover, state: str, *, at: datetime) -> None:
    """Move an offer to its end; an end is final."""
    if not handover.can_move_to(state):
        raise ValidationError(
            _("This handover is closed already: %(state)s."),
            params={"state": inside(handover.get_state_display())},
        )
    handover.state = state
    handover.closed_at = at
    handover.save(update_fields=["state", "closed_at", "answer"])


def still_contact(contact: TechnicalContact) -> TechnicalContact:
    """The row as it is under the lock; somebody may have been quicker."""
    found = (
        TechnicalContact.objects.of(contact.application)
        .with_people()
        .filter(pk=contact.pk)
        .first()
    )
    if found is None:
        raise ValidationError(
            _("%(person)s is no longer a technical contact."),
            params={"person": contact.user},
        )
    found.application = contact.application
    return found
