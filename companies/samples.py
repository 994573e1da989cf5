"""Letters about accounts and the company, with made-up facts; and the cast of all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from companies import (
    domain_emails,
    emails,
    invitation_emails,
    security_emails,
    sign_on_emails,
)
from companies.models import Archive, Company, Invitation, SecurityContact, User
from companies.topics import Topic
from companies.verbs import Verb
from outbox.samples import Sample

LONG_AGO = datetime(2024, 1, 8, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def _person(number: int, name: str, host: str, **facts: Any) -> User:
    email = f"{name.split()[0].casefold()}@{host}.example"
    known = {"registered_at": LONG_AGO, "created_at": LONG_AGO, **facts}
    return User(pk=UUID(int=number), name=name, email=email, **known)


WILLEM = _person(1, "Willem Fraser", "aldwick", is_staff=True)
STELLA = _person(2, "Stella Brandt", "aldwick", is_staff=True)
ACME = Company(pk=UUID(int=10), name="Acme & Sons", account_executive=WILLEM)
ALICE = _person(11, "Alice Moreau", "acme", company=ACME, is_company_admin=True)
BOB = _person(12, "Bob Weber", "acme", company=ACME)
PRIYA = _person(13, "Priya O'Neill", "acme", company=ACME)
NINA = _person(14, "Nina Roth", "acme", company=ACME, registered_at=None)
WATCH = SecurityContact(
    pk=UUID(int=15), company=ACME, name="Watch Room", email="watch@security.example"
)


def page(name: str, *arguments: Any) -> str:
    """The whole address of a page; a secret in it is made up like the rest."""
    return settings.PUBLIC_URL + reverse(name, args=arguments)


def _said(
    words: tuple[str | Promise, ...], *names: str, **facts: Any
) -> dict[str, str | Promise]:
    """The sentences of a letter that has several, each under its name."""
    filled = (format_lazy(sentence, **facts) for sentence in words)
    return dict(zip(names, filled, strict=True))


def _archive(at: datetime) -> dict[str, Any]:
    archive = Archive(
        pk=UUID(int=16), company=ACME, asked_by=ALICE, size=48_203, lapses_at=at + DAY
    )
    return {"archive": archive, "company": ACME, "link": page("companies:archive")}


def _invitation(at: datetime, link: str, **facts: Any) -> dict[str, Any]:
    row = Invitation(
        pk=UUID(int=17),
        company=ACME,
        email=NINA.email,
        name=NINA.name,
        invited_by=ALICE,
        message="You know the scanners best. Join us?",
        lapses_at=at + 14 * DAY,
        closed_at=at,
    )
    return {"invitation": row, "company_name": ACME.name, "link": link, **facts}


def _invited(at: datetime) -> dict[str, Any]:
    return _invitation(at, page("companies:invitation", "secret"), is_admin=False)


def _addresses(at: datetime) -> dict[str, Any]:
    return {"new": "bob@new.example", "old": BOB.email}


def _choose_password() -> str:
    return page("account_reset_password_from_key", UUID(int=12).hex, "secret")


OWNER = _("the owner of the account")
OWNER_BEFORE = _("the owner of the account until now")
NEWCOMER = _("whoever registered with this address")
ADMINS = _("the admins of the company")

ACCOUNT = [
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
            **_said(emails.SECURITY_CHANGES[Verb.PASSKEY_ADDED], "what", "sentence"),
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
            **_said(
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

COMPANY = [
    Sample(
        template="companies/emails/invitation",
        topic=Topic.COMPANY.label,
        when=_("A company admin invites somebody."),
        to=invitation_emails.AS_INVITED,
        name=NINA.name,
        facts=_invited,
    ),
    Sample(
        template="companies/emails/invitation_reminder",
        topic=Topic.COMPANY.label,
        when=_("An invitation is about to lapse."),
        to=invitation_emails.AS_INVITED,
        name=NINA.name,
        facts=_invited,
    ),
    Sample(
        template="companies/emails/invitation_accepted",
        topic=Topic.COMPANY.label,
        when=_("Somebody accepts an invitation."),
        to=_("whoever invited, and the company's admins"),
        name=ALICE.name,
        facts=lambda at: _invitation(
            at, page("companies:person", NINA.pk), is_inviter=True, newcomer=NINA
        ),
    ),
    Sample(
        template="companies/emails/invitation_lapsed",
        topic=Topic.COMPANY.label,
        when=_("Nobody has accepted an invitation in time."),
        to=_("whoever invited"),
        name=ALICE.name,
        facts=lambda at: _invitation(at, page("companies:people"), is_inviter=True),
    ),
    Sample(
        template="companies/emails/domain_claimed",
        topic=Topic.COMPANY.label,
        when=_("A company admin claims a mail domain."),
        to=_("the support desk, which checks claims"),
        name="",
        facts=lambda at: {
            "address": ALICE.email,
            "by": ALICE,
            "company": ACME,
            "domain": "acme.example",
            "link": page("admin:companies_claimeddomain_change", UUID(int=18)),
        },
    ),
    Sample(
        template="companies/emails/domain_decided",
        topic=Topic.COMPANY.label,
        when=_("Support decides about a claimed mail domain."),
        to=ADMINS,
        name=ALICE.name,
        facts=lambda at: {
            "link": page("companies:sign_in"),
            "reason": "Nobody answered our call.",
            **_said(
                domain_emails.DECISIONS[Verb.DOMAIN_REFUSED],
                *("heading", "sentence"),
                domain="acme.example",
                company=ACME,
            ),
        },
    ),
    Sample(
        template="companies/emails/service_level_asked",
        topic=Topic.COMPANY.label,
        when=_("A company admin asks what service level is agreed."),
        to=_("the customer success manager"),
        name=WILLEM.name,
        facts=lambda at: {
            "by": ALICE,
            "company": ACME,
            "link": page("admin:companies_company_change", ACME.pk),
        },
    ),
    Sample(
        template="companies/emails/archive_ready",
        topic=Topic.COMPANY.label,
        when=_("The archive of a company's data has been made."),
        to=_("the company admin who asked for it"),
        name=ALICE.name,
        facts=_archive,
    ),
    Sample(
        template="companies/emails/archive_failed",
        topic=Topic.COMPANY.label,
        when=_("The archive of a company's data could not be made."),
        to=_("the company admin who asked for it"),
        name=ALICE.name,
        facts=_archive,
    ),
]

SECURITY = [
    Sample(
        template="companies/emails/security_contact",
        topic=Topic.COMPANY.label,
        when=_("A company admin names a security contact."),
        to=_("the person named as security contact"),
        name=WATCH.name,
        facts=lambda at: {
            "by": ALICE,
            "company": ACME,
            "is_reminder": False,
            "lapses_at": at + 7 * DAY,
            "link": page("companies:confirm_security_contact", "secret"),
        },
    ),
    Sample(
        template="companies/emails/security_contact_news",
        topic=Topic.COMPANY.label,
        when=_("A security contact is confirmed, removed, or never answers."),
        to=ADMINS,
        name=ALICE.name,
        facts=lambda at: {
            "before": None,
            "company": ACME,
            "link": page("companies:company"),
            **_said(
                security_emails.NEWS[Verb.SECURITY_CONTACT_CONFIRMED],
                *("heading", "sentence"),
                name=WATCH.name,
                email=WATCH.email,
            ),
        },
    ),
    Sample(
        template="companies/emails/security_contact_ended",
        topic=Topic.COMPANY.label,
        when=_("A security contact is removed or replaced."),
        to=_("the security contact until now"),
        name=WATCH.name,
        facts=lambda at: {"company": ACME, "instead": None},
    ),
]

SAMPLES = [*ACCOUNT, *COMPANY, *SECURITY]
