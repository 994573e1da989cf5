"""Queries that every page asks, each built once and then only filled in.

To build a statement takes Django several times as long as to run it. What a statement
says depends on the kind of reader (vendor staff, company admin, member); who the reader
is, which row is wanted and which moment it is stand in its parameters. So it is built
once for stand-ins, and for a reader their values take the places of the stand-ins'.
PostgreSQL plans it once for each connection, as a prepared statement.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.http import Http404

from ui.counting import Counting, count_all

LONG_AGO = datetime(1800, 1, 1, 3, 7, 11, tzinfo=UTC)
# Of a column of whole numbers; no row has a greater one.
LARGEST = 2**31 - 1
LENGTHS = (1, 10, 25, 50, 100, 500)
_numbers = count(1_900_000_000)


@dataclass(frozen=True)
class Reader:
    """All that a statement may know of whoever reads; to ask for more is an error."""

    pk: uuid.UUID
    company_id: uuid.UUID | None = None
    is_staff: bool = False
    is_company_admin: bool = False
    is_authenticated: bool = True
    is_active: bool = True


# For what is asked before somebody is known.
NOBODY = Reader(uuid.UUID(int=0))


class _Rows:
    """A query as its database compiled it."""

    def __init__(self, rows: QuerySet) -> None:
        self.rows = rows
        self.compiler = rows.query.get_compiler(rows.db)
        self.sql, self.values = self.compiler.as_sql()
        # Django's own loop over the rows asks the query for its compiler, and that one
        # for what it has fetched.
        rows.query.get_compiler = lambda *_, **__: self.compiler
        self.compiler.execute_sql = lambda *_, **__: iter([self._fetched])

    def read(self, cursor: CursorWrapper) -> list[Any]:
        self._fetched = cursor.fetchall()
        return list(self.rows._iterable_class(self.rows))


class _Kept:
    """A statement that PostgreSQL has planned, and the names of its parameters."""

    TYPES: ClassVar = {
        uuid.UUID: "uuid",
        datetime: "timestamptz",
        date: "date",
        int: "bigint",
        str: "text",
    }

    def __init__(self, statement: _Rows | Counting, stand_ins: dict[str, Any]) -> None:
        self.statement = statement
        by_value = {value: name for name, value in stand_ins.items()}
        self.names = [_name(value, by_value) for value in statement.values]
        self.asked = sorted({name for name in self.names if name})
        # Behind a pool of connections another process may have planned on this one: a
        # name of its own, so that no reader is ever given the rows of another question.
        self.called = f"kept_{uuid.uuid4().hex}"
        places = ", ".join(["%s"] * len(self.asked))
        self.call = f"EXECUTE {self.called}" + (f"({places})" if places else "")
        self._planned_by: Any = None

    def run(self, values: dict[str, Any]) -> Any:
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            if self._planned_by is not connection.connection:
                # Past the log of queries: it is asked once, not once a page.
                cursor.cursor.execute(self._plan(cursor))
                self._planned_by = connection.connection
            cursor.execute(self.call, [values[name] for name in self.asked])
            return self.statement.read(cursor)

    def _plan(self, cursor: CursorWrapper) -> str:
        """The statement with its own words and figures in it, the rest numbered."""
        texts = []
        for name, value in zip(self.names, self.statement.values, strict=True):
            if name:
                number = self.asked.index(name) + 1
                texts.append(f"${number}::{self.TYPES[type(value)]}")
            else:
                texts.append(cursor.cursor.mogrify("%s", [value]).decode())
        return f"PREPARE {self.called} AS {self.statement.sql % tuple(texts)}"


class _PerReader:
    """Statements by kind of reader, of this thread's connection to PostgreSQL."""

    def __init__(self, build: Callable[..., Any]) -> None:
        self.build = build

    def _run(
        self,
        reader: Any,
        values: dict[str, Any],
        compiled: Callable[[Any], _Rows | Counting],
    ) -> Any:
        values = {name: _padded(value) for name, value in values.items()}
        is_alone = reader.company_id is None
        lengths = [len(value) for value in values.values() if isinstance(value, list)]
        kind = (reader.is_staff, reader.is_company_admin, is_alone, *lengths)
        # On the connection itself, so that they go when it goes.
        kept = vars(connections[DEFAULT_DB_ALIAS]).setdefault("kept_statements", {})
        mine: dict[tuple[int, ...], _Kept] = kept.setdefault(self, {})
        if kind not in mine:
            stand_ins = {name: _stand_in(value) for name, value in values.items()}
            who = Reader(uuid.uuid4(), None if is_alone else uuid.uuid4(), *kind[:2])
            statement = compiled(self.build(who, **stand_ins))
            mine[kind] = _Kept(statement, _named(who, stand_ins))
        return mine[kind].run(_named(reader, values))


