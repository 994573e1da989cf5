"""Secrets at rest: AES-256-GCM under keys derived from SIGNING_MASTER_KEY.

Each purpose has a key of its own, and each secret is bound to the row it stands in, so
a stolen dump is useless and a ciphertext moved to another row does not open. A model
names what it keeps here: `sealed = {"encrypted_seed": SEED}`, field and purpose. After
a change of the master key what was sealed before opens with the one before it, until
`manage.py reseal` has been through.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from contextlib import suppress
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = b"\x01"
NONCE_BYTES = 12
MASTER_BYTES = 32


class SealedError(Exception):
    """A secret does not open: wrong master key, wrong row, or damaged."""


def seal(secret: bytes, *, purpose: str, row: UUID) -> bytes:
    """Encrypt a secret for one row: version, nonce, ciphertext with its tag."""
    nonce = os.urandom(NONCE_BYTES)
    cipher = _cipher(settings.SIGNING_MASTER_KEY, purpose)
    sealed = cipher.encrypt(nonce, secret, _bound_to(purpose, row))
    return VERSION + nonce + sealed


def unseal(sealed: bytes, *, purpose: str, row: UUID) -> bytes:
    sealed = bytes(sealed)
    version, rest = sealed[:1], sealed[1:]
    if version != VERSION or len(rest) <= NONCE_BYTES:
        raise SealedError(f"This {purpose} is damaged.")
    nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    for master in masters():
        with suppress(InvalidTag):
            cipher = _cipher(master, purpose)
            return cipher.decrypt(nonce, ciphertext, _bound_to(purpose, row))
    raise SealedError(
        f"This {purpose} does not open: SIGNING_MASTER_KEY is not the key it was "
        "encrypted with, or it is damaged."
    )


def resealed(sealed: bytes, *, purpose: str, row: UUID) -> bytes | None:
    """The same secret under today's master key; None where it is that already."""
    sealed = bytes(sealed)
    secret = unseal(sealed, purpose=purpose, row=row)
    nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        today = _cipher(settings.SIGNING_MASTER_KEY, purpose)
        today.decrypt(nonce, ciphertext, _bound_to(purpose, row))
    except InvalidTag:
        return seal(secret, purpose=purpose, row=row)
    return None


def masters() -> list[str]:
    """Today's master key, then those before it that may still be needed."""
    return [settings.SIGNING_MASTER_KEY, *settings.SIGNING_MASTER_KEY_PREVIOUS]


def digest_of(secret: str, *, purpose: str) -> str:
    """What a secret is found by without being known: HMAC-SHA256, hexadecimal.

    Short secrets could be guessed from a plain digest; this one needs the master key.
    """
    return digests_of(secret, purpose=purpose)[0]


def digests_of(secret: str, *, purpose: str) -> list[str]:
    """By today's master key, then by those before it that may still be needed.

    Of any text, also one that no encoding knows: what is looked up comes from anywhere.
    """
    raw = secret.encode(errors="surrogatepass")
    return [
        hmac.new(derived(master, f"{purpose} digest"), raw, hashlib.sha256).hexdigest()
        for master in masters()
    ]


def _bound_to(purpose: str, row: UUID) -> bytes:
    return f"{purpose} {row}".encode()


def _cipher(master: str, purpose: str) -> AESGCM:
    return AESGCM(derived(master, purpose))


@lru_cache(maxsize=32)
def derived(master: str, purpose: str) -> bytes:
    """The key of one purpose, so that no other secret opens with it."""
    return HKDF(
        algorithm=SHA256(), length=32, salt=None, info=f"steward {purpose}".encode()
    ).derive(_master_bytes(master))


def _master_bytes(master: str) -> bytes:
    try:
        raw = base64.b64decode(master, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != MASTER_BYTES:
        raise ImproperlyConfigured(
            f"SIGNING_MASTER_KEY must be {MASTER_BYTES} random bytes as base64."
        )
    return raw
