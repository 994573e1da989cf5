"""License and machine files, byte by byte: what an app reads where there is no network.

What is signed is the text of the encoded document, so no form of JSON has to be agreed
upon. The signature is the protection; encryption only keeps the document from eyes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import textwrap
from enum import Enum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PLAIN = "base64+ed25519"
ENCRYPTED = "aes-256-gcm+ed25519"
IV_BYTES = 12
TAG_BYTES = 16
LINE = 60


class Kind(Enum):
    LICENSE = "license"
    MACHINE = "machine"


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
    encoded = (
        _encrypted(raw, secret, iv or os.urandom(IV_BYTES)) if secret else b64(raw)
    )
    outer = {
        "enc": encoded,
        "sig": b64(private_key.sign(f"{kind.value}/{encoded}".encode())),
        "alg": ENCRYPTED if secret else PLAIN,
    }
    text = b64(json.dumps(outer, separators=(",", ":")).encode())
    name = f"{kind.value.upper()} FILE"
    lines = textwrap.wrap(text, LINE)
    return "\n".join([f"-----BEGIN {name}-----", *lines, f"-----END {name}-----", ""])


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _encrypted(raw: bytes, secret: str, iv: bytes) -> str:
    sealed = AESGCM(hashlib.sha256(secret.encode()).digest()).encrypt(iv, raw, None)
    return ".".join(
        b64(part) for part in (sealed[:-TAG_BYTES], iv, sealed[-TAG_BYTES:])
    )
