"""What every page shows around its content: the places, the reader, the scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from apps.models import Application
from companies.models import Notice, User
from companies.statements import KeptCounts
from contacts.models import TechnicalContact
from licenses.models import License
from tickets.models import Ticket
from ui.counting import in_figures


@dataclass(frozen=True)
class Place:
    """One line of the sidebar; `said` is spoken after its count, `loud` a red one."""

    label: str | Promise
    url: str
    icon: str
    count: str = ""
    said: str | Promise = ""
    loud: str | Promise = ""
    current: bool = False


PLACES = [
    (_("Overview"), "home", "house"),
    (_("Notices"), "companies:notices", "mail", "unread"),
    (_("Apps"), "application_list", "box", "apps"),
    (_("Licenses"), "licenses:list", "key-round"),
    (_("Tickets"), "tickets:list", "life-buoy", "tickets"),
    (_("Maintenance"), "operations:maintenance_list", "calendar-clock"),
    (_("People"), "companies:people", "users", "people"),
]
ACCOUNT_PLACES = [(_("Your account"), "companies:account", "user-round")]
COMPANY_PLACES = [(_("Your company"), "companies:company", "settings")]
LOG_PLACES = [(_("Activity log"), "companies:activity", "history")]
# Under this address stand the tabs of one application.
APPLICATION_PAGES = "applications/<uuid:pk>/"
COUNTED_TABS = ("licenses", "contacts", "tickets")
STAFF_PLACES = [(_("Support desk"), "admin:index", "shield-check")]


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html; nearly nothing for somebody not signed in.

    The counts are asked for only by a page that shows the sidebar, and those beside
    the tabs of an application in the same query.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "account_nav": [], "house": "", "theme": ""}
    facts = SimpleLazyObject(lambda: place_counts(request))
    shown = PLACES + STAFF_PLACES if user.is_staff else PLACES
    account = ACCOUNT_PLACES + COMPANY_PLACES if user.company else ACCOUNT_PLACES
    account = account + LOG_PLACES if user.sees_roles else account
    return {
        "nav": SimpleLazyObject(lambda: places(shown, request.path, facts)),
        "account_nav": SimpleLazyObject(lambda: places(account, request.path)),
        "house": user.company.name if user.company else "",
        "theme": user.appearance,
        "tab_counts": SimpleLazyObject(lambda: tab_counts(facts)),
    }


def place_queries(user: User) -> dict[str, QuerySet]:
    """What is counted beside the places; a page that counts more asks for both."""
    tickets = Ticket.objects.visible_to(user)
    return {
        "apps": Application.objects.visible_to(user).live(),
        "tickets": tickets.open(),
        "people": User.objects.visible_to(user).active(),
        "uncalled": tickets.needing_call(),
        "unread": Notice.objects.visible_to(user).unread(),
    }


def application_queries(user: User, *, application: UUID) -> dict[str, QuerySet]:
    """Those, and what is counted beside the tabs of one application."""
    tickets = Ticket.objects.visible_to(user).open()
    return place_queries(user) | {
        "tab_licenses": License.objects.visible_to(user).live().of(application),
        "tab_contacts": TechnicalContact.objects.visible_to(user).of(application),
        "tab_tickets": tickets.of(application),
    }


PLACE_COUNTS = KeptCounts(place_queries)
APPLICATION_COUNTS = KeptCounts(application_queries)


def place_counts(request: HttpRequest) -> Mapping[str, int]:
    """Those that the page has counted already, or one query."""
    counted = getattr(request, "place_counts", None)
    if counted:
        return counted
    match = request.resolver_match
    if match and match.route.startswith(APPLICATION_PAGES):
        return APPLICATION_COUNTS(request.user, application=match.kwargs["pk"])
    return PLACE_COUNTS(request.user)


def tab_counts(facts: Mapping[str, int]) -> dict[str, str]:
    """By tab, in figures; a tab with nothing behind it shows no count."""
    counted = {name: facts.get(f"tab_{name}", 0) for name in COUNTED_TABS}
    return {name: in_figures(count) for name, count in counted.items() if count}


def places(
    wanted: list[tuple], path: str, facts: Mapping[str, Any] | None = None
) -> list[Place]:
    """Those of the places that have an address in this installation."""
    found = []
    for label, name, icon, *counted in wanted:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        is_here = path == url or (url != "/" and path.startswith(url))
        count = facts[counted[0]] if facts and counted else 0
        found.append(
            Place(
                label,
                url,
                icon,
                count=in_figures(count) if count else "",
                said=_("unread") if name == "companies:notices" else "",
                loud=loud_word(name, facts),
                current=is_here,
            )
        )
    return found


def loud_word(name: str, facts: Mapping[str, Any] | None) -> str:
    """Why the count of this place is red: only what cannot wait for a click."""
    if name == "tickets:list" and facts and facts["uncalled"]:
        return _("open, a critical one without a phone call")
    return ""
