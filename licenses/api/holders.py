"""A license as an app sees it: what its key opens, and the servers it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from licenses import keys
from licenses.api.errors import RefusedError, not_found
from licenses.models import License, LicenseKey, Seat
from licenses.models.policy import Policy
from licenses.models.seat import Heartbeat, SeatQuerySet


@dataclass(frozen=True)
class Bearer:
    """A license as it was asked for: by one of its keys, at a moment.

    `bound` is the key that was shown where that is made for one server.
    """

    license: License
    key_text: str
    at: datetime
    bound: LicenseKey | None = None

    @property
    def servers(self) -> SeatQuerySet:
        """Where the app runs, as far as this key may know."""
        active = self.license.seats.active().with_last_file_at()
        return active.filter(pk=self.bound.seat_id) if self.bound else active

    @property
    def is_over(self) -> bool:
        """The contract has ended, and its grace as well."""
        return self.at >= self.license.grace_ends_at

    def about(self, name: str) -> Bearer:
        """`name` is the id in an address, or a key: both must mean this license."""
        if name.lower() == str(self.license.pk) or name == self.key_text:
            return self
        if self.bound and keys.compact(name) == self.key_text:
            return self
        raise not_found()

    def server(self, name: str) -> Seat:
        """One of its servers, by the id or by the fingerprint."""
        return _named(self.servers, name)

    def holding(self, name: str) -> tuple[Bearer, Seat]:
        """The license that this server holds, which can only be this one; and it."""
        return self, self.server(name)

    def beating(self, name: str) -> Seat:
        """One of its servers, also one that was dropped because it was silent."""
        try:
            return self.server(name)
        except RefusedError:
            gone = self.license.seats.ended().named([name]).first()
            seconds = self.license.rules.heartbeat_seconds
            if gone and gone.heartbeat(gone.deactivated_at, seconds) == Heartbeat.DEAD:
                return gone
            raise

    def refuse_stopped(self) -> None:
        """A stopped license opens nothing but the answer that it is stopped."""
        if self.license.is_suspended:
            raise suspended()
        strategy = self.license.rules.expiration_strategy
        if self.is_over and strategy == Policy.ExpirationStrategy.REVOKE_ACCESS:
            raise RefusedError(403, "LICENSE_EXPIRED", "The license is expired.")


def suspended() -> RefusedError:
    return RefusedError(403, "LICENSE_SUSPENDED", "The license is suspended.")


def _named(servers: SeatQuerySet, name: str) -> Seat:
    found = {str(seat.pk): seat for seat in servers.named([name])}
    seat = found.get(name.lower()) or next(iter(found.values()), None)
    if seat is None:
        raise not_found()
    return seat
