"""What every page shows around its content: the places, the reader, the scheme."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """One line of the sidebar; `loud` is the spoken word behind a red count."""

    label: str | Promise
    url: str
    icon: str
    count: int = 0
    loud: str | Promise = ""
    current: bool = False


PLACES = [
    (_("Overview"), "home", "house"),
    (_("Apps"), "application_list", "box"),
    (_("Licenses"), "licenses:list", "key-round"),
    (_("Tickets"), "tickets:list", "life-buoy"),
    (_("Maintenance"), "operations:maintenance_list", "calendar-clock"),
    (_("People"), "companies:people", "users"),
]
ACCOUNT_PLACES = [(_("Your account"), "companies:account", "settings")]
STAFF_PLACES = [(_("Support desk"), "admin:index", "shield-check")]


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html; nearly nothing for somebody not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "account_nav": [], "house": "", "theme": ""}
    company = getattr(user, "company", None)
    account = ACCOUNT_PLACES + (STAFF_PLACES if user.is_staff else [])
    return {
        "nav": places(PLACES, request.path),
        "account_nav": places(account, request.path),
        "house": getattr(company, "name", ""),
        "theme": getattr(user, "appearance", ""),
    }


def places(wanted: list[tuple], path: str) -> list[Place]:
    """Those of the places that have an address in this installation."""
    found = []
    for label, name, icon in wanted:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        is_here = path == url or (url != "/" and path.startswith(url))
        found.append(Place(label, url, icon, current=is_here))
    return found
