"""Files for a spreadsheet: CSV or a workbook, written row by row, safe to open."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from itertools import islice
from typing import IO, Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils import translation
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 50_000
MOST_CHARACTERS = 32_767  # what a cell of a workbook holds
WIDTH = 18


class TooManyRowsError(Exception):
    """More than one workbook is to hold: CSV takes them all."""


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Iterable[Any]], language: str) -> Iterator[str]:
    """The file's lines in the reader's language, without holding all rows at once.

    The language is set line by line: a stream is read after the request has ended.
    """
    writer = csv.writer(_Echo())
    rows, is_first = iter(rows), True
    while True:
        with translation.override(language):
            row = next(rows, None)
            if row is None:
                return
            line = writer.writerow([harmless(cell) for cell in row])
        yield f"\ufeff{line}" if is_first else line
        is_first = False


def harmless(cell: Any) -> str:
    """A name that begins like a formula must not be run by a spreadsheet.

    A figure below zero is none.
    """
    if isinstance(cell, int | float):
        return str(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def download(
    rows: Iterable[Iterable[Any]], name: str, language: str
) -> StreamingHttpResponse:
    """The answer that saves these rows, the first of them the head, as a file."""
    return StreamingHttpResponse(
        csv_lines(rows, language),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def workbook_download(rows: Iterable[Iterable[Any]], name: str) -> FileResponse:
    """The answer that saves these rows, the first of them the head, as a workbook.

    It is written to the disk before the answer begins, so it has a bound.
    """
    return FileResponse(
        workbook_of(rows),
        as_attachment=True,
        filename=name,
        content_type=WORKBOOK,
        headers={"Cache-Control": "private, no-store"},
    )


def workbook_of(rows: Iterable[Iterable[Any]], *, most: int = MOST_ROWS) -> IO[bytes]:
    """A file with these rows, at its beginning; one row at a time is in memory."""
    with ExitStack() as failed:
        file = failed.enter_context(tempfile.TemporaryFile())
        with Workbook(file, {"constant_memory": True}) as workbook:
            _fill(workbook, iter(rows), most)
        failed.pop_all()
    file.seek(0)
    return file


def _fill(workbook: Workbook, rows: Iterator[Iterable[Any]], most: int) -> None:
    sheet = workbook.add_worksheet()
    bold = workbook.add_format({"bold": True})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    head = list(next(rows))
    sheet.set_column(0, len(head) - 1, WIDTH)
    sheet.freeze_panes(1, 0)
    for column, word in enumerate(head):
        sheet.write_string(0, column, str(word), bold)
    for number, row in enumerate(islice(rows, most), 1):
        for column, cell in enumerate(row):
            _write(sheet, number, column, cell, day)
    if next(rows, None) is not None:
        raise TooManyRowsError


def _write(sheet: Worksheet, row: int, column: int, cell: Any, day: Any) -> None:
    """A text is written as a text: no spreadsheet runs what looks like a formula."""
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, str(cell)[:MOST_CHARACTERS])
