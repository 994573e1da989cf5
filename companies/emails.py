"""The letters about accounts: who gets them, in which words, with which facts.

A letter that carries a way in, or goes to somebody who cannot sign in, is for the
letterbox alone; every other one is a notice in the portal as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode

from allauth.account import app_settings as allauth_settings
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies import new_addresses
from companies.models import AddressChange, Company, User
from companies.notices import Topic, tell
from companies.verbs import Verb
from outbox import posting
from outbox.models import Message


@transaction.atomic
def password_reset(person: User, *, link: str, at: datetime) -> None:
    """To whoever forgot the password: a link that works once, for a while."""
    lasts = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    posting.post(
        key=f"password-reset:{_digest(link)}",
        to=person.email,
        template="companies/emails/password_reset",
        context={"link": link, "ends_at": at + lasts},
        reader=person,
        priority=Message.Priority.URGENT,
        audience=_("the owner of the account"),
        expires_at=at + lasts,
    )


@transaction.atomic
def sign_in_code(person: User, *, code: str, at: datetime) -> None:
    """To whoever signs in without a password: a link for the browser that asked.

    Anybody else who reads the letter, or follows the link, is not let in by it.
    """
    lasts = timedelta(seconds=allauth_settings.LOGIN_BY_CODE_TIMEOUT)
    page = settings.PUBLIC_URL + reverse("account_confirm_login_code")
    link = f"{page}?{urlencode({'code': code})}"
    posting.post(
        key=f"sign-in-code:{_digest(link)}:{at.isoformat()}",
        to=person.email,
        template="companies/emails/sign_in_code",
        context={"link": link, "code": code, "ends_at": at + lasts},
        reader=person,
        priority=Message.Priority.URGENT,
        audience=_("the owner of the account"),
        expires_at=at + lasts,
    )


@transaction.atomic
def confirm_address(person: User, *, link: str, at: datetime) -> None:
    """To whoever registered: the page on which the address is confirmed."""
    lasts = timedelta(days=allauth_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)
    posting.post(
        key=f"confirm-address:{_digest(link)}",
        to=person.email,
        template="companies/emails/confirm_address",
        context={"link": link, "ends_at": at + lasts},
        reader=person,
        priority=Message.Priority.URGENT,
        audience=_("whoever registered with this address"),
        expires_at=at + lasts,
    )


@transaction.atomic
def new_address(change: AddressChange) -> None:
    """To the address that somebody wants to have: the page to confirm it."""
    key = new_addresses.sign(change, new_addresses.NEW)
    link = settings.PUBLIC_URL + reverse("account_confirm_address", args=[key])
    posting.post(
        key=f"new-address:{change.pk}",
        to=change.new,
        template="companies/emails/new_address",
        context={
            "link": link,
            "ends_at": change.lapses_at,
            "new": change.new,
            "old": change.old,
        },
        reader=change.person,
        priority=Message.Priority.URGENT,
        audience=_("whoever wants to sign in with this address"),
        expires_at=change.lapses_at,
    )


@transaction.atomic
def old_address(change: AddressChange) -> None:
    """To the address of until now: the page to agree or to object."""
    key = new_addresses.sign(change, new_addresses.OLD)
    link = settings.PUBLIC_URL + reverse("account_answer_address", args=[key])
    posting.post(
        key=f"old-address:{change.pk}",
        to=change.old,
        template="companies/emails/old_address",
        context={
            "link": link,
            "new": change.new,
            "old": change.old,
            "days": settings.ADDRESS_CHANGE_DAYS,
        },
        reader=change.person,
        priority=Message.Priority.URGENT,
        audience=_("the owner of the account until now"),
    )


@transaction.atomic
def address_kept(change: AddressChange, *, at: datetime) -> None:
    """To who has objected: what we did, and the way to a new password."""
    posting.post(
        key=f"address-kept:{change.pk}",
        to=change.old,
        template="companies/emails/address_kept",
        context={
            "at": at,
            "new": change.new,
            "link": settings.PUBLIC_URL + reverse("account_reset_password"),
        },
        reader=change.person,
        priority=Message.Priority.URGENT,
        audience=_("the owner of the account"),
    )


@transaction.atomic
def address_changed(person: User, *, old: str, at: datetime) -> None:
    """To the address of before, the only one a stranger cannot read."""
    tell(
        person,
        topic=Topic.ACCOUNT,
        key=f"address-changed:{person.pk}:{at.isoformat()}",
        to=old,
        template="companies/emails/address_changed",
        context={"at": at, "old": old, "new": person.email},
        link=reverse("companies:account"),
        at=at,
        priority=Message.Priority.URGENT,
        audience=_("the owner of the account until now"),
    )


@transaction.atomic
def account_exists(address: str, *, at: datetime) -> None:
    """To whoever registers a second time: the page itself must not tell [CO-06]."""
    person = User.objects.filter(email=address.lower()).first()
    posting.post(
        key=f"account-exists:{at:%Y-%m-%dT%H:%M}",
        to=address,
        template="companies/emails/account_exists",
        context={
            "sign_in_url": settings.PUBLIC_URL + reverse("account_login"),
            "link": settings.PUBLIC_URL + reverse("account_reset_password"),
        },
        reader=person,
        audience=_("whoever registered with this address"),
    )


@transaction.atomic
def welcome(person: User, *, at: datetime) -> None:
    """To somebody for whom staff opened an account: the page to choose a password."""
    lasts = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    posting.post(
        key=f"welcome:{person.pk}:{at.isoformat()}",
        to=person.email,
        template="companies/emails/welcome",
        context={
            "link": _link_to_choose_password(person),
            "reset_url": settings.PUBLIC_URL + reverse("account_reset_password"),
            "ends_at": at + lasts,
            "company": person.company,
        },
        reader=person,
        audience=_("the owner of the account"),
    )


@transaction.atomic
def password_changed(person: User, *, at: datetime) -> None:
    """To the owner of the account, so that a stranger's change does not stay hidden."""
    tell(
        person,
        topic=Topic.ACCOUNT,
        key=f"password-changed:{person.pk}:{at.isoformat()}",
        template="companies/emails/password_changed",
        context={
            "at": at,
            "link": settings.PUBLIC_URL + reverse("account_reset_password"),
        },
        link=reverse("companies:account"),
        at=at,
        priority=Message.Priority.URGENT,
        audience=_("the owner of the account"),
    )


