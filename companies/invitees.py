"""Addresses as people paste them, one a line or as a mail program lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LONGEST_NAME = 120
LONGEST_ADDRESS = 254
BOTH = re.compile(r"\"?(?P<name>[^\"<>]*?)\"?\s*<\s*(?P<email>[^<>\s]+)\s*>")


@dataclass(frozen=True)
class Invitee:
    """Whom to invite: the address, the name where one stands beside it, and its line.

    The line is 0 for somebody who was not pasted from a list.
    """

    email: str
    name: str = ""
    line: int = 0

    def fault(self, words: str) -> ValidationError:
        """What is wrong with this one, after its line where there are lines."""
        if not self.line:
            return ValidationError(words)
        numbered = {"line": self.line, "words": words}
        return ValidationError(_("Line %(line)s: %(words)s") % numbered)


def parse(text: str) -> list[Invitee]:
    """Everybody in the list, or every fault at once with its line."""
    found, faults = [], []
    first_lines: dict[str, int] = {}
    for invitee in _entries(text):
        fault = _fault(invitee, first_lines)
        if fault:
            faults.append(invitee.fault(fault))
        found.append(invitee)
        first_lines.setdefault(invitee.email, invitee.line)
    if not found:
        raise ValidationError(_("Write at least one e-mail address."))
    if faults:
        raise ValidationError(faults)
    return found if len(found) > 1 else [Invitee(one.email, one.name) for one in found]


def _entries(text: str) -> Iterator[Invitee]:
    for number, line in enumerate(text.splitlines(), start=1):
        for piece in _pieces(line):
            match = BOTH.fullmatch(piece)
            name, email = match.group("name", "email") if match else ("", piece)
            yield Invitee(email.lower(), " ".join(name.split()), number)


def _pieces(line: str) -> list[str]:
    """One line may hold several: a;b or a, b; but “Blake, Nora <nora@…>” is one."""
    parts = [part.strip() for part in line.split(";")]
    pieces = []
    for part in parts:
        several = part.count("@") > 1 or "<" not in part
        pieces += part.split(",") if several else [part]
    return [piece.strip() for piece in pieces if piece.strip()]


def _fault(invitee: Invitee, first_lines: dict[str, int]) -> str:
    words = {"email": invitee.email, "line": first_lines.get(invitee.email)}
    try:
        validate_email(invitee.email)
    except ValidationError:
        return _("“%(email)s” is no e-mail address.") % words
    if len(invitee.email) > LONGEST_ADDRESS or len(invitee.name) > LONGEST_NAME:
        return _("%(email)s: address or name is too long.") % words
    if invitee.email in first_lines:
        return _("%(email)s stands in line %(line)s already.") % words
    return ""
