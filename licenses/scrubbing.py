"""Keeps license keys and secret addresses out of the logs, wherever in a line."""

import logging
import re

# A signed key, also percent-encoded as in an address; and a plain key of six groups.
SIGNED = re.compile(r"\bkey(?:/|%2[Ff])[\w=%-]{8,}(?:\.[\w=%-]*)?")
PLAIN = re.compile(r"\b(?:[0-9A-F]{6}-){5}V\d\b", re.IGNORECASE)
TOKEN = re.compile(r"\b(?:activ|prod|admin)-[0-9a-f]{32,64}v\d\b")
SHOWN = "key/[removed]"
# A key that the vendor brought along looks like anything: known by where it stands.
PLACES = [
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"(/v1/(?:accounts/[^/\s]+/)?licenses/)"
        r"(?!actions/|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|key/\[)"
        r"[^?\n\"]+?(?=/actions/|/machines\b|/entitlements\b|[?\"]| HTTP/|$)",
        r"([?&](?:auth|token)=)[^&\s\"']+",
        r"(\bAuthorization\b\W{1,6}(?:License|Bearer|Token|Basic)\s+)[^\s'\",}]+",
        r"([\"']key[\"']:\s?[\"'])[^\"']+",
    )
]
# The secret part of a calendar's address.
CALENDAR = re.compile(r"(/calendar/)[\w-]{20,}")


def scrub(text: str) -> str:
    """The same text without keys, tokens, and the secrets of calendars."""
    text = CALENDAR.sub(r"\1[removed]", text)
    for shape in (SIGNED, PLAIN, TOKEN):
        text = shape.sub(SHOWN, text)
    for place in PLACES:
        text = place.sub(r"\1[removed]", text)
    return text


class ScrubbedFormatter(logging.Formatter):
    """Formats as usual, tracebacks included, and then takes the keys out."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))
