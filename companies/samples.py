"""Letters about the company and its people, with made-up facts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from companies import (
    account_samples,
    domain_emails,
    invitation_emails,
    security_emails,
)
from companies.made_up import ACME, ALICE, NINA, WATCH, WILLEM, page, said
from companies.models import Archive, Invitation
from companies.topics import Topic
from companies.verbs import Verb
from outbox.samples import Sample

DAY = timedelta(days=1)


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


def _digest(at: datetime) -> dict[str, Any]:
    lines = [
        {
            "title": "Depot Control: Priya O'Neill is technical contact",
            "gist": "Who answers for the app has changed.",
            "at": at - timedelta(hours=7),
            "url": page("companies:notices"),
        },
        {
            "title": "[#10417] Parcel list stays empty & nobody can load",
            "gist": "Version 4.2 of the firmware mends it. Does the list fill again?",
            "at": at - timedelta(hours=2),
            "url": page("companies:notices"),
        },
    ]
    return {
        "lines": lines,
        "count": len(lines),
        "more": 0,
        "daily_at": time(9, 0),
        "notices_url": page("companies:notices"),
    }


def _invited(at: datetime) -> dict[str, Any]:
    return _invitation(at, page("companies:invitation", "secret"), is_admin=False)


ADMINS = _("the admins of the company")

COMPANY = [
    Sample(
        template="companies/emails/digest",
        topic=Topic.COMPANY.label,
        when=_("Once a day, for whoever wants what is not urgent in one letter."),
        to=_("whoever chose one letter a day"),
        facts=_digest,
    ),
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
            **said(
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
            **said(
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

SAMPLES = [*account_samples.SAMPLES, *COMPANY, *SECURITY]
