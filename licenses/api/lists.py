"""Lists, a page at a time: `limit` rows, or `page[number]` of `page[size]` rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode

from licenses.api.endpoints import target_of
from licenses.api.errors import RefusedError, as_json

USUAL, MOST = 10, 100
LAST_PAGE = 100_000


def listed(
    request: HttpRequest,
    rows: Sequence[Any] | QuerySet,
    resource_of: Callable[[Any], dict[str, Any]],
) -> HttpResponse:
    """One page of the rows, with where the pages around it are."""
    is_paged = "page[size]" in request.GET or "page[number]" in request.GET
    size = _number(request, "page[size]" if is_paged else "limit", USUAL, MOST)
    number = _number(request, "page[number]", 1, LAST_PAGE) if is_paged else 1
    first = (number - 1) * size
    found = list(rows[first : first + size + 1])
    links = {
        "self": target_of(request),
        "prev": _page(request, number - 1, size) if number > 1 else None,
        "next": _page(request, number + 1, size) if len(found) > size else None,
    }
    return as_json({"data": [resource_of(row) for row in found[:size]], "links": links})


def _page(request: HttpRequest, number: int, size: int) -> str:
    path, _mark, _query = target_of(request).partition("?")
    return f"{path}?{urlencode({'page[number]': number, 'page[size]': size})}"


def _number(request: HttpRequest, name: str, usual: int, most: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return usual
    if text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= most:
        return int(text)
    raise RefusedError(
        400,
        "PARAMETERS_INVALID",
        f"It is a number from 1 to {most}.",
        parameter=name,
    )
