"""Long lists, a page at a time, without counting rows that nobody looks at.

A page starts after the last row of the page before (a keyset), so page 400 costs as
much as page 1. The cursor in the address is opaque; a bad one shows the first page.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest

from ui.counting import CAP

COUNT_CAP = CAP


@dataclass(frozen=True)
class Page:
    """One page of rows with the addresses of its neighbours."""

    rows: list[Any]
    first: int
    total: int
    previous: str = ""
    next: str = ""

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def is_capped(self) -> bool:
        """More rows than we care to count."""
        return self.total > self.cap

    @property
    def cap(self) -> int:
        """What there is more of: the cap, or the rows up to this page."""
        return max(COUNT_CAP, self.last)

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Cursor:
    """The row a page starts after, and how many rows came before it."""

    index: int
    values: list[Any]

    def __str__(self) -> str:
        # str, because Django's own encoder cuts a time down to milliseconds.
        text = json.dumps([self.index, *self.values], default=str)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def keyset(
    queryset: QuerySet,
    request: HttpRequest,
    *,
    order: Sequence[str] = ("name", "id"),
    size: int = 50,
    total: int | None = None,
) -> Page:
    """The page the address asks for; `order` must be unique and never NULL.

    `total` is for who has counted the rows already, up to the cap.
    """
    fields = _fields(queryset, order)
    before = _cursor(request.GET.get("before"), fields)
    after = None if before else _cursor(request.GET.get("after"), fields)
    cursor = before or after
    way = _reversed(order) if before else order
    rows = queryset.order_by(*way)
    if cursor:
        rows = rows.filter(_beyond(cursor.values, way))
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if before:
        found.reverse()
    if cursor and not found:
        plain = _without_cursor(request)
        return keyset(queryset, plain, order=order, size=size, total=total)
    first = _first(cursor, before, len(found))
    has_previous = more if before else bool(cursor)
    has_next = bool(before) or more
    last = first + len(found) - 1
    return Page(
        rows=found,
        first=first,
        total=_total(queryset, last, total) if has_next else last,
        previous=_link(request, "before", found[0], first, order)
        if has_previous
        else "",
        next=_link(request, "after", found[-1], last, order) if has_next else "",
    )


def _first(cursor: Cursor | None, before: Cursor | None, found: int) -> int:
    """The number of the first row on the page, counted along the way."""
    if cursor is None:
        return 1
    if before:
        return max(1, cursor.index - found)
    return cursor.index + 1


def _total(queryset: QuerySet, last: int, counted: int | None) -> int:
    """How many rows there are, where another page follows; as far as we count."""
    if last >= COUNT_CAP:
        return last + 1
    if counted is not None:
        return max(counted, last)
    return queryset.order_by().values("pk")[: COUNT_CAP + 1].count()


def _reversed(order: Sequence[str]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def _beyond(values: list[Any], order: Sequence[str]) -> Q:
    """Rows after these values; the first clause alone lets an index find them."""
    names = [name.lstrip("-") for name in order]
    verbs = ["lt" if name.startswith("-") else "gt" for name in order]
    beyond = Q()
    for place, (name, verb, value) in enumerate(zip(names, verbs, values, strict=True)):
        same = Q(**dict(zip(names[:place], values[:place], strict=True)))
        beyond |= same & Q(**{f"{name}__{verb}": value})
    return Q(**{f"{names[0]}__{verbs[0]}e": values[0]}) & beyond


def _fields(queryset: QuerySet, order: Sequence[str]) -> list[Field]:
    """The model field (or the output of an annotation) behind each name."""
    found = []
    for name in (name.lstrip("-") for name in order):
        annotation = queryset.query.annotations.get(name)
        found.append(
            annotation.output_field if annotation else _field(queryset.model, name)
        )
    return found


def _field(model: type[Model], name: str) -> Field:
    first, _, rest = name.partition("__")
    field = model._meta.pk if first == "pk" else model._meta.get_field(first)
    if not rest:
        return field
    if not field.related_model:
        raise FieldError(f"{name} does not lead to a column")
    return _field(field.related_model, rest)


def _cursor(text: str | None, fields: list[Field]) -> Cursor | None:
    """A cursor from the address; None for anything we did not write."""
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        index, *values = json.loads(base64.urlsafe_b64decode(padded))
        pairs = zip(fields, values, strict=True)
        values = [field.to_python(value) for field, value in pairs]
    except (ValueError, TypeError, ValidationError, OverflowError):
        return None
    if not isinstance(index, int) or index < 0 or None in values:
        return None
    return Cursor(index, values)


def _link(
    request: HttpRequest, verb: str, row: Any, index: int, order: Sequence[str]
) -> str:
    """The same address with another cursor: filters stay."""
    values = [_value(row, name.lstrip("-")) for name in order]
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[verb] = str(Cursor(index, values))
    return f"?{query.urlencode()}"


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _without_cursor(request: HttpRequest) -> HttpRequest:
    plain = HttpRequest()
    plain.GET = request.GET.copy()
    plain.GET.pop("after", None)
    plain.GET.pop("before", None)
    return plain
