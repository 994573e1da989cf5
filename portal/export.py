"""The list of applications as a CSV file, row by row, as it is filtered."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from apps.models import Application
from portal.beside import in_chunks
from portal.portfolio import Wish
from portal.standing import Standing
from portal.versions import SupportTable

CHUNK = 500


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(wish: Wish, language: str) -> Iterator[str]:
    """The file's lines, in the reader's language, without holding all rows at once.

    The language is set line by line: a stream is read after the request has ended.
    """
    writer = csv.writer(_Echo())
    rows = wish.applications().order_by(*wish.order).iterator(chunk_size=CHUNK)
    with translation.override(language):
        head = writer.writerow(_head())
    yield "\ufeff" + head
    for application in in_chunks(rows, wish.user, wish.at, CHUNK):
        with translation.override(language):
            line = writer.writerow(_cells(application, wish))
        yield line


def _head() -> list[str]:
    return [
        _("App"),
        _("Company"),
        _("Hosting"),
        _("State"),
        _("Environments"),
        _("Technical contacts"),
        _("Platform version"),
        _("License ends"),
        _("Open tickets"),
        _("Identifier"),
    ]


def _cells(application: Application, wish: Wish) -> list[str]:
    standing = Standing(application, wish.today, SupportTable([], wish.today))
    due_on = standing.due_on if application.is_on_premises else None
    cells = [
        application.name,
        application.company_name,
        application.get_hosting_display(),
        standing.state.word,
        ", ".join(row.name for row in standing.environments),
        ", ".join(application.contact_names),
        standing.version,
        due_on.isoformat() if due_on else "",
        application.open_tickets,
        application.pk,
    ]
    return [_harmless(str(cell)) for cell in cells]


def _harmless(cell: str) -> str:
    """A name that begins like a formula must not be run by a spreadsheet."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
