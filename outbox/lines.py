"""The line to the mail server, and how to understand what it says.

One connection serves a whole round. Every way of failing ends in a verdict, which tells
apart what is wrong with a letter from what is wrong with the line.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from outbox import dkim
from outbox.envelopes import Parcel
from outbox.reports import blames_address, refuses_us

OK = 250
GO_AHEAD = 354
GOODBYE = 421
# RFC 4954: log in, more strongly, with other credentials, over TLS.
AUTHENTICATION_REQUIRED = {530, 534, 535, 538}
# As much of a name as the log holds.
LOGGED_NAME = 120
# How long a server is kept waiting in the middle of a letter.
PATIENCE_SECONDS = 2.0
# How servers say that it goes too fast: the codes of the large ones, else their words.
TOO_FAST = re.compile(
    r"4\.7\.(0|28)\b|too (many|fast)|rate.?limit|throttl|slow down", re.IGNORECASE
)


@dataclass(frozen=True)
class Reply:
    """What the server answered to a letter it took."""

    code: int | None
    words: str


class Verdict(Exception):  # noqa: N818 - a verdict is an answer, not an error of ours
    """Why a letter was not taken, in the server's words."""

    def __init__(self, words: str, code: int | None = None) -> None:
        self.words = words or type(self).__name__
        super().__init__(self.words)
        self.code = code


class Deferred(Verdict):
    """Not now: this letter may be tried again."""

    outcome = "deferred"

    @property
    def is_too_fast(self) -> bool:
        """It is about how much we send, and the next letter would hear the same."""
        return TOO_FAST.search(self.words) is not None


class Refused(Verdict):
    """Never: this letter will not be taken."""

    @property
    def blames_address(self) -> bool:
        """Having seen the letter, a server says so only by a status of the address."""
        return blames_address(self.words)


class RefusedAddress(Refused):
    """Never, and the server had heard nothing but who the letter is for."""

    @property
    def blames_address(self) -> bool:
        return blames_address(self.words, self.code)

    @property
    def refuses_us(self) -> bool:
        """The next address may well hear the same."""
        return refuses_us(self.words, self.code)


class Unsendable(Verdict):
    """The row cannot become a letter; no server was asked."""


class CutOff(Verdict):
    """The connection broke while this letter was under way; it may have arrived."""

    outcome = "cut_off"


class LineDown(Verdict):
    """There is no way to the server, or it wants nothing of us at all."""


class CalledOff(Verdict):
    """We stopped before the letter itself was handed over."""


def open_line() -> Line | SmtpLine:
    """A line over the configured mail backend; nothing is connected yet."""
    backend = get_connection()
    return SmtpLine(backend) if isinstance(backend, EmailBackend) else Line(backend)


def most_lines() -> int:
    """Several at once to a mail server; anything else takes one letter at a time."""
    is_smtp = isinstance(get_connection(), EmailBackend)
    return max(settings.OUTBOX_CONNECTIONS, 1) if is_smtp else 1


