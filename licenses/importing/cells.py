"""What one cell means; a cell that means nothing says how to put it right."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

YES = {"yes", "true", "1", "y", "on"}
NO = {"no", "false", "0", "n", "off"}
MONEY = re.compile(r"(?P<sign>[^\d\s.,-]{0,4})\s*(?P<amount>\d[\d., ]*)\s*\D{0,4}")
LARGEST = 2_147_483_647
FIRST_YEAR, LAST_YEAR = 1970, 2199
EXAMPLE = date(2016, 12, 31)
SHOWN = 40


class CellError(ValueError):
    """A cell that cannot be read; its words stand in the verdict."""


def text(cell: str, length: int) -> str:
    """The words of a cell, with single spaces."""
    words = " ".join(cell.split())
    _refuse_long(words, length)
    return words


def prose(cell: str, length: int) -> str:
    """Notes, with their line breaks."""
    words = "\n".join(line.rstrip() for line in cell.strip().splitlines())
    _refuse_long(words, length)
    return words


def address(cell: str) -> str:
    words = cell.strip().lower()
    if not words:
        return ""
    try:
        validate_email(words)
    except ValidationError:
        raise CellError(
            _("“%(cell)s” is no e-mail address. Write one, or leave it empty.")
            % {"cell": shown(cell)}
        ) from None
    _refuse_long(words, 254)
    return words


def number(cell: str) -> int | None:
    """A count of one or more; None for an empty cell."""
    words = cell.strip()
    if not words:
        return None
    if not (words.isascii() and words.isdigit()) or not 1 <= int(words) <= LARGEST:
        raise CellError(
            _("“%(cell)s” is no number of seats. Write a whole number, 1 or more.")
            % {"cell": shown(cell)}
        )
    return int(words)


def day(cell: str, date_format: str) -> date | None:
    """A day in the one format of the file; it is never guessed cell by cell."""
    words = cell.strip()
    if not words:
        return None
    try:
        found = datetime.strptime(words, date_format).date()  # noqa: DTZ007 a day has no zone
    except ValueError:
        raise CellError(
            _("“%(cell)s” is no date like %(example)s. Correct it, or name the format.")
            % {"cell": shown(cell), "example": EXAMPLE.strftime(date_format)}
        ) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CellError(
            _("The year %(year)s cannot be right. Write four digits.")
            % {"year": found.year}
        )
    return found


def yes_or_no(cell: str) -> bool | None:
    """From a closed list; None for an empty cell."""
    words = cell.strip().casefold()
    if not words:
        return None
    if words in YES | NO:
        return words in YES
    raise CellError(
        _("“%(cell)s” is neither yes nor no. Write yes or no.") % {"cell": shown(cell)}
    )


def money(cell: str) -> str:
    """An amount as it was written, once it is one and not negative."""
    words = " ".join(cell.split())
    if words and not MONEY.fullmatch(words):
        raise CellError(
            _("“%(cell)s” is no amount. Write it as in 12.58, 0 or more.")
            % {"cell": shown(cell)}
        )
    return words


def shown(cell: str) -> str:
    """A cell short enough to stand in a sentence."""
    words = " ".join(cell.split())
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"


def _refuse_long(words: str, length: int) -> None:
    if len(words) > length:
        raise CellError(
            _("This is %(long)d characters long. Shorten it to %(length)d.")
            % {"long": len(words), "length": length}
        )
