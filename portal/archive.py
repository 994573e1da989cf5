"""All data of a company in one zip file, made of what every floor gives.

Written page by page and file by file as it is read, so that memory stays small
whatever the company has.
"""

from __future__ import annotations

import json
import logging
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import translation

from apps import archive as of_apps
from companies import actions
from companies import archive as of_companies
from companies.models import Archive, Company
from companies.tables import Folder, Table
from contacts import archive as of_contacts
from licenses import archive as of_licenses
from operations import archive as of_operations
from tickets import archive as of_tickets
from ui import sheets

FLOORS = [
    of_companies,
    of_apps,
    of_contacts,
    of_licenses,
    of_tickets,
    of_operations,
]
Clock = Callable[[], datetime]

logger = logging.getLogger(__name__)


class TakenError(Exception):
    """Another worker has this archive in hand by now."""


def tables(company: Company) -> list[Table]:
    """Everything that is the company's, and nothing that is not."""
    return [table for floor in FLOORS for table in floor.tables(company)]


def folders(company: Company) -> list[Folder]:
    return of_tickets.folders(company)


def make_next(*, clock: Clock) -> bool:
    """Take the next archive in hand and make it; False when there was nothing to do.

    What goes wrong is logged and left in hand: once that time is over, the sweep
    begins anew, and gives up after some tries.
    """
    archive = actions.take_archive(at=clock())
    if archive is None:
        return False
    try:
        size = _make(archive, clock)
    except TakenError:
        logger.warning("archive %s: another worker has it", archive.pk)
    except Exception:
        logger.exception("archive %s: try %d failed", archive.pk, archive.tries)
    else:
        actions.finish_archive(archive, size=size, at=clock())
    return True


def _make(archive: Archive, clock: Clock) -> int:
    """The size of the file. What earlier tries have left is removed first."""
    for place in archive.places:
        default_storage.delete(place)
    name = default_storage.save(archive.file.name, ContentFile(b""))
    with (
        translation.override(archive.asked_by.language),
        default_storage.open(name, "wb") as out,
    ):
        Writer(archive, clock).write(out)
    return default_storage.size(name)


@dataclass
class Writer:
    """Writes one archive, and says after every page how far it is."""

    archive: Archive
    clock: Clock
    done: int = 0
    total: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def write(self, out: IO[bytes]) -> None:
        company = self.archive.company
        parts, files = tables(company), folders(company)
        rows = sum(table.rows.count() for table in parts)
        # Each row stands in two files, CSV and JSON.
        self.total = 2 * rows + sum(folder.rows.count() for folder in files)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
            for table in parts:
                self._write(zipped, f"{table.name}.csv", self._csv(table))
                self._write(zipped, f"{table.name}.json", self._json(table))
            for folder in files:
                self._copy(zipped, folder)
            zipped.writestr("README.txt", self._readme(parts))

    def _write(self, zipped: zipfile.ZipFile, name: str, pieces: Iterator[str]) -> None:
        with zipped.open(name, "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece.encode())

    def _csv(self, table: Table) -> Iterator[str]:
        return sheets.csv_lines(self._lines(table), translation.get_language())

    def _lines(self, table: Table) -> Iterator[Iterable[Any]]:
        yield table.columns
        for page in table.pages():
            for row in page:
                yield map(_in_a_cell, row)
            self._go_on(len(page))

    def _json(self, table: Table) -> Iterator[str]:
        """One row a line, so that the file can be read without parsing all of it."""
        yield "["
        self.counts[table.name] = 0
        for page in table.pages():
            first = not self.counts[table.name]
            lines = ",\n".join(_as_json(table.columns, row) for row in page)
            yield ("\n" if first else ",\n") + lines
            self.counts[table.name] += len(page)
            self._go_on(len(page))
        yield "\n]\n"

    def _copy(self, zipped: zipfile.ZipFile, folder: Folder) -> None:
        for place, file in folder.files():
            try:
                source = file.open()
            except OSError:
                self.missing.append(place)
            else:
                with source, zipped.open(place, "w", force_zip64=True) as entry:
                    shutil.copyfileobj(source, entry)
            self._go_on(1)

    def _readme(self, parts: list[Table]) -> str:
        context = {
            "archive": self.archive,
            "parts": [(table, self.counts[table.name]) for table in parts],
            "missing": self.missing,
            "at": self.clock(),
        }
        return render_to_string("companies/archive_readme.txt", context)

    def _go_on(self, rows: int) -> None:
        self.done += rows
        held = actions.hold_archive(
            self.archive, done=self.done, total=self.total, at=self.clock()
        )
        if not held:
            raise TakenError


def _as_json(columns: Iterable[str], row: tuple) -> str:
    named = dict(zip(columns, row, strict=True))
    return json.dumps(named, default=_in_words, ensure_ascii=False)


def _in_a_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _in_words(value) if isinstance(value, date) else value


def _in_words(value: Any) -> str:
    """Moments and days as ISO 8601 writes them, anything else as its text."""
    return value.isoformat() if isinstance(value, date) else str(value)
