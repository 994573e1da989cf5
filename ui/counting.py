"""Counts beside tabs and places: several in one query, none further than we read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from django.utils.formats import number_format

CAP = 1_000


@dataclass(frozen=True)
class Counting:
    """One statement that counts several queries, each up to the cap and no further."""

    names: tuple[str, ...]
    sql: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, **queries: QuerySet) -> Counting:
        counts, values = [], []
        for rows in queries.values():
            sql, its_values = _capped(rows)
            counts.append(f"(SELECT COUNT(*) FROM ({sql}) AS capped)")  # noqa: S608 Django's
            values += its_values
        return cls(tuple(queries), f"SELECT {', '.join(counts)}", tuple(values))

    def read(self, cursor: CursorWrapper) -> dict[str, int]:
        """The counts by name, of a cursor that has run the statement."""
        return dict(zip(self.names, cursor.fetchone(), strict=True))


def count_all(**queries: QuerySet) -> dict[str, int]:
    """How many rows each query has, by name, counted up to the cap and no further.

    One round trip: every query is a subquery of the same statement.
    """
    counting = Counting.of(**queries)
    with connection.cursor() as cursor:
        cursor.execute(counting.sql, counting.values)
        return counting.read(cursor)


def _capped(rows: QuerySet) -> tuple[str, tuple[Any, ...]]:
    keys = rows.order_by().values("pk")[: CAP + 1]
    try:
        return keys.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return "SELECT 1 WHERE 1 = 0", ()


def in_figures(count: int) -> str:
    """14; or 1,000+ where we stopped counting."""
    return f"{number_format(CAP)}+" if count > CAP else number_format(count)
