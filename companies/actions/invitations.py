"""What happens when somebody is invited to a company, until somebody answers.

The company's row is locked first, then people, then the invitation: so an acceptance
never crosses a withdrawal, and the daily limit holds for two admins at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies import audit, invitation_emails
from companies.actions.guards import assert_runs
from companies.invitees import Invitee
from companies.models import Company, Invitation, User
from companies.models.invitation import InvitationQuerySet, digest_of, new_token
from companies.verbs import Verb
from ui.words import inside

State = Invitation.State
# Withdrawn and invited once more, somebody gets one letter after the other.
MOST_TO_ONE = 3


@transaction.atomic
def invite(
    company: Company,
    people: Sequence[Invitee],
    *,
    by: User,
    at: datetime,
    role: str = Invitation.Role.MEMBER,
    message: str = "",
) -> list[Invitation]:
    """Ask people by mail to become one of the company: all of them, or nobody [CO-01].

    Each address is judged, and every refusal is said: one of the company already,
    deactivated, of the vendor, invited already. Whether an address has an account with
    somebody else is neither asked nor told: the person reads it behind the link
    [CO-06]. Refused altogether past the daily limit, so that nobody mails the world,
    and to one address past a few a day, so that nobody is pestered.
    """
    company = hold(company.pk)
    assert_runs(by, company)
    lapse_overdue(company, people, at)
    if faults := list(_faults(company, people, at)):
        raise ValidationError(faults)
    _refuse_too_many(company, len(people), at)
    return [
        _open(company, invitee, by=by, at=at, role=role, message=message.strip())
        for invitee in people
    ]


@transaction.atomic
def send_invitation_again(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Write once more, with a new link and the whole time; the old link is dead."""
    invitation = held(invitation)
    assert_runs(by, invitation.company)
    require_open(invitation)
    if not invitation.may_be_sent_again(at):
        raise ValidationError(
            _("%(email)s had a letter within the last hour. Wait a little.")
            % {"email": invitation.email}
        )
    token = new_token()
    invitation.token_digest = digest_of(token)
    invitation.reminder_digest, invitation.reminded_at = "", None
    invitation.sent_at, invitation.lapses_at = at, _end(at)
    invitation.save(
        update_fields=[
            "token_digest",
            "reminder_digest",
            "reminded_at",
            "sent_at",
            "lapses_at",
        ]
    )
    record(invitation, Verb.INVITATION_SENT, by=by, at=at)
    invitation_emails.invitation(invitation, token=token)


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Take it back: the link leads to a page that says so."""
    invitation = held(invitation)
    assert_runs(by, invitation.company)
    if invitation.state == State.WITHDRAWN:
        return
    require_open(invitation)
    close(invitation, State.WITHDRAWN, at=at)
    record(invitation, Verb.INVITATION_WITHDRAWN, by=by, at=at)


def lapse_invitations(*, at: datetime) -> int:
    """Close every invitation whose time is up, each in its own transaction.

    Whoever invited is told. Returns how many lapsed now, so running it twice or in
    two workers counts each once.
    """
    overdue = Invitation.objects.overdue(at).order_by("lapses_at", "id")
    return sum(_lapse_one(invitation, at) for invitation in overdue)


@transaction.atomic
def _lapse_one(invitation: Invitation, at: datetime) -> bool:
    """False when somebody has closed it, or sent it again, meanwhile."""
    invitation = held(invitation)
    if invitation.state != State.OPEN or invitation.is_pending(at):
        return False
    _lapse(invitation, at)
    return True


def remind_of_invitations(*, at: datetime) -> int:
    """One reminder each to whoever has not answered and has not much time left."""
    due = Invitation.objects.due_for_reminder(at).order_by("lapses_at", "id")
    return sum(_remind_one(invitation, at) for invitation in due)


@transaction.atomic
def _remind_one(invitation: Invitation, at: datetime) -> bool:
    """The reminder has a link of its own, for the first one is known to nobody here."""
    invitation = held(invitation)
    if not invitation.is_pending(at) or invitation.reminded_at is not None:
        return False
    token = new_token()
    invitation.reminder_digest, invitation.reminded_at = digest_of(token), at
    invitation.save(update_fields=["reminder_digest", "reminded_at"])
    invitation_emails.reminder(invitation, token=token)
    return True


# What every verb about invitations shares


def settle_invitations(person: User, company: Company, *, at: datetime) -> None:
    """Whoever became one of the company in another way has nothing left to accept.

    Only to be company admin, for that is more than they became.
    """
    rows = Invitation.objects.of(company).open().to_address(person.email)
    for invitation in rows.to_members().select_for_update():
        close(invitation, State.ACCEPTED, at=at, by=person)


def withdraw_invitations_of(person: User, *, by: User, at: datetime) -> None:
    """Whoever may invite no more lets nobody in by a letter sent before.

    Least of all themselves: as company admin, at a private address.
    """
    rows = Invitation.objects.open().sent_by(person).with_people()
    for invitation in rows.select_for_update(of=("self",)):
        close(invitation, State.WITHDRAWN, at=at)
        record(invitation, Verb.INVITATION_WITHDRAWN, by=by, at=at)


def hold(company_id: object) -> Company:
    """The company with its people and invitations held until the transaction ends."""
    return Company.objects.select_for_update().get(pk=company_id)


def held(invitation: Invitation) -> Invitation:
    """The invitation as the database knows it now, its company locked before it."""
    hold(invitation.company_id)
    rows = Invitation.objects.with_people().select_for_update(of=("self",))
    return rows.get(pk=invitation.pk)


def require_open(invitation: Invitation) -> None:
    if invitation.state == State.OPEN:
        return
    raise ValidationError(
        _("This invitation is closed already: %(state)s.")
        % {"state": inside(invitation.get_state_display())}
    )


def close(
    invitation: Invitation, state: str, *, at: datetime, by: User | None = None
) -> None:
    """Every end of an invitation; `by` is who accepted it."""
    if not invitation.can_move_to(state):
        require_open(invitation)
    invitation.state, invitation.closed_at, invitation.accepted_by = state, at, by
    invitation.save(update_fields=["state", "closed_at", "accepted_by"])


def record(
    invitation: Invitation, verb: Verb, *, by: User | None, at: datetime
) -> None:
    audit.record(
        company=invitation.company,
        by=by,
        verb=verb,
        thing=invitation.email,
        old=invitation.invited_by,
        new=invitation.get_role_display(),
        at=at,
    )


def lapse_overdue(company: Company, people: Iterable[Invitee], at: datetime) -> None:
    """What nobody accepted in time does not stand in the way of asking again."""
    addresses = [invitee.email for invitee in people]
    rows = Invitation.objects.of(company).overdue(at).filter(email__in=addresses)
    for invitation in rows.with_people().select_for_update(of=("self",)):
        _lapse(invitation, at)


def _lapse(invitation: Invitation, at: datetime) -> None:
    close(invitation, State.LAPSED, at=at)
    record(invitation, Verb.INVITATION_LAPSED, by=None, at=at)
    invitation_emails.lapsed(invitation)


def _open(
    company: Company, invitee: Invitee, *, by: User, at: datetime, **wish: str
) -> Invitation:
    token = new_token()
    invitation = Invitation(
        company=company,
        email=invitee.email,
        name=invitee.name,
        invited_by=by,
        invited_at=at,
        sent_at=at,
        lapses_at=_end(at),
        token_digest=digest_of(token),
        **wish,
    )
    invitation.full_clean()
    invitation.save(force_insert=True)
    record(invitation, Verb.PERSON_INVITED, by=by, at=at)
    invitation_emails.invitation(invitation, token=token)
    return invitation


def _end(at: datetime) -> datetime:
    return at + timedelta(days=settings.INVITATION_DAYS)


def _faults(
    company: Company, people: Sequence[Invitee], at: datetime
) -> Iterable[ValidationError]:
    """Why somebody cannot be invited; of another company's people nothing is known."""
    addresses = [invitee.email for invitee in people]
    accounts = {one.email: one for one in User.objects.filter(email__in=addresses)}
    rows = Invitation.objects.of(company).open().filter(email__in=addresses)
    invited = set(rows.values_list("email", flat=True))
    asked = Counter(_asked_lately(company, at).values_list("email", flat=True))
    for invitee in people:
        words = _refusal(company, accounts.get(invitee.email))
        if asked[invitee.email] >= MOST_TO_ONE:
            words = _("%(email)s was invited often enough today. Wait until tomorrow.")
        if invitee.email in invited:
            words = _("%(email)s is invited already. Send that letter again instead.")
        if words:
            facts = {"email": invitee.email, "company": company}
            yield invitee.fault(words % {**facts, "vendor": settings.VENDOR_NAME})


def _refusal(company: Company, account: User | None) -> str:
    if account and account.is_staff:
        return _("%(email)s belongs to %(vendor)s. Invite your own people.")
    if account is None or account.company_id != company.pk:
        return ""
    if not account.is_active:
        return _("%(email)s is deactivated. Reactivate that account instead.")
    return _("%(email)s belongs to %(company)s already.")


def _asked_lately(company: Company, at: datetime) -> InvitationQuerySet:
    return Invitation.objects.of(company).begun_since(at - timedelta(days=1))


def _refuse_too_many(company: Company, wanted: int, at: datetime) -> None:
    lately = _asked_lately(company, at).count()
    left = max(0, settings.INVITATIONS_PER_DAY - lately)
    if wanted > left:
        raise ValidationError(
            _(
                "At most %(most)s invitations a day: you can send %(left)s more"
                " within 24 hours of the last ones."
            )
            % {"most": settings.INVITATIONS_PER_DAY, "left": left}
        )
