"""The servers of a license as pages show them: what each has, and what it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licenses.models import License, LicenseKey, Seat
from ui.times import day

# So many stand on a page about more than servers; the rest on one of their own.
SHOWN = 20


@dataclass(frozen=True)
class Server:
    """One server at a moment, with the keys that were made for it."""

    license: License
    seat: Seat
    key: LicenseKey | None
    waiting: LicenseKey | None
    at: datetime

    @property
    def state_code(self) -> str:
        seat = self.seat
        if not seat.is_live:
            return "server.held" if seat.is_held(self.at) else "server.gone"
        if seat.is_waiting:
            return "server.moving" if seat.replaces_id else "server.waiting"
        return "server.silent" if self.is_silent else "server.active"

    @property
    def is_silent(self) -> bool:
        """Its policy wants heartbeats, and the last one is too long ago."""
        rules, last = self.license.rules, self.seat.last_heartbeat_at
        if not (rules.requires_heartbeat and last):
            return False
        return last + timedelta(seconds=rules.heartbeat_seconds) < self.at

    @property
    def since(self) -> str:
        """Who began with it and when, in words."""
        seat = self.seat
        moment = seat.activated_at or seat.made_at
        words = {"day": day(moment), "by": seat.activated_by or seat.made_by}
        if not seat.activated_at:
            by = seat.made_by
            return (
                _("key made on %(day)s by %(by)s") if by else _("since %(day)s")
            ) % words
        if seat.activated_by:
            return _("since %(day)s, by %(by)s") % words
        return _("since %(day)s, over the network") % words

    @property
    def hardware(self) -> str:
        """What the app has told of its machine."""
        seat = self.seat
        cores = ngettext("%(count)d core", "%(count)d cores", seat.cores or 0)
        facts = [
            seat.hostname if seat.hostname != seat.server_name else "",
            seat.platform,
            seat.ip,
            cores % {"count": seat.cores} if seat.cores else "",
        ]
        return ", ".join(filter(None, facts))

    @property
    def has_file(self) -> bool:
        """The newest file that was given out for it still works."""
        expires_at = getattr(self.seat, "file_expires_at", None)
        return expires_at is not None and expires_at > self.at

    @property
    def has_old_file(self) -> bool:
        """Renewed since: that file still says the old end."""
        is_old = self.has_file and self.seat.file_ends_on < self.license.ends_on
        return is_old and self.seat.is_active

    @property
    def has_old_key(self) -> bool:
        """Renewed since: the app still runs on the key from before [E12]."""
        if not self.key or self.waiting:
            return False
        return self.key.ends_on < self.license.ends_on


@dataclass(frozen=True)
class Servers:
    """The servers that a page shows, how many places they take, and what they need."""

    license: License
    rows: list[Server]
    taken: int
    limit: int | None
    has_more: bool

    @property
    def count(self) -> str:
        """3 of 5 servers taken"""
        words = {"count": self.taken, "limit": self.limit}
        if self.limit is None:
            return ngettext("%(count)d server", "%(count)d servers", self.taken) % words
        return (
            ngettext(
                "%(count)d of %(limit)d server taken",
                "%(count)d of %(limit)d servers taken",
                self.limit,
            )
            % words
        )

    @property
    def with_old_file(self) -> list[Server]:
        return [row for row in self.rows if row.has_old_file]

    @property
    def oldest_file_end(self) -> date | None:
        ends = [row.seat.file_ends_on for row in self.with_old_file]
        return min(ends, default=None)


def servers_of(license: License, at: datetime) -> Servers:
    """The first of them, of what was fetched by `LicenseQuerySet.with_servers`."""
    seats = license.shown_seats
    return shown(license, seats[:SHOWN], at, has_more=len(seats) > SHOWN)


def shown(
    license: License, seats: Iterable[Seat], at: datetime, *, has_more: bool = False
) -> Servers:
    """These seats with their keys, which were fetched with the license."""
    in_use = {key.seat_id: key for key in license.keys.all() if key.is_in_use}
    waiting = {key.seat_id: key for key in license.keys.all() if key.is_waiting}
    rows = [
        Server(license, seat, in_use.get(seat.pk), waiting.get(seat.pk), at)
        for seat in seats
    ]
    return Servers(license, rows, license.servers_taken, license.server_limit, has_more)
