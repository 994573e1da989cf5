"""Markup that is written many times on a page, rendered once and then only filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

MARK = re.compile("\x02(\\d+)\x03")


def marks(names: Iterable[str]) -> dict[str, SafeString]:
    """What stands in the place of each cell while its markup is rendered."""
    return {name: SafeString(f"\x02{place}\x03") for place, name in enumerate(names)}


def shape(body: str) -> Callable[..., SafeString]:
    """Writes the body around cells given in order, and escapes what is not safe.

    The body may only show its cells: a filter or an `if` upon a cell would see the
    place and not the cell.
    """
    plain = body.replace("{", "{{").replace("}", "}}")
    fill = MARK.sub(r"{\1}", plain).format
    return lambda *cells: SafeString(fill(*map(conditional_escape, cells)))


def shape_of(template: str, *names: str) -> Callable[..., SafeString]:
    """The shape of a template whose only context are the cells of these names."""
    return shape(render_to_string(template, marks(names)))
