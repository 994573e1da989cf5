"""Letters about claimed mail domains: to support, the admins, and who is moved in."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from companies import notices
from companies.models import ClaimedDomain, Company, User
from companies.topics import Topic
from companies.verbs import Verb
from outbox import posting


@transaction.atomic
def domain_claimed(domain: ClaimedDomain) -> None:
    """To the support desk, which checks whose the domain is and decides."""
    desk = reverse("admin:companies_claimeddomain_change", args=[domain.pk])
    posting.post(
        key=f"domain-claimed:{domain.pk}",
        to=settings.SUPPORT_EMAIL,
        template="companies/emails/domain_claimed",
        context={
            "domain": domain.name,
            "company": domain.company,
            "by": domain.claimed_by,
            "address": domain.claimed_by.email,
            "link": settings.PUBLIC_URL + desk,
        },
        reply_to=domain.claimed_by.email,
        audience=_("the support desk, which checks claims"),
    )


# What support decided, as a heading and as the sentence below it.
DECISIONS = {
    Verb.DOMAIN_CONFIRMED: (
        _("The mail domain {domain} is {company}'s"),
        _(
            "Whoever confirms an address at {domain} becomes one of {company} from"
            " now on. People who had registered there without a company were added."
        ),
    ),
    Verb.DOMAIN_REFUSED: (
        _("We did not confirm the mail domain {domain}"),
        _("Nothing changes for anybody. You can claim the domain again."),
    ),
    Verb.DOMAIN_REMOVED: (
        _("The mail domain {domain} is no longer claimed"),
        _(
            "Nobody leaves {company} by it. New people with an address there no"
            " longer join by themselves."
        ),
    ),
}


@transaction.atomic
def domain_decided(domain: ClaimedDomain, *, verb: Verb, at: datetime) -> None:
    """To every admin of the company: what support decided, and why."""
    heading, sentence = DECISIONS[verb]
    words = {"domain": domain.name, "company": domain.company}
    notices.tell_many(
        notices.tiding(
            admin,
            topic=Topic.COMPANY,
            link=reverse("companies:sign_in"),
            key=f"{verb}:{domain.pk}:{at.isoformat()}",
            template="companies/emails/domain_decided",
            context={
                "heading": format_lazy(heading, **words),
                "sentence": format_lazy(sentence, **words),
                "reason": domain.reason,
                "link": settings.PUBLIC_URL + reverse("companies:sign_in"),
            },
            reply_to=settings.SUPPORT_EMAIL,
            audience=_("the admins of the company"),
        )
        for admin in User.objects.admins_of(domain.company)
    )


@transaction.atomic
def joined(person: User, company: Company, *, at: datetime) -> None:
    """To somebody who had registered alone and whose company claimed the domain."""
    notices.tell(
        person,
        topic=Topic.ACCOUNT,
        link=reverse("companies:people"),
        key=f"joined:{person.pk}:{at.isoformat()}",
        template="companies/emails/joined",
        context={
            "company": company,
            "address": person.email,
            "link": settings.PUBLIC_URL + reverse("companies:people"),
        },
        reply_to=settings.SUPPORT_EMAIL,
        audience=_("the owner of the account"),
    )
