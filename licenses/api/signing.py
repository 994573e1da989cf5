"""The signature of an answer, which clients check against the public key they hold.

It covers the request's method and target as they were sent, the host as the client
spelled it, the date and the digest of the body. No Django here.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

COVERED = "(request-target) host date digest"


def headers_for(
    *,
    method: str,
    target: str,
    host: str,
    date: str,
    body: bytes,
    key_id: str,
    private_key: Ed25519PrivateKey,
) -> dict[str, str]:
    """Each value under both names: a web server may put a `Date` of its own."""
    digest = "sha-256=" + _base64(hashlib.sha256(body).digest())
    text = (
        f"(request-target): {method.lower()} {target}\n"
        f"host: {host}\ndate: {date}\ndigest: {digest}"
    )
    signature = _base64(private_key.sign(text.encode("latin-1", "replace")))
    return {
        "Date": date,
        "Keygen-Date": date,
        "Digest": digest,
        "Keygen-Digest": digest,
        "Keygen-Signature": (
            f'keyid="{key_id}", algorithm="ed25519", '
            f'signature="{signature}", headers="{COVERED}"'
        ),
    }


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
