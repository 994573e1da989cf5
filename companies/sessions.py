"""Where somebody is signed in: on which devices, from where, last seen when.

django-allauth keeps a row for each session; the list, the names of devices and how
often a row is written are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from companies.models import User

# A row is written so often at most; the list needs no more.
EVERY = timedelta(minutes=5)
KEPT = int(timedelta(days=1).total_seconds())

# What a browser calls itself, the telling word first: each claims to be others too.
BROWSERS = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


@dataclass(frozen=True)
class Device:
    """What is known of a device from how its browser introduces itself."""

    browser: str
    system: str

    @classmethod
    def of(cls, agent: str) -> Device:
        return cls(_first(BROWSERS, agent), _first(SYSTEMS, agent))

    @property
    def is_small(self) -> bool:
        return self.system in ("Android", "iPhone")

    def __str__(self) -> str:
        if self.browser and self.system:
            names = {"browser": self.browser, "system": self.system}
            return _("%(browser)s on %(system)s") % names
        return self.browser or self.system or _("a device that says no name")


@dataclass(frozen=True)
class Place:
    """One session as its owner reads it."""

    pk: int
    device: Device
    ip: str
    since: datetime
    seen_at: datetime
    is_here: bool


def places_of(request: HttpRequest) -> list[Place]:
    """This session first, then the others, the last used before the rest.

    Sessions that have ended are cleared away on the way.
    """
    here = request.session.session_key
    rows = UserSession.objects.purge_and_list(request.user)
    if here not in {row.session_key for row in rows}:
        UserSession.objects.create_from_request(request)
        rows = UserSession.objects.purge_and_list(request.user)
    places = [
        Place(
            pk=row.pk,
            device=Device.of(row.user_agent),
            ip="" if row.ip == "0.0.0.0" else row.ip,  # noqa: S104 - "unknown"
            since=row.created_at,
            seen_at=row.last_seen_at,
            is_here=row.session_key == here,
        )
        for row in rows
    ]
    return sorted(places, key=lambda one: (one.is_here, one.seen_at), reverse=True)


def keep_only(request: HttpRequest, person: User) -> None:
    """After every session has ended: this browser's own, begun anew, is the list."""
    UserSession.objects.filter(user=person).delete()
    UserSession.objects.create_from_request(request)


def note_seen(request: HttpRequest, *, at: datetime) -> None:
    """Once in a while, so that reading a page is no write.

    The first request after signing in writes nothing either: its row is new.
    """
    key = f"seen:{request.session.session_key}"
    last = cache.get(key)
    if last is None or at - last < EVERY:
        if last is None:
            cache.set(key, at, KEPT)
        return
    cache.set(key, at, KEPT)
    UserSession.objects.filter(session_key=request.session.session_key).update(
        ip=get_adapter().get_client_ip(request), last_seen_at=at
    )


def _first(table: list[tuple[str, str]], agent: str) -> str:
    return next((name for word, name in table if word in agent), "")
