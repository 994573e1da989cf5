"""The trial's mailbox: every letter a file, as it came in by SMTP.

`outbox.mailbox_server` fills it and the pages at /mailbox/ read it; this file needs no
settings and no database.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from functools import cached_property
from pathlib import Path
from uuid import uuid4

NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
STAMP = "%Y%m%dT%H%M%S%f"


class Mailbox:
    """A directory of letters, one file each, named so that they sort by arrival."""

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)

    def keep(self, raw: bytes, *, recipients: list[str], at: datetime) -> str:
        """Writes one letter so that nobody ever reads half of it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        name = f"{at.astimezone(UTC):{STAMP}}-{uuid4().hex[:8]}"
        unfinished = self.directory / f".{name}"
        with unfinished.open("wb") as file:
            for recipient in recipients:
                file.write(f"Delivered-To: {recipient}\r\n".encode("utf-8", "replace"))
            file.write(raw)
        unfinished.replace(self.directory / f"{name}.eml")
        return name

    def names(self) -> list[str]:
        """Every letter's name, newest first."""
        try:
            files = os.listdir(self.directory)
        except FileNotFoundError:
            return []
        kept = (file.removesuffix(".eml") for file in files if file.endswith(".eml"))
        return sorted((name for name in kept if NAME.fullmatch(name)), reverse=True)

    def letter(self, name: str) -> Letter | None:
        """One letter; a name that is not ours is no letter, whatever it points to."""
        if not NAME.fullmatch(name):
            return None
        try:
            return Letter(name, (self.directory / f"{name}.eml").read_bytes())
        except FileNotFoundError:
            return None

    def letters(self) -> Iterator[Letter]:
        """All letters, newest first, read one by one."""
        for name in self.names():
            letter = self.letter(name)
            if letter is not None:
                yield letter

    def containing(self, words: str) -> Iterator[Letter]:
        """Those with every one of the words in headers or text."""
        wanted = words.casefold().split()
        for letter in self.letters():
            if all(word in letter.searchable for word in wanted):
                yield letter


@dataclass(frozen=True)
class Part:
    """An attachment."""

    filename: str
    mimetype: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """One letter as it came in."""

    name: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def at(self) -> datetime:
        """When it came in."""
        stamp = self.name.partition("-")[0]
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)

    def header(self, name: str) -> str:
        """The value in plain words; empty when it is missing or beyond reading."""
        try:
            return " ".join(str(self.message[name] or "").split())
        except (ValueError, LookupError, AttributeError, IndexError):
            return ""

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def sender(self) -> str:
        return self.header("From")

    @property
    def recipient(self) -> str:
        return self.header("To") or self.header("Delivered-To")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, self.header(name)) for name in dict.fromkeys(self.message)]

    @cached_property
    def text(self) -> str:
        return self._body("plain")

    @cached_property
    def html(self) -> str:
        return self._body("html")

    @cached_property
    def attachments(self) -> list[Part]:
        return [
            Part(
                part.get_filename() or "attachment",
                part.get_content_type(),
                _octets(part),
            )
            for part in self.message.walk()
            if part.get_content_disposition() == "attachment"
        ]

    @cached_property
    def searchable(self) -> str:
        parts = (self.subject, self.sender, self.recipient, self.text)
        return "\n".join(parts).casefold()

    def _body(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        if part is None:
            return ""
        try:
            return part.get_content()
        except (LookupError, ValueError):  # a charset nobody knows
            return _octets(part).decode("utf-8", "replace")


def _octets(part: Message) -> bytes:
    """What the part carries; nothing where it is a container of parts."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
