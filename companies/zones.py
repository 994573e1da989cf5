"""Time zones: which names there are, and how people find their own."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The rest of the database are older spellings and zones without a place.
AREAS = (
    "Europe",
    "America",
    "Asia",
    "Africa",
    "Australia",
    "Pacific",
    "Atlantic",
    "Indian",
    "Antarctica",
)


@cache
def known() -> frozenset[str]:
    """Every name that works; reading them walks through a folder, so once is enough."""
    return frozenset(available_timezones())


@cache
def by_area() -> list[tuple[str, list[tuple[str, str]]]]:
    """The places one can choose, under their part of the world, plus UTC."""
    places: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for name in sorted(known()):
        area, _, place = name.partition("/")
        if place and area in places:
            places[area].append((name, place.replace("_", " ").replace("/", ", ")))
    return [("UTC", [("UTC", "UTC")]), *places.items()]


def including(name: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The same with one name more, when somebody's own zone has an older spelling."""
    choices = by_area()
    offered = {value for _area, places in choices for value, _place in places}
    return choices if name in offered else [*choices, (name, [(name, name)])]


def of_the_vendor() -> str:
    """Where somebody is of whom we do not know better."""
    return settings.TIME_ZONE


def validate(name: str) -> None:
    """Refuse a name that is not in the IANA time zone database."""
    if name not in known():
        raise ValidationError(
            _("“%(name)s” is no time zone. Use a name such as Europe/Amsterdam."),
            params={"name": name},
        )
