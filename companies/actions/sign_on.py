"""What happens to a company's single sign-on: entered, tested, on and off [CO-17]."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies import audit, sign_on_emails
from companies.actions.guards import locked
from companies.models import SignOn, User
from companies.verbs import Verb

State = SignOn.State


@transaction.atomic
def configure_sign_on(
    *,
    issuer: str,
    client_id: str,
    secret: str,
    by: User,
    at: datetime,
    provider_factor: bool = False,
    trusts_addresses: bool = False,
) -> SignOn:
    """A company admin enters the provider, or another one: to be tested before use.

    An empty secret keeps the one that is there, for the same issuer only: another one
    must not be sent it. Another issuer or client knows people by other subjects, so
    those known are forgotten. Refused while it is on.
    """
    admin = _admin(by)
    row = SignOn.objects.filter(company=admin.company).first()
    row = row or SignOn(company=admin.company)
    if row.is_on:
        raise ValidationError(_("Switch single sign-on off before you change it."))
    if not secret and (not row.encrypted_secret or row.issuer != issuer):
        raise ValidationError({"secret": _("Copy the secret from your provider.")})
    old = row.issuer
    if (old, row.client_id) != (issuer, client_id):
        SocialAccount.objects.filter(provider=str(admin.company_id)).delete()
    row.issuer, row.client_id = issuer, client_id
    row.provider_factor, row.trusts_addresses = provider_factor, trusts_addresses
    if secret:
        row.keep_secret(secret)
    _forget_test(row)
    row.save()
    words = {"thing": admin.company, "old": old, "new": issuer, "at": at}
    verb = Verb.SIGN_ON_CONFIGURED
    audit.record(company=admin.company, by=admin, verb=verb, **words)
    return row


@transaction.atomic
def note_sign_on_test(
    sign_on: SignOn, *, subject: str, address: str, by: User, at: datetime
) -> None:
    """An admin has come back from the provider; nobody was signed in by it."""
    admin = _admin(by)
    sign_on = SignOn.objects.select_for_update().get(pk=sign_on.pk)
    if sign_on.company_id != admin.company_id or sign_on.is_on:
        raise PermissionDenied
    sign_on.state, sign_on.tested_at, sign_on.tested_by = State.TESTED, at, admin
    sign_on.tested_subject, sign_on.tested_address = subject, address
    sign_on.save()
    audit.record(
        company=admin.company,
        by=admin,
        verb=Verb.SIGN_ON_TESTED,
        thing=admin.company,
        new=address,
        at=at,
    )


@transaction.atomic
def switch_sign_on_on(*, by: User, at: datetime) -> SignOn:
    """From now on the people at the company's domains come in through the provider.

    Their passwords are erased and every session ends; they are told. Refused before a
    test, and without a confirmed domain.
    """
    admin = _admin(by)
    sign_on = _of(admin)
    if sign_on.is_on:
        return sign_on
    if not sign_on.is_tested:
        raise ValidationError(_("Test it first: sign in through it once."))
    if not sign_on.company.domains.confirmed().exists():
        raise ValidationError(_("Claim a mail domain first, and wait for support."))
    sign_on.state, sign_on.on_at = State.ON, at
    sign_on.save(update_fields=["state", "on_at"])
    people = User.objects.bound_by(sign_on)
    for person in people:
        person.password = make_password(None)
    User.objects.bulk_update(people, ["password"], batch_size=500)
    audit.record(
        company=sign_on.company,
        by=admin,
        verb=Verb.SIGN_ON_ON,
        thing=sign_on.company,
        new=sign_on.issuer,
        at=at,
    )
    sign_on_emails.switched_on(sign_on, people, at=at)
    return sign_on


@transaction.atomic
def switch_sign_on_off(
    sign_on: SignOn, *, by: User, at: datetime, reason: str = ""
) -> None:
    """People sign in by themselves again, each after choosing a password.

    A company admin may, and vendor staff with a reason, when the provider is gone.
    """
    by = User.objects.get(pk=by.pk)
    is_own = by.is_company_admin and by.company_id == sign_on.company_id
    if not (by.is_active and (by.is_staff or is_own)):
        raise PermissionDenied
    if by.is_staff and not reason.strip():
        raise ValidationError(_("Say why: the company's admins read it."))
    sign_on = SignOn.objects.select_for_update().get(pk=sign_on.pk)
    if not sign_on.is_on:
        raise ValidationError(_("Single sign-on is off already."))
    people = User.objects.bound_by(sign_on)
    sign_on.state, sign_on.on_at = State.TESTED, None
    sign_on.save(update_fields=["state", "on_at"])
    audit.record(
        company=sign_on.company,
        by=by,
        verb=Verb.SIGN_ON_OFF,
        thing=sign_on.company,
        new=reason.strip() or _("no reason given"),
        at=at,
    )
    sign_on_emails.switched_off(sign_on, people, reason=reason.strip(), at=at)


@transaction.atomic
def forget_sign_on(person: User, *, by: User, at: datetime) -> None:
    """Support lets in somebody whom the provider knows by another subject now.

    Whoever comes next with this address is this person, so support asks first.
    """
    accounts = SocialAccount.objects.filter(user=person)
    if not accounts.exists():
        raise ValidationError(_("This account has not come in by single sign-on."))
    accounts.delete()
    audit.record(
        company=person.company,
        by=by,
        verb=Verb.SIGN_ON_FORGOTTEN,
        thing=person.email,
        at=at,
    )


def _forget_test(row: SignOn) -> None:
    row.state, row.tested_at, row.tested_by = State.CONFIGURED, None, None
    row.tested_subject = row.tested_address = ""


def _admin(by: User) -> User:
    admin = locked(by)
    if not (admin.is_active and admin.is_company_admin):
        raise PermissionDenied
    return admin


def _of(admin: User) -> SignOn:
    rows = SignOn.objects.select_for_update(of=("self",)).select_related("company")
    sign_on = rows.filter(company=admin.company).first()
    if sign_on is None:
        raise ValidationError(_("Enter your provider first."))
    return sign_on