class KeptRows(_PerReader):
    """Rows for a reader, by a statement that is built once per kind of reader.

    `build` gives the query for a reader and for values named by keyword: keys, numbers,
    texts, days, moments, and lists of up to 500 of them. It may compute nothing from
    them, since it is asked only once; a key or a day in the statement that is not one
    of them is a TypeError.
    What the query would prefetch is not fetched.
    """

    def __call__(self, reader: Any, **values: Any) -> list[Any]:
        if _is_not_for(reader):
            return list(self.build(reader, **values))
        if any(_finds_nothing(value) for value in values.values()):
            return []
        return self._run(reader, values, _Rows)

    def one_or_404(self, reader: Any, **values: Any) -> Any:
        """The only row there can be; a row the reader may not see does not exist."""
        for row in self(reader, **values):
            return row
        raise Http404


class KeptCounts(_PerReader):
    """How many rows each of several queries has; `build` gives them by name."""

    def __call__(self, reader: Any, **values: Any) -> dict[str, int]:
        if _is_not_for(reader):
            return count_all(**self.build(reader, **values))
        return self._run(reader, values, lambda queries: Counting.of(**queries))


def attach(thing: Model, **related: list[Any]) -> None:
    """Rows that are fetched already, as if `thing` had prefetched them by that name."""
    for name, rows in related.items():
        found = getattr(thing, name).all()
        found._result_cache, found._prefetch_done = rows, True
        thing.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def _is_not_for(reader: Any) -> bool:
    """Where nothing is planned, and for who may not read: stand-ins may."""
    is_planned = connections[DEFAULT_DB_ALIAS].vendor == "postgresql"
    return not (is_planned and reader.is_active)


def _finds_nothing(value: Any) -> bool:
    return value == [] or (type(value) is int and value > LARGEST)


def _padded(value: Any) -> Any:
    """A list as long as one of few lengths: each length is a statement of its own."""
    if not isinstance(value, list):
        return value
    length = next(size for size in LENGTHS if size >= len(value))
    return value + value[-1:] * (length - len(value))


def _named(reader: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Every single value that belongs into a statement; those of a list one by one."""
    found = {"reader": reader.pk, "company": reader.company_id}
    for name, value in values.items():
        if isinstance(value, list):
            found |= {f"{name}.{place}": one for place, one in enumerate(value)}
        else:
            found[name] = value
    return found


def _name(value: Any, stand_ins: dict[Any, str]) -> str:
    """Whose place a parameter is; nothing for a word or figure of the query itself."""
    try:
        name = stand_ins.get(value, "")
    except TypeError:  # a list
        return ""
    if not name and isinstance(value, uuid.UUID | date):
        raise TypeError(f"A kept statement would remember {value!r}.")
    return name


def _stand_in(value: Any) -> Any:
    """A value of the same type that no row and no rule has."""
    if isinstance(value, list):
        return [_stand_in(one) for one in value]
    number = next(_numbers)
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, datetime):
        return LONG_AGO + timedelta(microseconds=number)
    if isinstance(value, date):
        return LONG_AGO.date() - timedelta(days=number % 200_000)
    if type(value) is int:
        return number
    if type(value) is str:
        return f"stand-in {uuid.uuid4()}"
    raise TypeError(f"No stand-in for {value!r}.")
