"""Letters about single sign-on: how one signs in from now on, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from companies import notices
from companies.models import SignOn, User
from companies.topics import Topic

TEMPLATE = "companies/emails/sign_on"
ON = (
    _("You sign in through {company} now"),
    _(
        "{company} has switched on single sign-on. Type your e-mail on the sign-in page"
        " and leave the password empty: we lead you to {host}. Your former password no"
        " longer works, and you are signed out everywhere."
    ),
    _("Sign in"),
)
OFF = (
    _("You sign in with a password of your own again"),
    _(
        "Single sign-on of {company} is switched off. Choose a password now; your"
        " account and all that is in it stay as they are."
    ),
    _("Choose a password"),
)
INSTEAD = (
    _("You sign in through {company}"),
    _(
        "Somebody, presumably you, asked for another way to sign in. There is no"
        " password to set and no link to send: type your e-mail on the sign-in page"
        " and we lead you to {host}."
    ),
    _("Sign in"),
)


@transaction.atomic
def switched_on(sign_on: SignOn, people: Iterable[User], *, at: datetime) -> None:
    """To everybody who signs in through the provider from now on."""
    key, link = f"sign-on-on:{at.isoformat()}", reverse("account_login")
    notices.tell_many(_tidings(sign_on, people, key, ON, link, ""))


@transaction.atomic
def switched_off(
    sign_on: SignOn, people: Iterable[User], *, reason: str, at: datetime
) -> None:
    """To the same people: each chooses a password before signing in again."""
    key, link = f"sign-on-off:{at.isoformat()}", reverse("account_reset_password")
    notices.tell_many(_tidings(sign_on, people, key, OFF, link, reason))


@transaction.atomic
def sign_on_instead(person: User, sign_on: SignOn, *, at: datetime) -> None:
    """To who asked for a new password or a link: neither is for them."""
    key = f"sign-on-instead:{at:%Y-%m-%dT%H:%M}"
    context = _context(sign_on, INSTEAD, reverse("account_login"), "")
    notices.tell(
        person,
        topic=Topic.ACCOUNT,
        link=reverse("companies:account"),
        key=key,
        template=TEMPLATE,
        context=context,
        audience=_("the owner of the account"),
    )


def _tidings(
    sign_on: SignOn,
    people: Iterable[User],
    key: str,
    words: tuple[str | Promise, ...],
    link: str,
    reason: str,
) -> Iterator[notices.Tiding]:
    for person in people:
        if person.is_active:
            yield notices.tiding(
                person,
                topic=Topic.ACCOUNT,
                link=reverse("companies:account"),
                key=key,
                template=TEMPLATE,
                context=_context(sign_on, words, link, reason),
                audience=_("everybody who signs in through the company"),
            )


def _context(
    sign_on: SignOn, words: tuple[str | Promise, ...], link: str, reason: str
) -> dict[str, object]:
    facts = {"company": sign_on.company, "host": sign_on.host}
    heading, sentence, label = (format_lazy(one, **facts) for one in words)
    return {
        "heading": heading,
        "sentence": sentence,
        "label": label,
        "reason": reason,
        "link": settings.PUBLIC_URL + link,
    }
