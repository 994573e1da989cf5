"""Keeps license keys and secret addresses out of the logs, wherever in a line."""

import logging
import re

# A signed key, also percent-encoded as in an address; and a plain key of six groups.
SIGNED = re.compile(r"\bkey(?:/|%2[Ff])[\w=%-]{8,}(?:\.[\w=%-]*)?")
PLAIN = re.compile(r"\b(?:[0-9A-F]{6}-){5}V\d\b", re.IGNORECASE)
SHOWN = "key/[removed]"
# The secret part of a calendar's address.
CALENDAR = re.compile(r"(/calendar/)[\w-]{20,}")


def scrub(text: str) -> str:
    """The same text without keys, and without the secrets of calendars."""
    text = CALENDAR.sub(r"\1[removed]", text)
    return PLAIN.sub(SHOWN, SIGNED.sub(SHOWN, text))


class ScrubbedFormatter(logging.Formatter):
    """Formats as usual, tracebacks included, and then takes the keys out."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))
