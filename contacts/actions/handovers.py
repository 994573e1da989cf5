"""A handover: offered, then accepted, declined, withdrawn or lapsed.

Until the new person accepts nothing changes. Rows are locked in one order:
application, handover, person.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps import records
from apps.models import Application
from companies.models import User
from companies.verbs import Verb
from contacts import emails, rights
from contacts.actions import office
from contacts.models import Handover, TechnicalContact
from ui.words import inside


@transaction.atomic
def offer_handover(
    *,
    contact: TechnicalContact,
    to: User,
    by: User,
    at: datetime,
    message: str = "",
) -> Handover:
    """Offer the role of one contact to a member of the team.

    The person invited is mailed, and the contact too when somebody else offers in
    their place. Refused [E2]: to oneself, to who is not on the team, has no account
    or is deactivated, to who is a contact already; while an offer is open.
    """
    application = contact.application
    application.lock()
    office.assert_may(rights.may_offer_handover(by, contact))
    office.refuse_offboarded(application)
    _require_holder(application, contact.user)
    _require_successor(application, contact.user, to)
    _require_no_open_offer(application, contact.user, at)
    handover = Handover.objects.create(
        application=application,
        from_user=contact.user,
        to_user=to,
        offered_by=by,
        message=message.strip(),
        offered_at=at,
        lapses_at=at + timedelta(days=settings.HANDOVER_DAYS),
    )
    records.record(application, Verb.HANDOVER_OFFERED, by=by, at=at, new=to)
    emails.handover_offered(handover)
    return handover


@transaction.atomic
def accept_handover(*, handover: Handover, by: User, at: datetime) -> TechnicalContact:
    """Take the role over: the new person is contact, the former is not [TC-25].

    It covers every environment at once [TC-23]. The former contact stays on the team
    and keeps what was granted to them otherwise [TC-26]. Both are mailed [TC-27], and
    the company's admins. Refused: to anybody but the person invited, past its time,
    and when the world has changed since the offer.
    """
    application = _lock(handover)
    office.assert_may(rights.may_answer_handover(by, handover))
    office.refuse_offboarded(application)
    _require_pending(handover, at)
    former = _require_holder(application, handover.from_user)
    _require_successor(application, handover.from_user, handover.to_user)
    office.close_handover(handover, Handover.State.ACCEPTED, at=at)
    office.take_role(former, by=by, at=at)
    successor = office.give_role(
        application, handover.to_user, by=handover.offered_by, at=at
    )
    records.record(
        application, Verb.HANDOVER_ACCEPTED, by=by, at=at, old=handover.from_user
    )
    emails.appointed(successor, former=former.user)
    emails.handover_accepted(handover)
    emails.admins_told_of_change(
        successor, by=by, joined=successor.user, left=former.user
    )
    return successor


@transaction.atomic
def decline_handover(
    *, handover: Handover, by: User, at: datetime, answer: str = ""
) -> Handover:
    """Refuse the role: everything stays as it is, and the contact is told."""
    application = _lock(handover)
    office.assert_may(rights.may_answer_handover(by, handover))
    _require_pending(handover, at)
    handover.answer = answer.strip()
    office.close_handover(handover, Handover.State.DECLINED, at=at)
    records.record(application, Verb.HANDOVER_DECLINED, by=by, at=at)
    emails.handover_declined(handover)
    return handover


@transaction.atomic
def cancel_handover(*, handover: Handover, by: User, at: datetime) -> Handover:
    """Withdraw an open offer: everything stays as it is, and the invited is told."""
    application = _lock(handover)
    office.assert_may(rights.may_cancel_handover(by, handover))
    office.close_handover(handover, Handover.State.CANCELLED, at=at)
    records.record(
        application, Verb.HANDOVER_CANCELLED, by=by, at=at, new=handover.to_user
    )
    emails.handovers_withdrawn([handover], by=by)
    return handover


@transaction.atomic
def remind_handover(*, handover: Handover, by: User, at: datetime) -> Handover:
    """Mail the invited person once more; refused more than once a day."""
    _lock(handover)
    office.assert_may(rights.may_cancel_handover(by, handover))
    _require_pending(handover, at)
    if not handover.may_be_reminded(at):
        raise ValidationError(
            _("%(person)s had a mail about this in the last 24 hours."),
            params={"person": handover.to_user},
        )
    handover.reminded_at = at
    handover.save(update_fields=["reminded_at"])
    emails.handover_reminder(handover)
    return handover


def lapse_handovers(*, at: datetime) -> int:
    """Close every offer whose time is up, each in its own transaction.

    Nothing changes for the application; who gave and who offered are told. Returns
    how many lapsed now, so running it twice or in two workers counts each once.
    """
    overdue = Handover.objects.lapsed(at).with_people().select_related("application")
    return sum(lapse(handover, at) for handover in overdue.order_by("lapses_at", "id"))


@transaction.atomic
def lapse(handover: Handover, at: datetime) -> bool:
    """Close one offer; False when somebody has closed it meanwhile."""
    application = _lock(handover)
    if not handover.can_move_to(Handover.State.LAPSED):
        return False
    office.close_handover(handover, Handover.State.LAPSED, at=at)
    records.record(
        application, Verb.HANDOVER_LAPSED, by=None, at=at, new=handover.to_user
    )
    emails.handover_lapsed(handover)
    return True


def _lock(handover: Handover) -> Application:
    """Hold application and handover, both read afresh; two answers never cross."""
    application = handover.application
    application.lock()
    handover.refresh_from_db(
        from_queryset=Handover.objects.with_people().select_for_update(of=("self",))
    )
    handover.application = application
    return application


def _require_pending(handover: Handover, at: datetime) -> None:
    if handover.is_pending(at):
        return
    if handover.state == Handover.State.OFFERED:
        raise ValidationError(
            _("The time to answer is over. Ask %(person)s to offer it again."),
            params={"person": handover.offered_by},
        )
    raise ValidationError(
        _("This handover is closed already: %(state)s."),
        params={"state": inside(handover.get_state_display())},
    )


def _require_holder(application: Application, person: User) -> TechnicalContact:
    """The role can only be given away by who has it."""
    contact = (
        TechnicalContact.objects.of(application).with_people().held_by(person).first()
    )
    if contact is None:
        raise ValidationError(
            _("%(person)s is no longer a technical contact."), params={"person": person}
        )
    contact.application = application
    return contact


def _require_successor(application: Application, holder: User, to: User) -> None:
    if to.pk == holder.pk:
        raise ValidationError(_("Choose somebody else to take over."))
    office.lock_person(to)
    office.require_on_team(application, to)
    office.require_account(to)
    office.require_not_contact(application, to)


def _require_no_open_offer(
    application: Application, holder: User, at: datetime
) -> None:
    """One offer at a time; one whose time is up is closed on the way."""
    open_offers = Handover.objects.of(application).open().filter(from_user=holder)
    for handover in open_offers.with_people():
        handover.application = application
        if handover.is_pending(at):
            raise ValidationError(
                _(
                    "The role is offered to %(person)s already."
                    " Withdraw that handover first."
                ),
                params={"person": handover.to_user},
            )
        lapse(handover, at)
