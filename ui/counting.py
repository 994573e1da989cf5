"""Counts beside tabs and places: several in one query, none further than we read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
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

    def run(self, values: Sequence[Any], using: str) -> dict[str, int]:
        with connections[using].cursor() as cursor:
            cursor.execute(self.sql, values)
            return dict(zip(self.names, cursor.fetchone(), strict=True))


def count_all(**queries: QuerySet) -> dict[str, int]:
    """How many rows each query has, by name, counted up to the cap and no further.

    One round trip: every query is a subquery of the same statement.
    """
    counting = Counting.of(**queries)
    return counting.run(counting.values, DEFAULT_DB_ALIAS)


def _capped(rows: QuerySet) -> tuple[str, tuple[Any, ...]]:
    keys = rows.order_by().values("pk")[: CAP + 1]
    try:
        return keys.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return "SELECT 1 WHERE 1 = 0", ()


def in_figures(count: int) -> str:
    """14; or 1,000+ where we stopped counting."""
    return f"{number_format(CAP)}+" if count > CAP else number_format(count)
