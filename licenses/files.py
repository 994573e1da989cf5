"""License and machine files, byte by byte: what an app reads where there is no network.

What is signed is the text of the encoded document, so no form of JSON has to be agreed
upon. The signature is the protection; encryption only keeps the document from eyes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from licenses.encoding import SpellingError, decoded, encoded

PLAIN = "base64+ed25519"
ENCRYPTED = "aes-256-gcm+ed25519"
IV_BYTES = 12
TAG_BYTES = 16
LINE = 60
# A clock may be wrong by so much before a file seems to come from the future.
SKEW = timedelta(minutes=5)
SHAPE = re.compile(
    r"-----BEGIN (?P<name>LICENSE|MACHINE) FILE-----\n"
    r"(?P<body>(?:[A-Za-z0-9+/=]+\n)+)"
    r"-----END (?P=name) FILE-----"
)


class ForgedFileError(ValueError):
    """A text is no file of ours: misshapen, changed, or signed by somebody else."""


class LockedFileError(ValueError):
    """A genuine file that does not open: it was encrypted with another secret."""


class Kind(Enum):
    LICENSE = "license"
    MACHINE = "machine"


@dataclass(frozen=True)
class Document:
    """What a genuine file says: a resource, those beside it, and until when it counts.

    The file goes stale at `expires_at`, whatever the end of the license in `data` is.
    """

    data: dict[str, Any]
    included: list[Any]
    issued_at: datetime
    expires_at: datetime | None

    def is_stale(self, at: datetime) -> bool:
        return self.expires_at is not None and at >= self.expires_at

    def is_from_the_future(self, at: datetime) -> bool:
        """Then this clock is wrong, and says nothing about what has ended."""
        return self.issued_at > at + SKEW


@dataclass(frozen=True)
class Certificate:
    """A file taken apart, and not believed yet: ask `is_signed_by` before `opened`."""

    kind: Kind
    enc: str
    signature: bytes
    algorithm: str

    @property
    def is_encrypted(self) -> bool:
        return self.algorithm == ENCRYPTED

    @property
    def text(self) -> str:
        """The file as we write it, however it was wrapped on its way."""
        return _enveloped(self.kind, self.enc, self.signature, self.algorithm)

    def is_signed_by(self, public_key: str) -> bool:
        signer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        try:
            signer.verify(self.signature, _signed(self.kind, self.enc))
        except InvalidSignature:
            return False
        return True

    def opened(self, secret: str = "") -> Document:
        """What the file says; the secret matters only where it is encrypted."""
        if self.is_encrypted:
            return _document(_decrypted(self.enc, secret))
        return _document(_bytes_of(self.enc))


def write(
    document: dict[str, Any],
    *,
    kind: Kind,
    private_key: Ed25519PrivateKey,
    secret: str = "",
    iv: bytes = b"",
) -> str:
    """The whole file; encrypted when there is a secret. `iv` is for vectors only."""
    raw = json.dumps(document, separators=(",", ":")).encode()
    enc = _encrypted(raw, secret, iv) if secret else encoded(raw)
    algorithm = ENCRYPTED if secret else PLAIN
    return _enveloped(kind, enc, private_key.sign(_signed(kind, enc)), algorithm)


def parse(text: str) -> Certificate:
    """The parts of a file. Blanks around it and Windows' line ends mean nothing."""
    found = SHAPE.fullmatch(text.replace("\r\n", "\n").strip(" \t\n"))
    if found is None:
        raise ForgedFileError("This is not a license file.")
    outer = _outer(found["body"].replace("\n", ""))
    if outer["alg"] not in (PLAIN, ENCRYPTED):
        raise ForgedFileError("This file is signed in a way we do not know.")
    kind = Kind(found["name"].lower())
    return Certificate(kind, outer["enc"], _bytes_of(outer["sig"]), outer["alg"])


def read(text: str, public_key: str, *, secret: str = "") -> Document:
    """What a genuine file says, or ForgedFileError, or LockedFileError."""
    certificate = parse(text)
    if not certificate.is_signed_by(public_key):
        raise ForgedFileError("This file is not authentic.")
    return certificate.opened(secret)


def _enveloped(kind: Kind, enc: str, signature: bytes, algorithm: str) -> str:
    outer = {"enc": enc, "sig": encoded(signature), "alg": algorithm}
    text = encoded(json.dumps(outer, separators=(",", ":")).encode())
    name = f"{kind.value.upper()} FILE"
    lines = [text[start : start + LINE] for start in range(0, len(text), LINE)]
    return "\n".join([f"-----BEGIN {name}-----", *lines, f"-----END {name}-----", ""])


def digest_of(text: str) -> str:
    """What a file that was given out is known again by."""
    return hashlib.sha256(text.encode()).hexdigest()


def _signed(kind: Kind, enc: str) -> bytes:
    return f"{kind.value}/{enc}".encode()


def _encrypted(raw: bytes, secret: str, iv: bytes) -> str:
    iv = iv or os.urandom(IV_BYTES)
    sealed = _cipher(secret).encrypt(iv, raw, None)
    return ".".join(
        encoded(part) for part in (sealed[:-TAG_BYTES], iv, sealed[-TAG_BYTES:])
    )


def _decrypted(enc: str, secret: str) -> bytes:
    parts = [_bytes_of(part) for part in enc.split(".")]
    if len(parts) != 3 or len(parts[1]) != IV_BYTES or len(parts[2]) != TAG_BYTES:
        raise ForgedFileError("This file is damaged.")
    ciphertext, iv, tag = parts
    try:
        return _cipher(secret).decrypt(iv, ciphertext + tag, None)
    except InvalidTag:
        raise LockedFileError(
            "This file opens only with the license key that it was made for"
            " (a machine file: the key and the server ID)."
        ) from None


def _cipher(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(secret.encode(errors="replace")).digest())


def _outer(body: str) -> dict[str, str]:
    """The three members of the envelope, all of them text."""
    try:
        outer = json.loads(_bytes_of(body))
        found = {name: outer[name] for name in ("enc", "sig", "alg")}
    except (KeyError, TypeError, ValueError, RecursionError):
        raise ForgedFileError("This file is damaged.") from None
    if not all(isinstance(one, str) and one.isascii() for one in found.values()):
        raise ForgedFileError("This file is damaged.")
    return found


def _document(raw: bytes) -> Document:
    try:
        facts = json.loads(raw)
        times = facts["meta"]
        return Document(
            data=dict(facts["data"]),
            included=list(facts.get("included", [])),
            issued_at=_moment(times["issued"]),
            expires_at=_moment(times["expiry"]) if times["expiry"] else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ForgedFileError("This file is authentic, but for another use.") from None


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("A time without its zone is no moment.")
    return at


def _bytes_of(text: str) -> bytes:
    try:
        return decoded(text)
    except SpellingError:
        raise ForgedFileError("This file is damaged.") from None
