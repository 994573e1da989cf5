"""What happens when sessions end, or an account is closed and opened again.

`close_account` is a building block: whether a customer's person may go is asked of
every floor by a verb under the roof [CO-10].
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies import audit, emails
from companies.actions.guards import (
    assert_manages,
    drop_sessions,
    locked,
    refuse_last_admin,
)
from companies.actions.invitations import withdraw_invitations_of
from companies.models import User
from companies.sessions import Device
from companies.verbs import Verb
from outbox import postponing


@transaction.atomic
def end_sessions(person: User, *, by: User, at: datetime) -> None:
    """Sign somebody out on every device, for instance after a laptop was stolen."""
    drop_sessions(person)
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
    Invitations that the person sent are withdrawn, letters that wait for a digest or
    the end of quiet hours are not sent. The person is mailed.
    """
    person = locked(person)
    assert_manages(by, person)
    if person.pk == by.pk:
        raise ValidationError(_("You cannot close your own account."))
    if person.is_company_admin:
        refuse_last_admin(person)
    if person.company and person.company.contact_id == person.pk:
        raise ValidationError(
            _("%(name)s is the company contact. Name another one first.")
            % {"name": person}
        )
    person.is_active = False
    person.save(update_fields=["is_active"])
    withdraw_invitations_of(person, by=by, at=at)
    postponing.drop_all(person.pk, at=at)
    drop_sessions(person)
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
