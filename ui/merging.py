"""One long list out of several sorts of rows, the newest first, a page at a time.

Each sort has its own table, so no one query can sort them. Every page asks each of
them for the rows beyond the last one shown and no more, so page 400 costs as much as
page 1. Of one moment, the sorts stand in the order given.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from ui.counting import count_all
from ui.pages import COUNT_CAP, Page


@dataclass(frozen=True)
class Place:
    """A row of a merged list: how many came before it, its moment, sort and key."""

    index: int
    at: datetime
    sort: int
    key: Any

    def __str__(self) -> str:
        values = [self.index, self.at.isoformat(), self.sort, str(self.key)]
        text = json.dumps(values)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def newest_first(
    parts: Sequence[QuerySet], request: HttpRequest, *, size: int = 50
) -> Page:
    """The page the address asks for; every part has `created_at`, never NULL."""
    before = _place(request.GET.get("before"), parts)
    place = before or _place(request.GET.get("after"), parts)
    found = _beyond_place(parts, place, forth=before is None, size=size)
    more, found = len(found) > size, found[:size]
    if before:
        found.reverse()
    if place and not found:
        place, before = None, None
        found = _beyond_place(parts, None, forth=True, size=size)
        more, found = len(found) > size, found[:size]
    first = _first(place, before, len(found))
    last = first + len(found) - 1
    has_next = bool(before) or more
    has_previous = more if before else bool(place)
    return Page(
        rows=[row for _sort, row in found],
        first=first,
        total=_total(parts, last) if has_next else last,
        previous=_link(request, "before", found[0], first) if has_previous else "",
        next=_link(request, "after", found[-1], last) if has_next else "",
    )


def _first(place: Place | None, before: Place | None, found: int) -> int:
    if place is None:
        return 1
    return max(1, place.index - found) if before else place.index + 1


def _beyond_place(
    parts: Sequence[QuerySet], place: Place | None, *, forth: bool, size: int
) -> list[tuple[int, Any]]:
    """The rows next to a place on one side, the nearest first, with their sorts."""
    way = ["-created_at", "-pk"] if forth else ["created_at", "pk"]
    found = []
    for sort, rows in enumerate(parts):
        asked = rows.filter(_beyond(place, sort, forth)) if place else rows
        found += [(sort, row) for row in asked.order_by(*way)[: size + 1]]
    if not forth:  # of one moment the last sort is the nearest
        found.sort(key=lambda pair: -pair[0])
    return sorted(found, key=lambda pair: pair[1].created_at, reverse=forth)[: size + 1]


def _beyond(place: Place, sort: int, forth: bool) -> Q:
    """What of one sort lies beyond the place; an index finds it by the first clause."""
    verb = "lt" if forth else "gt"
    if sort == place.sort:
        same = Q(created_at=place.at, **{f"pk__{verb}": place.key})
        beyond = same | Q(**{f"created_at__{verb}": place.at})
        return Q(**{f"created_at__{verb}e": place.at}) & beyond
    comes_later = sort > place.sort
    return Q(**{f"created_at__{verb}{'e' if comes_later == forth else ''}": place.at})


def _place(text: str | None, parts: Sequence[QuerySet]) -> Place | None:
    """A place from the address; None for anything we did not write."""
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        index, at, sort, key = json.loads(base64.urlsafe_b64decode(padded))
        at = parse_datetime(at)
        key = parts[sort].model._meta.pk.to_python(key)
    except (ValueError, TypeError, ValidationError, IndexError, OverflowError):
        return None
    is_ours = isinstance(index, int) and index >= 0 and sort >= 0 and at and at.tzinfo
    return Place(index, at, sort, key) if is_ours else None


def _link(request: HttpRequest, verb: str, pair: tuple[int, Any], index: int) -> str:
    """The same address with another place: filters stay."""
    sort, row = pair
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[verb] = str(Place(index, row.created_at, sort, row.pk))
    return f"?{query.urlencode()}"


def _total(parts: Sequence[QuerySet], last: int) -> int:
    """How many rows there are in all, where another page follows; up to the cap."""
    if last >= COUNT_CAP:
        return last + 1
    counts = count_all(**{f"n_{number}": rows for number, rows in enumerate(parts)})
    return max(min(sum(counts.values()), COUNT_CAP + 1), last)
