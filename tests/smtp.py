"""A real SMTP server for tests, which can also misbehave in every way we know.

    with SmtpServer() as server:
        server.answer("jonas@acme.example", "450 4.2.1 try later")
        ...
        assert server.recipients() == ["lotte@acme.example"]

It listens on a free port of 127.0.0.1 in a thread of its own and keeps what it took.
"""

import asyncio
import email
import email.policy
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from functools import cached_property
from threading import Event, Thread
from time import monotonic

from aiosmtpd.smtp import SMTP

from tests import dsn

# It tells every line of every conversation at a level that the portal logs.
logging.getLogger("mail.log").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Arrival:
    """One letter the server has taken: envelope, bytes, on which connection, when.

    `peer` is the port at the other end, and `at` a moment of the monotonic clock.
    """

    recipient: str
    sender: str
    raw: bytes
    connection: int
    peer: int = 0
    at: float = 0.0

    @property
    def message(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @cached_property
    def message_id(self):
        headers = BytesHeaderParser(policy=email.policy.default)
        return headers.parsebytes(self.raw)["Message-ID"]


class SmtpServer:
    """Accepts everything until told otherwise; every method may be called while it
    runs."""

    def __init__(self):
        self.arrivals = []
        self.connections = 0
        self.per_connection = None
        self.delay = 0.0
        self.lines_at_once = 0
        self.takes_several = True
        self._answers = {}
        self._at_mail = self._at_greeting = None
        self._limit = self._most_lines = None
        self._to_return = {}
        self._after_each = lambda: None
        self._sessions = set()
        self.cut = frozenset()
        self._loop = asyncio.new_event_loop()
        self._up = Event()

    # What it does to letters

    def answer(self, recipient, words, *, at="RCPT"):
        """Refuses this recipient (or all "@of.a.domain") with these words, at RCPT or
        at the end of DATA."""
        self._answers[recipient, at] = words

    def hang(self, recipient, *, at="RCPT"):
        """Says nothing any more when this recipient comes up, at RCPT or in DATA."""
        self._answers[recipient, at] = "hang"

    def drop(self, recipient, *, at="DATA"):
        """Closes the connection: at RCPT, within DATA, or AFTER it took it."""
        self._answers[recipient, at] = "drop"

    def refuse_everybody(self, words):
        """Answers every MAIL FROM with these words."""
        self._at_mail = words

    def hang_for_everybody(self):
        self._at_mail = "hang"

    def throttle(self, letters):
        """Says goodbye with 421 after that many letters of one connection."""
        self.per_connection = letters

    def limit(self, letters, words):
        """Takes so many more letters, then answers every recipient with these words."""
        self._limit = (len(self.arrivals) + letters, words)

    def allow_lines(self, number):
        """Greets further connections with 421."""
        self._most_lines = number

    def hang_at_connect(self):
        """Lets everybody in, and never says a word."""
        self._at_greeting = "hang"

    def bounce_later(self, recipient, **facts):
        """Takes the letter, and has a report of its failure ready in `returned()`."""
        self._to_return[recipient] = facts

    def after_each(self, call):
        """Calls this whenever a letter was taken, before it says so."""
        self._after_each = call

    def slow_down(self, seconds):
        """Takes that long over each letter."""
        self.delay = seconds

    def take_one_at_a_time(self):
        """No word of PIPELINING to those who come from now on."""
        self.takes_several = False

    def behave(self):
        """Accepts everything again."""
        self._answers.clear()
        self._to_return.clear()
        self._at_mail = self._at_greeting = self.per_connection = None
        self._limit = self._most_lines = None
        self._after_each = lambda: None
        self.delay = 0.0

    # What it saw

    def recipients(self):
        return [arrival.recipient for arrival in self.arrivals]

    def copies(self):
        """How often each recipient got each Message-ID."""
        return Counter((a.recipient, a.message_id) for a in list(self.arrivals))

    def open_lines(self):
        """The ports from which somebody is connected now."""
        alive = [one.transport for one in list(self._sessions) if one.transport]
        return frozenset(
            one.get_extra_info("peername")[1] for one in alive if not one.is_closing()
        )

    def returned(self):
        """The reports about letters it could not pass on, each with its address."""
        return [
            (arrival.sender, dsn.report(arrival.sender, **facts))
            for arrival in self.arrivals
            if (facts := self._to_return.get(arrival.recipient)) is not None
        ]

    # How it runs

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def settings(self):
        """The mail settings that lead here."""
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
            "EMAIL_HOST_USER": "",
            "EMAIL_HOST_PASSWORD": "",
            "EMAIL_USE_TLS": False,
            "EMAIL_USE_SSL": False,
        }

    def start(self, port=0):
        self._thread = Thread(target=self._run, args=(port,), daemon=True)
        self._thread.start()
        assert self._up.wait(10), "the SMTP server did not start"
        return self

    def stop(self):
        """Refuses connections from now on; what was open is cut."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def _run(self, port):
        asyncio.set_event_loop(self._loop)
        listening = self._loop.run_until_complete(
            self._loop.create_server(self._session, "127.0.0.1", port)
        )
        self.port = listening.sockets[0].getsockname()[1]
        self._up.set()
        self._loop.run_forever()
        listening.close()
        self.cut = self.open_lines()
        for session in list(self._sessions):
            if session.transport is not None:
                session.transport.abort()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def _session(self):
        self.connections += 1
        self.lines_at_once += 1
        session = _Session(self, self.connections, loop=self._loop)
        self._sessions.add(session)
        return session

    async def decide(self, session, recipient, moment):
        """The words to answer with at this moment, or None to go on."""
        domain = f"@{recipient.rpartition('@')[2]}"
        words = self._answers.get(
            (recipient, moment), self._answers.get((domain, moment))
        )
        if self._limit and moment == "RCPT" and len(self.arrivals) >= self._limit[0]:
            return self._limit[1]
        if words == "hang":
            await asyncio.sleep(3600)
        if words == "drop":
            session.transport.abort()
            return "451 gone"
        return words


class _Session(SMTP):
    """One connection, its hooks in one place."""

    def __init__(self, server, number, **options):
        super().__init__(_Hooks(server, number), enable_SMTPUTF8=True, **options)
        self.kit = server
        self.seat = server.lines_at_once

    def connection_lost(self, error):
        self.kit.lines_at_once -= 1
        super().connection_lost(error)

    async def push(self, status):
        """The greeting is the first word of a connection, and may be another."""
        if isinstance(status, str) and status.startswith("220 "):
            if self.kit._at_greeting == "hang":
                await asyncio.sleep(3600)
            most = self.kit._most_lines
            if most is not None and self.seat > most:
                await super().push("421 4.7.0 too many connections")
                self.transport.close()
                return
        await super().push(status)

    async def smtp_DATA(self, arg):  # noqa: N802
        recipient = self.envelope.rcpt_tos[-1] if self.envelope.rcpt_tos else ""
        if self.kit._answers.get((recipient, "DATA")) == "drop":
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()
            return
        with suppress(ConnectionError):
            await super().smtp_DATA(arg)


class _Hooks:
    def __init__(self, server, number):
        self.server = server
        self.number = number
        self.taken = 0

    async def handle_EHLO(self, smtp, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        if self.server.takes_several:
            responses[1:1] = ["250-PIPELINING"]
        return responses

    async def handle_MAIL(self, smtp, session, envelope, address, options):  # noqa: N802
        if self.server._at_mail == "hang":
            await asyncio.sleep(3600)
        full = self.server.per_connection
        if full is not None and self.taken >= full:
            await smtp.push("421 4.7.0 too many letters on this connection")
            smtp.transport.close()
            return "421 bye"
        if self.server._at_mail:
            return self.server._at_mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, smtp, session, envelope, address, options):  # noqa: N802
        words = await self.server.decide(smtp, address, "RCPT") or "250 OK"
        if words.startswith("2"):
            envelope.rcpt_tos.append(address)
        return words

    async def handle_DATA(self, smtp, session, envelope):  # noqa: N802
        recipient = envelope.rcpt_tos[-1]
        if self.server.delay:
            await asyncio.sleep(self.server.delay)
        words = await self.server.decide(smtp, recipient, "DATA")
        if words:
            return words
        self.taken += 1
        peer, at = session.peer[1], monotonic()
        facts = (envelope.mail_from, envelope.content, self.number, peer, at)
        self.server.arrivals.append(Arrival(recipient, *facts))
        self.server._after_each()
        await self.server.decide(smtp, recipient, "AFTER")
        return f"250 2.0.0 queued as {len(self.server.arrivals)}"
