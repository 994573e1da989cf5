"""Secrets at rest: AES-256-GCM under keys derived from SIGNING_MASTER_KEY.

Each purpose has a key of its own, and each secret is bound to the row it stands in, so
a stolen dump is useless and a ciphertext moved to another row does not open.
"""

from __future__ import annotations

import base64
import binascii
import os
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
    sealed = _cipher(purpose).encrypt(nonce, secret, _bound_to(purpose, row))
    return VERSION + nonce + sealed


def unseal(sealed: bytes, *, purpose: str, row: UUID) -> bytes:
    sealed = bytes(sealed)
    version, rest = sealed[:1], sealed[1:]
    if version != VERSION or len(rest) <= NONCE_BYTES:
        raise SealedError(f"This {purpose} is damaged.")
    nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        return _cipher(purpose).decrypt(nonce, ciphertext, _bound_to(purpose, row))
    except InvalidTag:
        raise SealedError(
            f"This {purpose} does not open: SIGNING_MASTER_KEY is not the key it was "
            "encrypted with, or it is damaged."
        ) from None


def _bound_to(purpose: str, row: UUID) -> bytes:
    return f"{purpose} {row}".encode()


def _cipher(purpose: str) -> AESGCM:
    return AESGCM(_derived(settings.SIGNING_MASTER_KEY, purpose))


@lru_cache(maxsize=8)
def _derived(master: str, purpose: str) -> bytes:
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
