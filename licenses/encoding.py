"""Base64 that has one spelling only: what is decoded here encodes to the same text.

The usual decoders skip foreign characters and ignore the last bits, so a changed text
could mean the same bytes and a tampered key would still verify.
"""

from __future__ import annotations

import base64
import binascii


class SpellingError(ValueError):
    """Not Base64, or not as an encoder writes it."""


def decoded(text: str) -> bytes:
    """Standard Base64 with its padding."""
    return _exactly(text, b"+/")


def url_decoded(text: str) -> bytes:
    """URL-safe Base64 with its padding."""
    return _exactly(text, b"-_")


def encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def url_encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _exactly(text: str, altchars: bytes) -> bytes:
    try:
        given = text.encode("ascii")
        raw = base64.b64decode(given, altchars=altchars, validate=True)
    except (binascii.Error, ValueError):
        raise SpellingError("This is not Base64.") from None
    if base64.b64encode(raw, altchars=altchars) != given:
        raise SpellingError("This is not Base64 as it is written.")
    return raw
