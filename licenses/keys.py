"""Signed license keys, byte by byte: how one is made, read and told from a forgery.

    key/<dataset, base64url with padding>.<Ed25519 signature, base64url with padding>

The prefix is part of what is signed. This file knows no license, only the claims that a
key makes; whoever holds the public key can check them without asking us.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from licenses.encoding import SpellingError, url_decoded, url_encoded

PREFIX = "key/"
SEED_BYTES = 32
PLAIN_BYTES, PLAIN_VERSION = 15, "v3"
LAST_CHARACTERS = 6


class ForgedKeyError(ValueError):
    """A text is no key of ours: misshapen, changed, or signed by somebody else."""


@dataclass(frozen=True)
class Claims:
    """What a key says: which license, on which server, until the end of which day.

    `expires_at` is the first moment after the last valid day in the company's zone.
    """

    license_id: str
    license_number: int
    server_id: str
    ends_on: date
    expires_at: datetime
    issued_at: datetime
    users: int | None = None

    def fit(self, server_id: str) -> bool:
        """Whether the key was made for this server."""
        return self.server_id == server_id

    def have_ended(self, at: datetime) -> bool:
        return at >= self.expires_at


def new_seed() -> bytes:
    """The private half of a new signing key."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def new_plain_key() -> str:
    """120 random bits to be typed: 9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3."""
    text = f"{secrets.token_hex(PLAIN_BYTES)}{PLAIN_VERSION}".upper()
    return "-".join(text[i : i + 6] for i in range(0, len(text), 6))


def public_key_of(seed: bytes) -> str:
    """The public half as every client wants it: 64 hexadecimal digits."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(dataset: bytes, seed: bytes) -> str:
    """The signed key over any bytes."""
    signing = PREFIX + url_encoded(dataset)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(signing.encode())
    return f"{signing}.{url_encoded(signature)}"


def verify(text: str, public_key: str) -> bytes:
    """The dataset of a genuine key; spaces and line breaks in it mean nothing."""
    signing, dot, signature = compact(text).rpartition(".")
    if not dot or not signing.startswith(PREFIX):
        raise ForgedKeyError("This is not a license key.")
    try:
        signer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        signer.verify(url_decoded(signature), signing.encode("ascii"))
        return url_decoded(signing.removeprefix(PREFIX))
    except SpellingError:
        raise ForgedKeyError("This license key is damaged.") from None
    except (InvalidSignature, UnicodeEncodeError):
        raise ForgedKeyError("This license key is not authentic.") from None


def write(claims: Claims, seed: bytes) -> str:
    """The signed key that makes these claims."""
    facts = {
        "license": {
            "id": claims.license_id,
            "number": claims.license_number,
            "expiry": instant(claims.expires_at),
        },
        "server": {"id": claims.server_id},
        "ends_on": claims.ends_on.isoformat(),
        "users": claims.users,
        "issued": instant(claims.issued_at),
    }
    dataset = json.dumps(facts, separators=(",", ":"), ensure_ascii=False)
    return sign(dataset.encode(), seed)


def read(text: str, public_key: str) -> Claims:
    """The claims of a genuine key, or ForgedKeyError."""
    dataset = verify(text, public_key)
    try:
        return _claims(json.loads(dataset))
    except (KeyError, TypeError, ValueError):
        raise ForgedKeyError("This key is authentic, but for another use.") from None


def compact(text: str) -> str:
    """The key as it was signed, whatever spaces a person copied along."""
    return "".join(text.split())


def fingerprint(text: str) -> str:
    """A short name to tell keys apart without showing them: E2D4-71B9."""
    digest = hashlib.sha256(compact(text).encode()).hexdigest().upper()
    return f"{digest[:4]}-{digest[4:8]}"


def last_characters(text: str) -> str:
    """What a person compares after pasting."""
    return compact(text)[-LAST_CHARACTERS:]


def _claims(facts: dict[str, Any]) -> Claims:
    return Claims(
        license_id=facts["license"]["id"],
        license_number=facts["license"]["number"],
        server_id=facts["server"]["id"],
        ends_on=date.fromisoformat(facts["ends_on"]),
        expires_at=datetime.fromisoformat(facts["license"]["expiry"]),
        issued_at=datetime.fromisoformat(facts["issued"]),
        users=facts["users"],
    )


def instant(at: datetime) -> str:
    """2027-12-06T23:00:00.000Z"""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
