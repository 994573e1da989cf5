"""What happens when somebody comes back from the company's provider [CO-17]."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import translation

from companies import audit
from companies.actions.accounts import confirm_address
from companies.actions.belonging import join_company
from companies.models import Company, SignOn, User
from companies.provider_calls import SignOnError
from companies.verbs import Verb

YES = (True, "true")


@transaction.atomic
def arrive(
    sign_on: SignOn, claims: dict[str, Any], *, at: datetime
) -> tuple[User, SocialAccount]:
    """The person whom the provider named: known by subject, then by address, else new.

    Found by the address for the first time, the account keeps what it may, but not a
    password that somebody chose who never confirmed the address. Refused: whoever
    belongs to another company or to the vendor, a closed account, and a subject other
    than the one this account is known by, for addresses are given to newcomers again.
    """
    address = address_in(sign_on, claims)
    Company.objects.select_for_update().get(pk=sign_on.company_id)
    known = {"provider": str(sign_on.company_id), "uid": claims["sub"]}
    account = SocialAccount.objects.filter(**known).select_related("user").first()
    if account:
        return _admitted(account.user, sign_on), account
    person = User.objects.filter(email__iexact=address).first()
    person = _linked(person, sign_on, at) if person else _new(sign_on, claims, at)
    account = SocialAccount.objects.create(user=person, extra_data={}, **known)
    audit.record(
        company=sign_on.company,
        by=person,
        verb=Verb.SIGN_ON_LINKED,
        thing=person.email,
        at=at,
    )
    return person, account


def address_in(sign_on: SignOn, claims: dict[str, Any]) -> str:
    """The address that the provider vouches for, at a domain of the company."""
    address = str(claims.get("email") or "").strip().lower()
    if not address:
        raise SignOnError("no_address")
    is_unknown = "email_verified" not in claims and sign_on.trusts_addresses
    if claims.get("email_verified") not in YES and not is_unknown:
        raise SignOnError("unverified", address)
    if not sign_on.covers(address):
        raise SignOnError("domain", address)
    return address


def _admitted(person: User, sign_on: SignOn) -> User:
    if person.company_id != sign_on.company_id:
        raise SignOnError("elsewhere", person.email)
    if not person.is_active:
        raise SignOnError("closed", person.email)
    return person


def _linked(person: User, sign_on: SignOn, at: datetime) -> User:
    if person.is_staff or person.company_id not in (None, sign_on.company_id):
        raise SignOnError("elsewhere", person.email)
    others = SocialAccount.objects.filter(provider=str(sign_on.company_id))
    if others.filter(user=person).exists():
        raise SignOnError("other_subject", person.email)
    if person.registered_at is None:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        confirm_address(person, at=at)
    if person.company_id is None:
        person = join_company(person, sign_on.company, by=None, at=at)
    return _admitted(person, sign_on)


def _new(sign_on: SignOn, claims: dict[str, Any], at: datetime) -> User:
    address = address_in(sign_on, claims)
    person = User(
        email=address,
        name=_name_in(claims, address),
        company=sign_on.company,
        language=translation.get_language() or "en",
        created_at=at,
    )
    person.set_unusable_password()
    person.full_clean()
    person.save(force_insert=True)
    audit.record(
        company=sign_on.company, by=None, verb=Verb.PERSON_ADDED, thing=person, at=at
    )
    confirm_address(person, at=at)
    return person


def _name_in(claims: dict[str, Any], address: str) -> str:
    parts = [claims.get("given_name"), claims.get("family_name")]
    whole = claims.get("name") or " ".join(str(part) for part in parts if part)
    return (str(whole).strip() or address.partition("@")[0])[:120]