class Line:
    """A line over a backend without a server, such as the tests' memory."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend = backend

    @property
    def server(self) -> str:
        """Who answers, for the log; a backend without a server has no name."""
        return ""

    def send(self, parcel: Parcel, may_hand_over: Callable[[], bool]) -> Reply:
        """Hands it over, unless asking once more at the last moment says no."""
        if not may_hand_over():
            raise CalledOff("")
        try:
            self.backend.send_messages([parcel.email])
        except OSError as trouble:
            raise LineDown(str(trouble)) from trouble
        return Reply(None, type(self.backend).__module__.rpartition(".")[2])

    def hang_up(self) -> None:
        with suppress(OSError):
            self.backend.close()


class SmtpLine(Line):
    """One reused SMTP connection, spoken by hand so that every answer is heard."""

    @property
    def server(self) -> str:
        return f"{self.backend.host}:{self.backend.port}"[:LOGGED_NAME]

    def send(self, parcel: Parcel, may_hand_over: Callable[[], bool]) -> Reply:
        raw = self._signed(parcel.raw)
        self._begin(parcel)
        self._address(parcel)
        asked_at = monotonic()
        is_wanted = may_hand_over()
        if is_wanted and monotonic() - asked_at < PATIENCE_SECONDS:
            return self._hand_over(raw)
        self._forget()
        if is_wanted:  # the answer took so long that the server may have left
            return self.send(parcel, may_hand_over)
        raise CalledOff("")

    def hang_up(self) -> None:
        with suppress(OSError):
            self.backend.close()
        self.backend.connection = None

    def _signed(self, raw: bytes) -> bytes:
        """A key that cannot sign says nothing of the letter: nothing goes out."""
        try:
            return dkim.signed(raw)
        except dkim.UnusableKeyError as trouble:
            raise LineDown(f"DKIM_KEY: {trouble}") from trouble

    def _begin(self, parcel: Parcel) -> None:
        """MAIL FROM; a server that has left a used connection is called once more."""
        fresh = self._connect()
        try:
            self._introduce(parcel)
        except LineDown as loss:
            self.hang_up()
            if fresh or _timed_out(loss):
                raise
            self._connect()
            self._introduce(parcel)

    def _connect(self) -> bool:
        """True when a new connection had to be made."""
        try:
            fresh = bool(self.backend.open())
            self.backend.connection.ehlo_or_helo_if_needed()
        except (OSError, ValueError) as trouble:  # also a setting beyond ASCII
            self.hang_up()
            raise LineDown(_words(trouble), _code(trouble)) from trouble
        return fresh

    def _introduce(self, parcel: Parcel) -> None:
        """Whoever refuses the sender refuses us, not this letter."""
        connection = self.backend.connection
        try:
            if self._takes_both_at_once(parcel):
                sender, recipient = parcel.sender, parcel.recipient
                connection.send(f"MAIL FROM:<{sender}>\r\nRCPT TO:<{recipient}>\r\n")
                code, words = connection.getreply()
            else:
                code, words = connection.mail(parcel.sender)
        except (OSError, ValueError) as trouble:
            raise LineDown(_words(trouble), _code(trouble)) from trouble
        if code != OK:
            self.hang_up()
            raise LineDown(_decoded(words), code)

    def _address(self, parcel: Parcel) -> None:
        connection = self.backend.connection
        try:
            if self._takes_both_at_once(parcel):
                code, words = connection.getreply()
            else:
                code, words = connection.rcpt(parcel.recipient)
        except OSError as trouble:
            self.hang_up()
            raise CutOff(_words(trouble), _code(trouble)) from trouble
        if code not in {OK, 251}:
            self._judge(code, words, RefusedAddress)

    def _takes_both_at_once(self, parcel: Parcel) -> bool:
        """Sender and recipient in one go (RFC 2920), if they are two plain lines."""
        addresses = parcel.sender + parcel.recipient
        return (
            self.backend.connection.has_extn("pipelining")
            and addresses.isascii()
            and addresses.isprintable()
        )

    def _hand_over(self, raw: bytes) -> Reply:
        try:
            code, words = self.backend.connection.data(raw)
        except smtplib.SMTPDataError as answer:  # not even told to go ahead
            self._judge(answer.smtp_code, answer.smtp_error)
        except OSError as trouble:
            self.hang_up()
            raise CutOff(_words(trouble), _code(trouble)) from trouble
        if code != OK:
            self._judge(code, words)
        return Reply(code, _decoded(words))

    def _judge(
        self, code: int, answer: bytes, refused: type[Refused] = Refused
    ) -> None:
        """Turns a refusal into a verdict and leaves the connection clean."""
        words = _decoded(answer)
        if code == GOODBYE:
            self.hang_up()
            raise CutOff(words, code)
        if code in AUTHENTICATION_REQUIRED:
            self.hang_up()
            raise LineDown(words, code)
        self._forget()
        raise (refused if code >= 500 else Deferred)(words, code)

    def _forget(self) -> None:
        """The server lets go of this letter and is ready for the next."""
        try:
            self.backend.connection.rset()
        except OSError:
            self.hang_up()


def _timed_out(loss: Verdict) -> bool:
    """A silent server is not called again at once: that would cost as much again."""
    cause = loss.__cause__
    return isinstance(cause, TimeoutError) or isinstance(
        getattr(cause, "__context__", None), TimeoutError
    )


def _words(trouble: OSError | ValueError) -> str:
    if isinstance(trouble, smtplib.SMTPResponseException):
        return _decoded(trouble.smtp_error)
    return str(trouble) or type(trouble).__name__


def _code(trouble: OSError | ValueError) -> int | None:
    code = getattr(trouble, "smtp_code", None)
    return code if code and code > 0 else None


def _decoded(words: bytes | str) -> str:
    if isinstance(words, bytes):
        words = words.decode("utf-8", "replace")
    return " ".join(words.replace("\x00", "").split())
