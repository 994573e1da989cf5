"""The SMTP server of the trial's mailbox: takes every letter, sends none on.

    python -m outbox.mailbox_server --directory var/mailbox --port 1025

A program of its own: what it is made with is installed for the trial only, so nothing
that serves the portal may import this file.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from outbox.mailbox import Mailbox

LARGEST = 40 * 1024 * 1024


class _Clerk:
    """What the SMTP server asks when a letter has come in."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.original_content or b""
        name = self.mailbox.keep(
            raw, recipients=envelope.rcpt_tos, at=datetime.now(UTC)
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
            f" ({os.strerror(trouble.errno or 0)})."
        )


if __name__ == "__main__":
    main()
