"""A mail as the bytes that travel: what the library's generator does, without detours.

The library makes an object of each part and each header and measures all of them anew;
that costs more than sending. Our headers are mostly short, our parts are texts, and a
boundary made of the letter's own id is in no body; so a second copy of a letter is the
first one again, byte by byte. Files, which few letters have, are left to the library.
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from email.charset import QP, SHORTEST, Charset
from email.message import Message as Mail
from email.policy import compat32
from itertools import count
from typing import cast

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import forbid_multi_line_headers

EOL = b"\r\n"
# Seven bits, so that no server on the way has to change a letter, which would break its
# signature.
SEVEN_BITS = Charset("utf-8")
SEVEN_BITS.header_encoding, SEVEN_BITS.body_encoding = SHORTEST, QP
POLICY = compat32.clone(linesep="\r\n", mangle_from_=False)
SHORT = 76
LONGEST = 900
PLAIN = re.compile(r"[!-~]([ -~]*[!-~])?")
WORD = re.compile(r"[!-+\--:<-~]+")
ANY_EOL = re.compile(r"\r\n?")


@dataclass(frozen=True)
class Part:
    """A text, a file or several parts: what it says of itself, and what is in it."""

    head: bytes
    body: bytes

    def __bytes__(self) -> bytes:
        return self.head + EOL + self.body


def as_bytes(email: EmailMultiAlternatives, identity: str) -> bytes:
    """The whole mail with the line ends of SMTP; `identity` occurs nowhere in it."""
    boundaries = (f"=_{identity}_{number}" for number in count(1))
    whole = _whole(email, boundaries)
    head = [whole.head, *(_header(name, value) for name, value in _headers(email))]
    return b"".join([*head, EOL, whole.body])


def _whole(email: EmailMultiAlternatives, boundaries: Iterator[str]) -> Part:
    if not email.attachments:
        return _words(email, boundaries)
    boundary = next(boundaries)
    said = [_words(email, boundaries)] if email.body or email.alternatives else []
    packed = cast("list[Mail]", email.message().get_payload())
    files = [
        Mail.as_bytes(one, policy=POLICY) for one in packed[-len(email.attachments) :]
    ]
    return _several("mixed", [*map(bytes, said), *files], boundary)


def _words(email: EmailMultiAlternatives, boundaries: Iterator[str]) -> Part:
    """The text alone, or text and HTML to choose from."""
    if not email.alternatives:
        return _text(email.body, "text/plain")
    texts = [_text(email.body, "text/plain")] if email.body else []
    texts += [_text(str(one.content), one.mimetype) for one in email.alternatives]
    return _several("alternative", [bytes(one) for one in texts], next(boundaries))


def _several(kind: str, parts: list[bytes], boundary: str) -> Part:
    between = b"--" + boundary.encode()
    pieces = [piece for part in parts for piece in (between, EOL, part, EOL)]
    return Part(
        f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n'
        "MIME-Version: 1.0\r\n".encode(),
        b"".join([*pieces, between, b"--", EOL]),
    )


def _text(words: str, mimetype: str) -> Part:
    """Quoted in the C of the library, which may break a long line elsewhere."""
    lines = ANY_EOL.sub("\n", words).encode()
    return Part(
        f'Content-Type: {mimetype}; charset="utf-8"\r\n'
        "MIME-Version: 1.0\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n".encode(),
        b2a_qp(lines).replace(b"\n", EOL),
    )


def _headers(email: EmailMultiAlternatives) -> Iterator[tuple[str, str]]:
    yield "Subject", str(email.subject)
    yield "From", str(email.from_email)
    yield "To", ", ".join(email.to)
    if email.reply_to:
        yield "Reply-To", ", ".join(email.reply_to)
    yield from email.extra_headers.items()


def _header(name: str, value: str) -> bytes:
    """As it stands where there is nothing to encode and nothing to fold."""
    if _fits(name, value):
        return f"{name}: {value}\r\n".encode()
    return POLICY.fold_binary(*forbid_multi_line_headers(name, value, SEVEN_BITS))


def _fits(name: str, value: str) -> bool:
    """On one line; a long word, such as a link, has no place to be broken at."""
    if len(name) + len(value) < SHORT:
        return PLAIN.fullmatch(value) is not None
    return len(value) < LONGEST and WORD.fullmatch(value) is not None
