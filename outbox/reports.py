"""What a mail server reports about a letter it could not deliver (RFC 3464).

Reads bytes from anywhere in the world: nothing here raises, whatever they hold. Only
the report itself is read, never the returned letter beside it.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.utils import getaddresses
from quopri import decodestring

REPORTS = {"message/delivery-status", "message/global-delivery-status"}
ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
ENCODED = {"base64", "quoted-printable"}
MOST_ADDRESSES = 50
MOST_BLOCKS = 50
MOST_WORDS = 500
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
CODE = re.compile(r"\b([45]\d\d)\b")
# A name server in trouble; a sender, a size or a content that was not wanted.
NOT_THE_ADDRESS = re.compile(r"5\.(4\.4|1\.[78]|2\.3|3\.4|6\.\d+)$")
RANK = ("failed", "delayed")


@dataclass(frozen=True)
class Report:
    """What became of one letter: an action, its status, and the server's words."""

    action: str
    status: str
    words: str

    @property
    def is_failure(self) -> bool:
        return self.action == "failed"

    @property
    def is_delay(self) -> bool:
        """Held up, and tried again by whoever holds it: no failure."""
        return self.action == "delayed"

    @property
    def is_permanent(self) -> bool:
        """The address is at fault, and not only the way to it."""
        return self.is_failure and is_permanent(self.status)

    @property
    def code(self) -> int | None:
        """The SMTP code among the words."""
        found = CODE.search(self.words)
        return int(found[1]) if found else None


def is_permanent(status: str) -> bool:
    """5.x.x speaks of the address; 4.x.x and a missing route pass. Unsaid is for good.

    What was wrong with one letter says nothing of where it went.
    `status` may be any words of a server that hold such a number.
    """
    found = STATUS.search(status)
    return found is None or (found[1] == "5" and not NOT_THE_ADDRESS.match(found[0]))


def parsed(raw: bytes) -> Mail | None:
    """The mail, however broken; None for what cannot be taken for one at all."""
    try:
        return message_from_bytes(raw)
    except (RecursionError, ValueError, LookupError, MessageError):
        return None


def addresses_of(mail: Mail) -> list[str]:
    """Every address the mail came to, as the servers on the way wrote it down."""
    values = [str(value) for name in ADDRESSED for value in mail.get_all(name, [])]
    found = []
    for value in values[:MOST_ADDRESSES]:
        with suppress(RecursionError):  # comments in comments in comments
            found += getaddresses([value])
    return [address for _name, address in found if address][:MOST_ADDRESSES]


def report_of(mail: Mail) -> Report | None:
    """The worst that is reported; None when the mail is no delivery report."""
    if not mail.is_multipart():
        return None
    found = [
        report
        for part in mail.get_payload()
        if isinstance(part, Mail) and part.get_content_type() in REPORTS
        for report in _reports(part)
    ]
    return min(found, key=_rank, default=None)


def _rank(report: Report) -> int:
    return RANK.index(report.action) if report.action in RANK else len(RANK)


def _reports(part: Mail) -> Iterator[Report]:
    """One for every recipient the part speaks of."""
    for block in blocks_of(part)[:MOST_BLOCKS]:
        spoken = said(block, "Diagnostic-Code").partition(";")
        words = (spoken[2] or spoken[0]).strip()
        status = STATUS.search(said(block, "Status")) or STATUS.search(words)
        action = said(block, "Action").casefold()
        if not action and status and said(block, "Final-Recipient"):
            action = "failed" if status[1] == "5" else "delayed"
        if action:
            number = status[0] if status else ""
            yield Report(action.split()[0], number, _whole(number, words))


def _whole(number: str, words: str) -> str:
    """The words with their number in front, unless they say it themselves."""
    whole = words if number in words else f"{number} {words}"
    return whole.strip()[:MOST_WORDS]


def blocks_of(part: Mail) -> list[Mail]:
    """The report's groups of fields; the mail library splits only the plainest kind."""
    inner = part.get_payload()
    groups = (
        [one for one in inner if isinstance(one, Mail)] if part.is_multipart() else []
    )
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().casefold()
    if part.get_content_type() == "message/delivery-status" and encoding not in ENCODED:
        return groups
    text = "\n\n".join(_text(one) for one in groups) or str(inner)
    plain = _decoded(text.encode("utf-8", "surrogateescape"), encoding)
    return [message_from_string(one) for one in re.split(r"\r?\n\s*\r?\n", plain)]


def _text(block: Mail) -> str:
    """A group as it was written, its fields and what follows them."""
    fields = "".join(f"{name}: {value}\n" for name, value in block.raw_items())
    rest = block.get_payload(decode=True)
    words = rest.decode("ascii", "surrogateescape") if isinstance(rest, bytes) else ""
    return f"{fields}\n{words}"


def _decoded(raw: bytes, encoding: str) -> str:
    with suppress(NotBase64, ValueError):
        if encoding in ENCODED:
            raw = b64decode(raw) if encoding == "base64" else decodestring(raw)
    return raw.decode("utf-8", "replace")


def said(block: Mail, field: str) -> str:
    """A field on one line, in whatever alphabet it came."""
    fields = {name.casefold(): value for name, value in block.raw_items()}
    raw = str(fields.get(field.casefold(), ""))
    value = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    with suppress(HeaderParseError, ValueError, LookupError):
        value = str(make_header(decode_header(value)))
    return " ".join(value.replace("\x00", "").split())
