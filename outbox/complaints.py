"""What a mail provider reports when its user calls a letter unwanted (RFC 5965).

Like `outbox.reports`, it reads bytes from anywhere in the world: nothing here raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message as Mail

from outbox.reports import blocks_of, said

REPORT = "message/feedback-report"
RETURNED = {"message/rfc822", "text/rfc822-headers"}
# The provider's user has moved a letter out of the bin: good news.
PRAISE = {"not-spam"}
MOST_WORDS = 500


@dataclass(frozen=True)
class Complaint:
    """One reader's word on one letter, and the addresses it says the letter bore."""

    kind: str
    words: str
    addresses: tuple[str, ...]

    @property
    def is_praise(self) -> bool:
        return self.kind in PRAISE

    @property
    def code(self) -> None:
        """No mail server refused anything."""
        return None


def complaint_of(mail: Mail) -> Complaint | None:
    """None when the mail is no such report."""
    if not mail.is_multipart():
        return None
    parts = [part for part in mail.get_payload() if isinstance(part, Mail)]
    for part in parts:
        if part.get_content_type() == REPORT:
            return _read(part, parts)
    return None


def _read(part: Mail, parts: list[Mail]) -> Complaint | None:
    blocks = blocks_of(part)
    kind = next((word for one in blocks if (word := said(one, "Feedback-Type"))), "")
    if not kind:
        return None
    by = next((word for one in blocks if (word := said(one, "User-Agent"))), "")
    addresses = [said(one, "Original-Mail-From") for one in blocks]
    for returned in parts:
        if returned.get_content_type() in RETURNED:
            addresses += [said(one, "Return-Path") for one in _letters(returned)]
    words = f"Reported as unwanted ({kind}) {by}".strip()
    found = tuple(address for address in addresses if address)
    return Complaint(kind.casefold(), words[:MOST_WORDS], found)


def _letters(part: Mail) -> list[Mail]:
    """The returned letter, whole or its headers only."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return [one for one in inner if isinstance(one, Mail)]
    return blocks_of(part)[:1]
