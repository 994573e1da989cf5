"""A mail as the bytes that travel: what the library's generator does, without detours.

It measures every header anew and searches every body for a boundary that is free. Our
headers are encoded by then and mostly short, and a boundary made of the letter's own id
is in no body; so a second copy of a letter is the first one again, byte by byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message as Mail
from email.policy import Policy
from itertools import count
from typing import cast

EOL = b"\r\n"
SHORT = 76
PLAIN = re.compile(r"[!-~]([ -~]*[!-~])?")
ANY_EOL = re.compile(rb"\r\n|\r|\n")


def as_bytes(mail: Mail, identity: str) -> bytes:
    """The whole mail with the line ends of SMTP; `identity` occurs nowhere in it."""
    boundaries = (f"=_{identity}_{number}" for number in count(1))
    policy = mail.policy.clone(linesep="\r\n")
    return b"".join(_part(mail, policy, boundaries))


def _part(part: Mail, policy: Policy, boundaries: Iterator[str]) -> list[bytes]:
    if not part.is_multipart():
        return [*_head(part, policy), EOL, _body(part)]
    boundary = next(boundaries)
    pieces = [*_head(part, policy, boundary), EOL]
    between = b"--" + boundary.encode()
    for each in cast("list[Mail]", part.get_payload()):
        pieces += [between, EOL, *_part(each, policy, boundaries), EOL]
    return [*pieces, between, b"--", EOL]


def _head(part: Mail, policy: Policy, boundary: str = "") -> list[bytes]:
    lines = []
    for name, value in part.raw_items():
        if boundary and name.lower() == "content-type":
            lines.append(f'{name}: {value};\r\n boundary="{boundary}"\r\n'.encode())
        elif _is_plain(name, value):
            lines.append(f"{name}: {value}\r\n".encode())
        else:
            lines.append(policy.fold_binary(name, value))
    return lines


def _is_plain(name: str, value: object) -> bool:
    """One line as it stands: nothing to encode and nothing to fold."""
    return (
        isinstance(value, str)
        and len(name) + len(value) < SHORT
        and PLAIN.fullmatch(value) is not None
    )


def _body(part: Mail) -> bytes:
    """The payload is encoded already; only its line ends may be others."""
    payload = str(part.get_payload() or "")
    return ANY_EOL.sub(EOL, payload.encode("ascii", "surrogateescape"))
