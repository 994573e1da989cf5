"""From bytes to lines of cells: encoding, delimiter, quotes, where each cell stands.

Nothing here knows what a column means, except that the heading line is recognised by
the columns we read.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from licenses.importing.columns import PORTFOLIO, Columns

DELIMITERS = ",;\t|"
LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Problem:
    """Something about the file: where, and the words of a person who would mend it."""

    line: int
    column: str
    words: str
    file: str = ""

    def __str__(self) -> str:
        line = _("line %(line)d") % {"line": self.line} if self.line else ""
        place = [self.file, line] if self.file else [line or _("the file")]
        return ", ".join(filter(None, [*place, self.column])) + f": {self.words}"


@dataclass(frozen=True)
class Cell:
    """The text of one cell, its heading, and the physical line it begins on."""

    text: str
    heading: str
    line: int


@dataclass
class Row:
    """One line of cells, by our name of the column."""

    line: int
    cells: dict[str, Cell]


@dataclass
class Sheet:
    """A whole file: its rows, damaged lines, and what concerns all of it.

    `faults` say why nothing in the file can be read at all.
    """

    rows: list[Row] = field(default_factory=list)
    damaged: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)


def read(raw: bytes, columns: Columns = PORTFOLIO) -> Sheet:
    """The rows of a CSV file, whatever its encoding, delimiter and line ends."""
    sheet = Sheet()
    text = _decoded(raw, sheet)
    if not text.strip():
        sheet.faults.append(Problem(0, "", _("It is empty.")))
        return sheet
    lines = _lines(text, _delimiter(text, columns))
    headings = _headings(lines, sheet, columns)
    if sheet.faults:
        return sheet
    _read_rows(lines, headings, sheet, columns)
    if not sheet.rows and not sheet.damaged:
        sheet.faults.append(Problem(0, "", _("It has headings, but no licenses.")))
    return sheet


def _decoded(raw: bytes, sheet: Sheet) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else what Windows wrote."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = _("It is not UTF-8. Read as Windows-1252: look at the accents.")
        sheet.notes.append(Problem(0, "", words))
        return raw.decode("cp1252", errors="replace")


def _delimiter(text: str, columns: Columns) -> str:
    """The one under which the first line has the most headings we know."""
    first = LINE_BREAK.split(text.lstrip("\r\n"), maxsplit=1)[0][:10_000]
    headings = {mark: next(csv.reader([first], delimiter=mark)) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: columns.known(headings[mark]))


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each record with the physical line it begins on; words in place of a damaged one.

    Newlines are left to the csv module, so its count of lines is that of an editor.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield begins, _damage(str(error))
        else:
            yield begins, cells


def _damage(error: str) -> str:
    if "limit" in error:
        return _("A cell is far too long. Shorten it.")
    if "unexpected end" in error:
        return _("A quote is opened here and never closed. Close it.")
    return _("A quote stands where none may stand. Double it, or remove it.")


def _headings(
    lines: Iterator[tuple[int, list[str] | str]], sheet: Sheet, columns: Columns
) -> list[str]:
    """The first line that is not blank; it has to name what we cannot do without."""
    found = next(((line, cells) for line, cells in lines if _is_filled(cells)), (1, []))
    line, headings = found
    if isinstance(headings, str):
        sheet.faults.append(Problem(line, "", headings))
        return []
    headings = [" ".join(heading.split()) for heading in headings]
    fields = columns.fields_of(headings)
    for name in columns.required:
        if name not in fields:
            first, *others = columns.aliases[name]
            words = _(
                "The column “%(name)s” is missing. It may also be called %(other)s."
            ) % {"name": first, "other": ", ".join(others)}
            sheet.faults.append(Problem(line, "", words))
    for place, found_name in enumerate(fields):
        if found_name and found_name in fields[:place]:
            words = _("This column is there twice. Remove one.")
            sheet.faults.append(Problem(line, headings[place], words))
    unread = [h for h, name in zip(headings, fields, strict=True) if h and not name]
    if unread:
        words = _("Not read: %(columns)s.") % {"columns": ", ".join(unread)}
        sheet.notes.append(Problem(line, "", words))
    return headings


def _is_filled(cells: list[str] | str) -> bool:
    return isinstance(cells, str) or any(cell.strip() for cell in cells)


def _read_rows(
    lines: Iterator[tuple[int, list[str] | str]],
    headings: list[str],
    sheet: Sheet,
    columns: Columns,
) -> None:
    fields = columns.fields_of(headings)
    for line, cells in lines:
        if isinstance(cells, str):
            sheet.damaged.append(Problem(line, "", cells))
        elif not _is_filled(cells):
            continue
        elif len(cells) != len(headings):
            words = _(
                "It has %(cells)d cells, the headings are %(headings)d. "
                "A delimiter or a quote is missing, or there is one too many."
            ) % {"cells": len(cells), "headings": len(headings)}
            sheet.damaged.append(Problem(line, "", words))
        else:
            sheet.rows.append(Row(line, dict(_cells(line, cells, headings, fields))))


def _cells(
    line: int, cells: list[str], headings: list[str], fields: list[str | None]
) -> Iterator[tuple[str, Cell]]:
    """Each cell we read with its own physical line: those before it may have breaks."""
    for text, heading, name in zip(cells, headings, fields, strict=True):
        if name:
            yield name, Cell(text, heading, line)
        line += len(LINE_BREAK.findall(text))
