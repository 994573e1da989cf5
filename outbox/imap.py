"""Reads the mailbox for returned mail, where no mail server pipes it to us.

A mail leaves the inbox only after what it said is written down: should we end in
between, it is read once more and recognised. What is understood is deleted, since it
holds the letter that came back; everything else goes to a folder for people to see.
"""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from ssl import create_default_context
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError

from outbox import returns
from outbox.checks import IMAP_PORTS
from outbox.models import Verdict

ASIDE = "Set-aside"
MOST_MAILS = 200
MOST_BYTES = 1024 * 1024  # a report stands in front of the letter it returns
PATIENCE_SECONDS = 30

logger = logging.getLogger(__name__)


class MailboxTroubleError(RuntimeError):
    """The mailbox cannot be read at the moment; nothing in it is lost."""


@dataclass
class Tally:
    """What one round did with the mails it found."""

    taken: int = 0
    aside: int = 0
    waiting: int = 0


def read_mailbox(*, at: datetime) -> Tally:
    """Takes every mail of the inbox, the oldest first, at most some of them."""
    tally = Tally()
    if not settings.BOUNCE_IMAP_URL:
        return tally
    with _opened(urlsplit(settings.BOUNCE_IMAP_URL)) as box:
        aside = _folder(box)
        for uid in _uids(box)[:MOST_MAILS]:
            raw = _fetched(box, uid)
            if raw is not None:  # taken away meanwhile
                _take(box, uid, raw, aside, tally, at)
        box.expunge()
    return tally


def _take(
    box: imaplib.IMAP4,
    uid: bytes,
    raw: bytes,
    aside: str,
    tally: Tally,
    at: datetime,
) -> None:
    try:
        row, _is_new = returns.take(raw, at=at)
    except (OperationalError, InterfaceError):
        raise  # the database is in trouble, and not the mail
    except Exception:  # whatever is wrong with this mail holds up no other
        logger.exception("outbox: a returned mail could not be read")
        row = returns.set_aside(raw, at=at)
    if row.verdict == Verdict.TOO_EARLY:
        tally.waiting += 1
        return
    if row.is_understood:
        tally.taken += 1
    else:
        tally.aside += 1
        _asked(box.uid("COPY", uid, aside))
    _asked(box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen \Deleted)"))


@contextmanager
def _opened(place: SplitResult) -> Iterator[imaplib.IMAP4]:
    """The mailbox that the address names, INBOX if it names none."""
    try:
        box = _connected(place)
        try:
            if place.scheme == "imap+tls":
                box.starttls(create_default_context())
            box.login(unquote(place.username or ""), unquote(place.password or ""))
            _asked(box.select(f'"{unquote(place.path.strip("/")) or "INBOX"}"'))
            yield box
        finally:
            _hang_up(box)
    except (imaplib.IMAP4.error, OSError, EOFError) as trouble:
        raise MailboxTroubleError(str(trouble) or type(trouble).__name__) from trouble


def _connected(place: SplitResult) -> imaplib.IMAP4:
    host, port = place.hostname, place.port or IMAP_PORTS[place.scheme]
    if place.scheme != "imaps":
        return imaplib.IMAP4(host, port, timeout=PATIENCE_SECONDS)
    return imaplib.IMAP4_SSL(
        host, port, ssl_context=create_default_context(), timeout=PATIENCE_SECONDS
    )


def _hang_up(box: imaplib.IMAP4) -> None:
    for goodbye in (box.logout, box.shutdown):
        with suppress(imaplib.IMAP4.error, OSError):
            goodbye()


def _folder(box: imaplib.IMAP4) -> str:
    """Where mails are set aside; some servers keep every folder below the inbox."""
    for name in (ASIDE, f"INBOX.{ASIDE}", f"INBOX/{ASIDE}"):
        box.create(name)  # refused where it is there already
        if box.status(name, "(MESSAGES)")[0] == "OK":
            return name
    raise imaplib.IMAP4.error(f"the mail server has no room for a folder {ASIDE}")


def _uids(box: imaplib.IMAP4) -> list[bytes]:
    """Whatever is there and not deleted, in the order in which it came.

    A server may spread its answer over several lines, and in any order (RFC 3501).
    """
    lines = _asked(box.uid("SEARCH", "UNDELETED"))
    return sorted({uid for line in lines for uid in (line or b"").split()}, key=int)


def _fetched(box: imaplib.IMAP4, uid: bytes) -> bytes | None:
    """The first part of the mail, without marking it as read."""
    answer = _asked(box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
    return next((part[1] for part in answer if isinstance(part, tuple)), None)


def _asked(answer: tuple[str, list]) -> list:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the mail server said {status}: {data!r}")
    return data