# What has changed, as a heading and as the sentence below it.
SECURITY_CHANGES = {
    Verb.SECOND_FACTOR_ON: (
        _("The second factor of your account is on"),
        _(
            "From now on, signing in asks for your password and for a code from your"
            " authenticator app."
        ),
    ),
    Verb.SECOND_FACTOR_OFF: (
        _("The second factor of your account is off"),
        _(
            "Codes of an authenticator app no longer sign in. Without a passkey, your"
            " password alone is enough now, and the recovery codes no longer work."
        ),
    ),
    Verb.PASSKEY_ADDED: (
        _("Your account has a new passkey"),
        _("It signs in without your password, and serves as your second factor."),
    ),
    Verb.PASSKEY_REMOVED: (
        _("A passkey of your account was removed"),
        _(
            "It no longer signs in. If you have no other and no authenticator app, your"
            " password alone is enough now."
        ),
    ),
    Verb.RECOVERY_CODES_MADE: (
        _("Your account has new recovery codes"),
        _("The recovery codes of before no longer work."),
    ),
    Verb.RECOVERY_CODE_USED: (
        _("A recovery code of your account was used"),
        _("Somebody, presumably you, signed in with it. It does not work again."),
    ),
}


@transaction.atomic
def security_changed(person: User, *, verb: Verb, at: datetime) -> None:
    """To the owner of the account, whenever the way in changes."""
    heading, sentence = SECURITY_CHANGES[verb]
    tell(
        person,
        topic=Topic.ACCOUNT,
        key=f"security:{verb}:{person.pk}:{at.isoformat()}",
        template="companies/emails/security_changed",
        context={
            "at": at,
            "what": heading,
            "sentence": sentence,
            "link": settings.PUBLIC_URL + reverse("account_reset_password"),
        },
        link=reverse("companies:account"),
        at=at,
        priority=Message.Priority.URGENT,
        audience=_("the owner of the account"),
    )


@transaction.atomic
def deactivated(person: User, *, by: User, at: datetime) -> None:
    """To whoever can no longer sign in: who did it, and whom to ask."""
    posting.post(
        key=f"deactivated:{person.pk}:{at.isoformat()}",
        to=person.email,
        template="companies/emails/deactivated",
        context={"by": by, "company": person.company},
        reader=person,
        audience=_("the owner of the account"),
    )


@transaction.atomic
def reactivated(person: User, *, by: User, at: datetime) -> None:
    """To whoever may sign in again: where, and how without the old password."""
    tell(
        person,
        topic=Topic.ACCOUNT,
        key=f"reactivated:{person.pk}:{at.isoformat()}",
        template="companies/emails/reactivated",
        context={
            "by": by,
            "company": person.company,
            "link": settings.PUBLIC_URL + reverse("account_login"),
            "reset_url": settings.PUBLIC_URL + reverse("account_reset_password"),
        },
        link=reverse("companies:account"),
        at=at,
        audience=_("the owner of the account"),
    )


def service_level_asked(company: Company, *, by: User, at: datetime) -> None:
    """To the customer success manager, or else to support [TI-11]."""
    manager = company.customer_success_manager
    reader = manager if manager and manager.is_active else None
    page = reverse("admin:companies_company_change", args=[company.pk])
    posting.post(
        key=f"service-level-asked:{company.pk}:{at.isoformat()}",
        to=reader.email if reader else settings.SUPPORT_EMAIL,
        template="companies/emails/service_level_asked",
        context={"company": company, "by": by, "link": settings.PUBLIC_URL + page},
        reader=reader,
        reply_to=by.email,
        audience=_("the customer success manager") if reader else _("the support desk"),
    )


def _link_to_choose_password(person: User) -> str:
    key = default_token_generator.make_token(person)
    page = reverse(
        "account_reset_password_from_key", args=[user_pk_to_url_str(person), key]
    )
    return settings.PUBLIC_URL + page


def _digest(link: str) -> str:
    """Names the letter without keeping the secret that its link carries."""
    return sha256(link.encode()).hexdigest()[:32]
