"""A wish for more than a license covers: asked, taken up, agreed, declined, withdrawn.

None of these changes the license [LI-04, TC-36]: `correct_license` does, when the new
contract is signed.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies.models import User
from companies.verbs import Verb
from contacts import audience
from licenses import expansion_emails, rights
from licenses.actions import refusals
from licenses.actions.records import record
from licenses.models import ExpansionRequest, License
from licenses.models.expansion import KINDS

State = ExpansionRequest.State


@transaction.atomic
def ask_expansion(
    *,
    license: License,
    reason: str,
    by: User,
    at: datetime,
    besides: str = "",
    **counts: int | None,
) -> ExpansionRequest:
    """Ask the account executive for more: so many users of a kind, or what else.

    The executive is mailed and answers to whoever asked; where there is none, or none
    who is active, the support desk is. Refused: while another request of the license is
    open, for one that is off-boarded or revoked, for no more users than it has, without
    a wish or a reason, and to anybody but technical contacts, company admins and vendor
    staff.
    """
    if not rights.may_ask_expansion(by, license):
        raise PermissionDenied
    license.lock()
    _refuse_repeated(license)
    readers = audience.commercial_readers(license.company)
    request = ExpansionRequest(
        license=license,
        besides=besides.strip(),
        reason=reason.strip(),
        users_then=license.covered_users,
        asked_by=by,
        asked_at=at,
        executive=readers[0].user if readers else None,
        **counts,
    )
    _refuse_empty(request)
    request.full_clean(exclude=["license", "asked_by", "executive"])
    request.save(force_insert=True)
    record(request.license, Verb.EXPANSION_ASKED, by=by, at=at, new=request.wish)
    expansion_emails.asked(request)
    return request


@transaction.atomic
def take_up_expansion(
    *, request: ExpansionRequest, by: User, at: datetime
) -> ExpansionRequest:
    """Say that it is being discussed; whoever asked is told by whom."""
    _lock_for_vendor(request, by)
    _require_move(request, State.DISCUSSED)
    request.state, request.taken_up_at, request.taken_up_by = State.DISCUSSED, at, by
    request.save(update_fields=["state", "taken_up_at", "taken_up_by"])
    record(request.license, Verb.EXPANSION_DISCUSSED, by=by, at=at)
    expansion_emails.answered(request)
    return request


@transaction.atomic
def agree_expansion(
    *, request: ExpansionRequest, answer: str, by: User, at: datetime
) -> ExpansionRequest:
    """Note what was agreed, and tell whoever asked.

    The license stays as it is until its contract is corrected or renewed.
    """
    return _decide(request, State.AGREED, answer, by=by, at=at)


@transaction.atomic
def decline_expansion(
    *, request: ExpansionRequest, answer: str, by: User, at: datetime
) -> ExpansionRequest:
    """Refuse it with a reason, and tell whoever asked."""
    return _decide(request, State.DECLINED, answer, by=by, at=at)


@transaction.atomic
def withdraw_expansion(
    *, request: ExpansionRequest, by: User | None, at: datetime, answer: str = ""
) -> ExpansionRequest:
    """Take the wish back; whoever it was sent to is told that nothing is left to do.

    `by` None is the portal itself, when what was asked for is off-boarded.
    """
    if by is not None and not rights.may_withdraw_expansion(by, request):
        raise PermissionDenied
    _lock(request)
    _close(request, State.WITHDRAWN, answer, by=by, at=at)
    record(request.license, Verb.EXPANSION_WITHDRAWN, by=by, at=at)
    expansion_emails.withdrawn(request)
    return request


def _decide(
    request: ExpansionRequest, state: str, answer: str, *, by: User, at: datetime
) -> ExpansionRequest:
    _lock_for_vendor(request, by)
    if not answer.strip():
        raise ValidationError(_("Say why, or what was agreed: the customer reads it."))
    _close(request, state, answer, by=by, at=at)
    verbs = {
        State.AGREED: Verb.EXPANSION_AGREED,
        State.DECLINED: Verb.EXPANSION_DECLINED,
    }
    record(request.license, verbs[State(state)], by=by, at=at, new=request.answer)
    expansion_emails.answered(request)
    return request


def _close(
    request: ExpansionRequest, state: str, answer: str, *, by: User | None, at: datetime
) -> None:
    _require_move(request, state)
    request.state, request.answer = state, answer.strip()
    request.closed_at, request.closed_by = at, by
    request.full_clean(exclude=["license", "asked_by", "executive", "closed_by"])
    request.save(update_fields=["state", "answer", "closed_at", "closed_by"])


def _lock_for_vendor(request: ExpansionRequest, by: User) -> None:
    """Only the vendor's people answer a wish."""
    refusals.refuse_customers(by)
    _lock(request)


def _lock(request: ExpansionRequest) -> None:
    """Read the request afresh and hold it: two answers never cross."""
    rows = ExpansionRequest.objects.with_people()
    request.refresh_from_db(
        from_queryset=rows.select_for_update(of=("self",), no_key=True)
    )


def _require_move(request: ExpansionRequest, state: str) -> None:
    if not request.can_move_to(state):
        raise ValidationError(
            _("This request is at another point already: %(state)s."),
            params={"state": request.get_state_display().lower()},
        )


def _refuse_repeated(license: License) -> None:
    refusals.refuse_over(license)
    if license.expansions.open().exists():
        raise ValidationError(
            _(
                "A request for %(license)s is open. Withdraw it first if you want"
                " something else."
            ),
            params={"license": license},
        )


def _refuse_empty(request: ExpansionRequest) -> None:
    if not request.wish:
        raise ValidationError(_("Say how many users you want, or what else."))
    for kind in KINDS:
        if getattr(request, kind) == 0:
            raise ValidationError(_("Ask for one user or more, or leave it empty."))
    if request.users and request.users_then and request.users <= request.users_then:
        raise ValidationError(
            _("The license covers %(users)d users already. Ask for more."),
            params={"users": request.users_then},
        )
