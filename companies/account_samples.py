"""Letters about accounts, with made-up facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from companies import (
    emails,
    sign_on_emails,
)
from companies.made_up import ACME, ALICE, BOB, page, said
from companies.topics import Topic
from companies.verbs import Verb
from outbox.samples import Sample

DAY = timedelta(days=1)
OWNER = _("the owner of the account")
OWNER_BEFORE = _("the owner of the account until now")
NEWCOMER = _("whoever registered with this address")


def _addresses(at: datetime) -> dict[str, Any]:
    return {"new": "bob@new.example", "old": BOB.email}


def _choose_password() -> str:
    return page("account_reset_password_from_key", UUID(int=12).hex, "secret")


SAMPLES = [
    Sample(
        template="companies/emails/confirm_address",
        topic=Topic.ACCOUNT.label,
        when=_("Somebody registers."),
        to=NEWCOMER,
        facts=lambda at: {
            "ends_at": at + 3 * DAY,
            "link": page("account_confirm_email", "secret"),
        },
    ),
    Sample(
        template="companies/emails/account_exists",
        topic=Topic.ACCOUNT.label,
        when=_("Somebody registers with an address that has an account."),
        to=NEWCOMER,
        facts=lambda at: {
            "sign_in_url": page("account_login"),
            "link": page("account_reset_password"),
        },
    ),
    Sample(
        template="companies/emails/welcome",
        topic=Topic.ACCOUNT.label,
        when=_("Staff open an account for somebody."),
        to=OWNER,
        facts=lambda at: {
            "company": ACME,
            "ends_at": at + DAY,
            "link": _choose_password(),
            "reset_url": page("account_reset_password"),
        },
    ),
    Sample(
        template="companies/emails/sign_in_code",
        topic=Topic.ACCOUNT.label,
        when=_("Somebody asks for a link instead of the password."),
        to=OWNER,
        facts=lambda at: {
            "code": "DHNK-RRGN",
            "ends_at": at + timedelta(minutes=15),
            "link": page("account_confirm_login_code") + "?code=DHNK-RRGN",
        },
    ),
    Sample(
        template="companies/emails/password_reset",
        topic=Topic.ACCOUNT.label,
        when=_("Somebody has forgotten the password."),
        to=OWNER,
        facts=lambda at: {"ends_at": at + DAY, "link": _choose_password()},
    ),
    Sample(
        template="companies/emails/password_changed",
        topic=Topic.ACCOUNT.label,
        when=_("The password has been changed."),
        to=OWNER,
        facts=lambda at: {"at": at, "link": page("account_reset_password")},
    ),
    Sample(
        template="companies/emails/security_changed",
        topic=Topic.ACCOUNT.label,
        when=_("A second factor or a passkey is added, removed or used up."),
        to=OWNER,
        facts=lambda at: {
            "at": at,
            "link": page("account_reset_password"),
            **said(emails.SECURITY_CHANGES[Verb.PASSKEY_ADDED], "what", "sentence"),
        },
    ),
    Sample(
        template="companies/emails/new_address",
        topic=Topic.ACCOUNT.label,
        when=_("Somebody wants to sign in with another address."),
        to=_("whoever wants to sign in with this address"),
        facts=lambda at: {
            "ends_at": at + 7 * DAY,
            "link": page("account_confirm_address", "secret"),
            **_addresses(at),
        },
    ),
    Sample(
        template="companies/emails/old_address",
        topic=Topic.ACCOUNT.label,
        when=_("Somebody wants to sign in with another address."),
        to=OWNER_BEFORE,
        facts=lambda at: {
            "days": settings.ADDRESS_CHANGE_DAYS,
            "link": page("account_answer_address", "secret"),
            **_addresses(at),
        },
    ),
    Sample(
        template="companies/emails/address_changed",
        topic=Topic.ACCOUNT.label,
        when=_("Another address has been confirmed."),
        to=OWNER_BEFORE,
        facts=lambda at: {"at": at, **_addresses(at)},
    ),
    Sample(
        template="companies/emails/address_kept",
        topic=Topic.ACCOUNT.label,
        when=_("The owner says that somebody else wanted another address."),
        to=OWNER,
        facts=lambda at: {
            "at": at,
            "link": page("account_reset_password"),
            "new": "bob@new.example",
        },
    ),
    Sample(
        template="companies/emails/deactivated",
        topic=Topic.ACCOUNT.label,
        when=_("An account is deactivated."),
        to=OWNER,
        facts=lambda at: {"by": ALICE, "company": ACME},
    ),
    Sample(
        template="companies/emails/reactivated",
        topic=Topic.ACCOUNT.label,
        when=_("An account is active again."),
        to=OWNER,
        facts=lambda at: {
            "by": ALICE,
            "company": ACME,
            "link": page("account_login"),
            "reset_url": page("account_reset_password"),
        },
    ),
    Sample(
        template="companies/emails/sign_on",
        topic=Topic.ACCOUNT.label,
        when=_("A company switches its single sign-on on or off."),
        to=_("everybody who signs in through the company"),
        facts=lambda at: {
            "link": page("account_login"),
            "reason": "",
            **said(
                sign_on_emails.ON,
                *("heading", "sentence", "label"),
                company=ACME,
                host="login.acme.example",
            ),
        },
    ),
    Sample(
        template="companies/emails/joined",
        topic=Topic.ACCOUNT.label,
        when=_("Support confirms a mail domain, and somebody has an address there."),
        to=OWNER,
        facts=lambda at: {
            "address": BOB.email,
            "company": ACME,
            "link": page("companies:people"),
        },
    ),
]
