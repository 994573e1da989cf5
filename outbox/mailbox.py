"""A mailbox for the trial: takes every letter by SMTP and keeps it as a file.

    python -m outbox.mailbox --directory var/mail --port 1025

No letter leaves the machine. The pages at /mailbox/ read what is kept here; this file
needs no settings and no database.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import email.policy
import os
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 40 * 1024 * 1024
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
                part.get_payload(decode=True) or b"",
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
            return part.get_payload(decode=True).decode("utf-8", "replace")


class _Clerk:
    """What the SMTP server asks when a letter has come in."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        name = self.mailbox.keep(
            envelope.content, recipients=envelope.rcpt_tos, at=datetime.now(UTC)
        )
        return f"250 kept as {name}"


async def serve(mailbox: Mailbox, *, host: str, port: int) -> None:
    """Takes letters until the process is told to stop."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wanted, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(_Clerk(mailbox), data_size_limit=LARGEST, enable_SMTPUTF8=True),
        host,
        port,
    )
    await stopped.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--directory", required=True, type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=1025, type=int)
    chosen = parser.parse_args()
    try:
        asyncio.run(
            serve(Mailbox(chosen.directory), host=chosen.host, port=chosen.port)
        )
    except OSError as trouble:
        sys.exit(
            f"The mailbox cannot listen on {chosen.host}:{chosen.port}"
            f" ({os.strerror(trouble.errno)})."
        )


if __name__ == "__main__":
    main()
