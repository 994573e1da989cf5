"""The made-up company, its people and addresses, for the samples of all letters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy

from companies.models import Company, SecurityContact, User

LONG_AGO = datetime(2024, 1, 8, 9, 0, tzinfo=UTC)


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


def said(
    words: tuple[str | Promise, ...], *names: str, **facts: Any
) -> dict[str, str | Promise]:
    """The sentences of a letter that has several, each under its name."""
    filled = (format_lazy(sentence, **facts) for sentence in words)
    return dict(zip(names, filled, strict=True))
