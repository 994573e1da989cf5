"""The line to the mail server, and how to understand what it says.

One connection serves a whole round. Every way of failing ends in one of four
verdicts, which tell apart what is wrong with a letter from what is wrong with the line.
"""

from __future__ import annotations

import smtplib
from contextlib import suppress
from dataclasses import dataclass

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from outbox import dkim
from outbox.envelopes import Parcel

OK = 250
GO_AHEAD = 354
GOODBYE = 421
AUTHENTICATION_REQUIRED = 530


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


class Refused(Verdict):
    """Never: this letter will not be taken."""


class CutOff(Verdict):
    """The connection broke while this letter was under way; it may have arrived."""


class LineDown(Verdict):
    """There is no way to the server, or it wants nothing of us at all."""


def open_line() -> Line | SmtpLine:
    """A line over the configured mail backend; nothing is connected yet."""
    backend = get_connection()
    return SmtpLine(backend) if isinstance(backend, EmailBackend) else Line(backend)


class Line:
    """A line over a backend without a server, such as the tests' memory."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend = backend

    def send(self, parcel: Parcel) -> Reply:
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

    def send(self, parcel: Parcel) -> Reply:
        raw = self._signed(parcel.raw)
        self._begin(parcel.sender)
        self._address(parcel.recipient)
        return self._hand_over(raw)

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

    def _begin(self, sender: str) -> None:
        """MAIL FROM; a server that has left a used connection is called once more."""
        fresh = self._connect()
        try:
            self._introduce(sender)
        except LineDown as loss:
            self.hang_up()
            if fresh or _timed_out(loss):
                raise
            self._connect()
            self._introduce(sender)

    def _connect(self) -> bool:
        """True when a new connection had to be made."""
        try:
            fresh = bool(self.backend.open())
            self.backend.connection.ehlo_or_helo_if_needed()
        except OSError as trouble:
            self.hang_up()
            raise LineDown(_words(trouble), _code(trouble)) from trouble
        return fresh

    def _introduce(self, sender: str) -> None:
        """Whoever refuses the sender refuses us, not this letter."""
        try:
            code, words = self.backend.connection.mail(sender)
        except OSError as trouble:
            raise LineDown(_words(trouble), _code(trouble)) from trouble
        if code != OK:
            self.hang_up()
            raise LineDown(_decoded(words), code)

    def _address(self, recipient: str) -> None:
        try:
            code, words = self.backend.connection.rcpt(recipient)
        except OSError as trouble:
            self.hang_up()
            raise CutOff(_words(trouble), _code(trouble)) from trouble
        if code not in {OK, 251}:
            self._judge(code, words)

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

    def _judge(self, code: int, answer: bytes) -> None:
        """Turns a refusal into a verdict and leaves the connection clean."""
        words = _decoded(answer)
        if code == GOODBYE:
            self.hang_up()
            raise CutOff(words, code)
        if code == AUTHENTICATION_REQUIRED:
            self.hang_up()
            raise LineDown(words, code)
        try:
            self.backend.connection.rset()
        except OSError:
            self.hang_up()
        raise (Refused if code >= 500 else Deferred)(words, code)


def _timed_out(loss: Verdict) -> bool:
    """A silent server is not called again at once: that would cost as much again."""
    cause = loss.__cause__
    return isinstance(cause, TimeoutError) or isinstance(
        getattr(cause, "__context__", None), TimeoutError
    )


def _words(trouble: OSError) -> str:
    if isinstance(trouble, smtplib.SMTPResponseException):
        return _decoded(trouble.smtp_error)
    return str(trouble) or type(trouble).__name__


def _code(trouble: OSError) -> int | None:
    code = getattr(trouble, "smtp_code", None)
    return code if code and code > 0 else None


def _decoded(words: bytes | str) -> str:
    if isinstance(words, bytes):
        words = words.decode("utf-8", "replace")
    return " ".join(words.replace("\x00", "").split())
