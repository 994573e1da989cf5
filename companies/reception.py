"""What an invited person finds behind the link, and what is theirs to do there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from companies.models import ClaimedDomain, Invitation, User


class Standing(StrEnum):
    """Where somebody stands before an invitation; each has its own words."""

    OVER = "over"
    JOINED = "joined"
    SOMEBODY_ELSE = "somebody_else"
    ELSEWHERE = "elsewhere"
    CLOSED = "closed"
    SIGN_IN = "sign_in"
    NEWCOMER = "newcomer"
    WELCOME = "welcome"


def invitation_with(token: str) -> Invitation | None:
    return Invitation.objects.with_people().by_token(token).first()


def addressed_to(person: User) -> QuerySet[Invitation]:
    """Every invitation of an address that this person has confirmed.

    Only then, or anybody could register as somebody else.
    """
    rows = Invitation.objects.with_people()
    return rows.to_address(person.email) if person.has_account else rows.none()


def waiting_for(person: User, at: datetime) -> QuerySet[Invitation]:
    """What somebody who belongs to nobody yet can accept, the oldest first."""
    rows = addressed_to(person).pending(at).order_by("invited_at", "id")
    return rows.none() if person.company_id or person.is_staff else rows


def belongs_elsewhere(invitation: Invitation, account: User | None) -> bool:
    """Whether the address is somebody else's already: by account, or by mail domain.

    A company's own domain is its own, whoever invites [CO-07].
    """
    if account and account.company_id == invitation.company_id:
        return False
    if account and (account.is_staff or account.company_id):
        return True
    claims = ClaimedDomain.objects.confirmed().of_address(invitation.email)
    return claims.exclude(company=invitation.company_id).exists()


def standing(invitation: Invitation, reader: Any, at: datetime) -> Standing:
    """Asked before every page and every press; nothing is decided by a template."""
    if not invitation.is_pending(at):
        is_own = reader.is_authenticated and invitation.accepted_by_id == reader.pk
        return Standing.JOINED if is_own else Standing.OVER
    if reader.is_authenticated and not invitation.is_for(reader):
        return Standing.SOMEBODY_ELSE
    account = User.objects.filter(email=invitation.email).first()
    if account and not account.is_active:
        return Standing.CLOSED
    if belongs_elsewhere(invitation, account):
        return Standing.ELSEWHERE
    # Begun by somebody, never confirmed: it is no account yet [TC-04].
    if account is None or not account.has_account:
        return Standing.NEWCOMER
    return Standing.WELCOME if reader.is_authenticated else Standing.SIGN_IN
