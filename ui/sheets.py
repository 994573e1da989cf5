"""Files for a spreadsheet: lines of CSV, written as they are read, safe to open."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import translation


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
