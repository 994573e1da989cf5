"""What an app without a network asks for: a file for this key on this server.

    base64 of {"key": "…", "fingerprint": "…"}

It comes by paste, as a file or from a QR code, over whatever channel there is, so
blanks and line ends in it mean nothing, and Base64 of either alphabet will do.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

LONGEST = 32_768
LONGEST_KEY = 16_384
LONGEST_FINGERPRINT = 4_096


class UnreadableRequestError(ValueError):
    """What was given is no request of an app; its words are for the person there."""


@dataclass(frozen=True)
class ActivationRequest:
    """One app's wish; whether the key is known, and may run there, is not asked here.

    `fingerprint` is what people call the server ID.
    """

    key: str
    fingerprint: str

    def encode(self) -> str:
        """The same wish as an app writes it."""
        facts = {"key": self.key, "fingerprint": self.fingerprint}
        raw = json.dumps(facts, separators=(",", ":"), ensure_ascii=False)
        return base64.b64encode(raw.encode()).decode()


def read(text: str) -> ActivationRequest:
    """The wish in a text, or UnreadableRequestError."""
    if len(text) > LONGEST:
        raise UnreadableRequestError(
            _("This is too long for an activation request. Choose the app's file.")
        )
    facts = _object_in("".join(text.split()))
    return ActivationRequest(
        key=_member(facts, "key", LONGEST_KEY),
        fingerprint=_member(facts, "fingerprint", LONGEST_FINGERPRINT),
    )


def _object_in(text: str) -> dict:
    if not text:
        raise UnreadableRequestError(_("Paste the request that your app shows."))
    try:
        facts = json.loads(_bytes_of(text))
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise UnreadableRequestError(
            _("This is no activation request. Copy all of it from the app, unchanged.")
        )
    return facts


def _bytes_of(text: str) -> bytes:
    """Apps write either alphabet, some of them without the padding at the end."""
    usual = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(usual + "=" * (-len(usual) % 4), validate=True)
    except binascii.Error as problem:
        raise ValueError(str(problem)) from None


def _member(facts: dict, name: str, longest: int) -> str:
    """As the app wrote it, blanks included: a file for it must fit to the letter."""
    words = {"key": _("license key"), "fingerprint": _("server ID")}
    value = facts.get(name)
    if not isinstance(value, str) or not value.strip():
        raise UnreadableRequestError(
            _("Missing in this request: %(what)s. Make a new one in the app.")
            % {"what": words[name]}
        )
    if len(value) > longest or not value.isprintable():
        raise UnreadableRequestError(
            _("Unusable in this request: %(what)s. Make a new one in the app.")
            % {"what": words[name]}
        )
    return value
