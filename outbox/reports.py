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
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
CODE = re.compile(r"\b([45]\d\d)\b")
# RFC 3463, the detail of an address or its mailbox: unknown, moved, closed or full.
# What is wrong with the sender (5.1.7 to 5.1.9) or the size (5.2.3) is none of it, and
# neither are systems, routes, contents and policies (5.3 to 5.7).
OF_ADDRESS = re.compile(r"5\.(1\.([0-46]|10)|2\.[12])")
# RFC 5321: what a server says to an address alone, when it says no more than a code.
OF_ADDRESS_BARE = {550, 551, 553}
NO_REASON = 554
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
    def blames_address(self) -> bool:
        """The address is at fault, and not the letter or the way to it."""
        return self.is_failure and blames_address(self.words, self.code)

    @property
    def is_delivery(self) -> bool:
        """The letter lies in the mailbox; `relayed` and `expanded` say less."""
        return self.action == "delivered"

    @property
    def code(self) -> int | None:
        """The SMTP code among the words."""
        found = CODE.search(self.words)
        return int(found[1]) if found else None


def blames_address(words: str, code: int | None = None) -> bool:
    """Whether a refusal for good says that mail will never reach this address.

    The first status among the words decides, unless it is a general 5.0.0. Without one
    the bare code does, where the server had seen no more than the address. Whoever is
    in doubt does not blame it: a mark raises the alarm about a person.
    """
    for found in STATUS.finditer(words):
        if found[1] != "2" and found[2] != "0":
            return OF_ADDRESS.fullmatch(found[0]) is not None
    return code in OF_ADDRESS_BARE


def refuses_us(words: str, code: int | None) -> bool:
    """Whether a server said to an address that it takes nothing from us (5.7.x).

    A bare 554 says no more than no: it may be the same.
    """
    found = STATUS.search(words)
    return found[0].startswith("5.7.") if found else code == NO_REASON


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
