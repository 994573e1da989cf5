"""Passkeys: a key pair in a device, opened there by fingerprint, face or PIN.

django-allauth keeps and checks them. They belong to the portal's public address: the
browser gives none away to another, and what it signed elsewhere is refused here.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings

from companies.models import User


@dataclass(frozen=True)
class Passkey:
    """One of them as its owner reads it."""

    pk: int
    name: str
    created_at: datetime
    used_at: datetime | None


def passkeys_of(person: User) -> list[Passkey]:
    """The oldest first; they are few."""
    rows = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    return [
        Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at)
        for row in rows.order_by("created_at", "pk")
    ]


def domain() -> str:
    """The name they are made for, and good at ("relying party id")."""
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def origin() -> str:
    public = urlsplit(settings.PUBLIC_URL)
    return f"{public.scheme}://{public.netloc}"


def are_possible() -> bool:
    """Browsers want https and a name; a number is no home for a passkey."""
    try:
        ipaddress.ip_address(domain())
    except ValueError:
        is_safe = urlsplit(settings.PUBLIC_URL).scheme == "https"
        return is_safe or domain() == "localhost"
    return False
