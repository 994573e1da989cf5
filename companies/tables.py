"""Tables of a company's rows, read page by page: what its data archive is made of.

Each floor says in its `archive.py` which tables it gives; `portal.archive` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.functional import Promise

from companies.models import Company

PAGE = 500


@dataclass(frozen=True)
class Table:
    """Rows of one kind: the name of their files, what they are, and their columns.

    `columns` gives for each column the lookup that fills it. `order` must be unique in
    total and never empty, since the next page begins after the last row of this one.
    """

    name: str
    what: str | Promise
    rows: models.QuerySet
    columns: Mapping[str, str]
    order: tuple[str, ...] = ("pk",)

    def pages(self) -> Iterator[list[tuple]]:
        """The cells of up to `PAGE` rows at a time."""
        keys = len(self.order)
        for page in _pages(self.rows, self.order, tuple(self.columns.values())):
            yield [row[keys:] for row in page]


@dataclass(frozen=True)
class Folder:
    """Files that belong to rows, and where each lies in the archive."""

    rows: models.QuerySet
    file: Callable[[Any], FieldFile]
    place: Callable[[Any], str]

    def files(self) -> Iterator[tuple[str, FieldFile]]:
        for page in _pages(self.rows, ("pk",), ("pk",)):
            keys = [row[0] for row in page]
            for row in self.rows.filter(pk__in=keys).order_by("pk"):
                yield self.place(row), self.file(row)


def rows_of(model: type[models.Model], company: Company) -> models.QuerySet:
    """All rows of a tenant model that are this company's, by the path it names."""
    return model.objects.filter(**{model.access.company: company.pk})


def _pages(
    rows: models.QuerySet, order: tuple[str, ...], lookups: tuple[str, ...]
) -> Iterator[list[tuple]]:
    """Page after page along `order`, each row with its keys before its cells.

    No cursor stays open: on SQLite it would keep the writer that counts the progress
    from writing.
    """
    rest = rows.order_by(*order)
    while page := list(rest.values_list(*order, *lookups)[:PAGE]):
        yield page
        if len(page) < PAGE:
            return
        rest = rows.filter(_after(order, page[-1])).order_by(*order)


def _after(order: tuple[str, ...], last: tuple) -> models.Q:
    """Beyond this row: the same in the first keys, and greater in the next one."""
    beyond = models.Q(pk__in=[])
    for number, key in enumerate(order):
        same = dict(zip(order[:number], last[:number], strict=True))
        beyond |= models.Q(**same, **{f"{key}__gt": last[number]})
    return beyond
