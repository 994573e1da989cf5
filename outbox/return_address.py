"""The address each letter names for its return: who it was to is in the address itself.

    bounces+<the letter><signature>@host

A report that comes to such an address is about that letter and no other. Nobody can
make one up without our key. Letters and digits only, and their case does not matter:
mail servers on the way may fold it.
"""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from hashlib import sha256
from hmac import new as hmac
from uuid import UUID

from django.conf import settings
from django.core.checks import Error
from django.utils.crypto import constant_time_compare

IDENTITY_LENGTH = 26
SIGNATURE_LENGTH = 16
LONGEST_LOCAL_PART = 64  # RFC 5321
PURPOSE = b"outbox.return_address:"
SIGNED = re.compile(
    rf"\+([a-z2-7]{{{IDENTITY_LENGTH}}})([a-z2-7]{{{SIGNATURE_LENGTH}}})@"
)


def return_address(letter: UUID) -> str:
    """Where reports about this letter go; empty when no such mailbox is configured."""
    local, at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    if not at:
        return ""
    return f"{local}+{_identity(letter)}{_signature(letter)}@{domain}"


def letter_of(address: str) -> UUID | None:
    """The letter an address of ours names; None for any other and any forged one."""
    found = SIGNED.search(address.lower())
    if found is None:
        return None
    identity, signature = found.groups()
    letter = UUID(bytes=b32decode(f"{identity.upper()}======"))
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    genuine = [
        constant_time_compare(_signature(letter, key), signature) for key in keys
    ]
    return letter if any(genuine) else None


def check_bounce_address(**_kwargs: object) -> list[Error]:
    """At start: the signed part must still fit before the @."""
    local, at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    if not settings.BOUNCE_ADDRESS:
        return []
    if not (local and at and domain) or re.search(r"[\s<>+]", settings.BOUNCE_ADDRESS):
        words = "BOUNCE_ADDRESS is an address alone, such as bounces@example.com."
        return [Error(words, id="outbox.E001")]
    length = len(local) + 1 + IDENTITY_LENGTH + SIGNATURE_LENGTH
    if length > LONGEST_LOCAL_PART:
        most = LONGEST_LOCAL_PART - length + len(local)
        words = f"BOUNCE_ADDRESS may have {most} characters before its @."
        return [Error(words, id="outbox.E002")]
    return []


def _identity(letter: UUID) -> str:
    return b32encode(letter.bytes).decode().rstrip("=").lower()


def _signature(letter: UUID, key: str | None = None) -> str:
    secret = sha256(PURPOSE + (key or settings.SECRET_KEY).encode()).digest()
    digest = hmac(secret, letter.bytes, sha256).digest()
    return b32encode(digest).decode()[:SIGNATURE_LENGTH].lower()
