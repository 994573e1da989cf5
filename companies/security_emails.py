"""The letters about a company's security contact [CO-16]."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from companies import security_links
from companies.models import SecurityContact, User
from companies.notices import Topic, tell_many, tiding
from companies.verbs import Verb
from outbox import posting
from outbox.models import Message

# What admins are told, as a heading and as the sentence below it.
NEWS = {
    Verb.SECURITY_CONTACT_CONFIRMED: (
        _("{name} is your security contact"),
        _(
            "{name} has confirmed the address {email}. We write there when the security"
            " of your apps or of your data is concerned."
        ),
    ),
    Verb.SECURITY_CONTACT_REMOVED: (
        _("{name} is no longer your security contact"),
        _(
            "{by} has removed the address {email}. Name another security contact, so"
            " that we know whom to tell."
        ),
    ),
    Verb.SECURITY_CONTACT_LAPSED: (
        _("{name} has not become your security contact"),
        _(
            "Nobody confirmed the address {email} in time, so it is dropped. Whoever"
            " was your security contact before still is. You may name somebody again."
        ),
    ),
}


def asked(contact: SecurityContact, *, at: datetime) -> None:
    """To the address that was named: the page with one button that confirms it."""
    page = reverse(
        "companies:confirm_security_contact", args=[security_links.sign(contact)]
    )
    posting.post(
        key=f"security-contact:{contact.pk}:{at.isoformat()}",
        to=contact.email,
        template="companies/emails/security_contact",
        context={
            "link": settings.PUBLIC_URL + page,
            "company": contact.company,
            "by": contact.named_by,
            "lapses_at": contact.lapses_at,
            "is_reminder": at > contact.named_at,
        },
        reader=contact,
        priority=Message.Priority.URGENT,
        audience=_("the person named as security contact"),
        expires_at=contact.lapses_at,
    )


def ended(
    contact: SecurityContact, *, instead: SecurityContact | None, at: datetime
) -> None:
    """To whoever was the security contact until now."""
    posting.post(
        key=f"security-contact-ended:{contact.email}:{at.isoformat()}",
        to=contact.email,
        template="companies/emails/security_contact_ended",
        context={"company": contact.company, "instead": instead},
        reader=contact,
        audience=_("the security contact until now"),
    )


def news(
    contact: SecurityContact,
    verb: Verb,
    *,
    at: datetime,
    by: User | None = None,
    before: SecurityContact | None = None,
) -> None:
    """To every admin of the company: who is told of security matters from now on."""
    heading, sentence = NEWS[verb]
    words = {"name": contact.name, "email": contact.email, "by": str(by)}
    page = reverse("companies:company")
    tidings = [
        tiding(
            admin,
            topic=Topic.COMPANY,
            link=page,
            key=f"security-contact-news:{contact.pk}:{verb}",
            template="companies/emails/security_contact_news",
            context={
                "heading": format_lazy(heading, **words),
                "sentence": format_lazy(sentence, **words),
                "before": before,
                "company": contact.company,
                "link": settings.PUBLIC_URL + page,
            },
            audience=_("a company admin"),
        )
        for admin in User.objects.admins_of(contact.company)
    ]
    tell_many(tidings, at=at)
