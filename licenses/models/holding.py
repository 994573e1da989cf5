"""Which servers hold a license, on which keys, and what was given out for it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext

from licenses.models.key import LicenseKey

if TYPE_CHECKING:
    from datetime import date

# So many servers are named in a line; more are counted.
NAMED = 3


class Holding:
    """What a license knows of its keys, servers and files, which are rows of theirs."""

    keys: Any
    seats: Any
    files: Any
    ends_on: date

    @property
    def keys_in_use(self) -> list[LicenseKey]:
        """One for each server that runs on a key, the first made first."""
        return [key for key in reversed(self.keys.all()) if key.is_in_use]

    @property
    def waiting_keys(self) -> list[LicenseKey]:
        """Made, and not activated yet."""
        return [key for key in reversed(self.keys.all()) if key.is_waiting]

    @property
    def keys_to_renew(self) -> list[LicenseKey]:
        """In use until an end that was renewed since, with no newer one made [E12]."""
        waiting = {key.seat_id for key in self.waiting_keys}
        return [
            key
            for key in self.keys_in_use
            if key.ends_on < self.ends_on and key.seat_id not in waiting
        ]

    @property
    def servers_in_use(self) -> str:
        """The servers that run on a key, as people call them; their number if many."""
        names = [key.server for key in self.keys_in_use]
        if len(names) <= NAMED:
            return ", ".join(names)
        return gettext("%(count)d servers") % {"count": len(names)}

    @cached_property
    def active_servers(self) -> int:
        """On how many servers it is active; `with_active_servers` reads it along."""
        return self.seats.active().count()

    @cached_property
    def last_file_at(self) -> datetime | None:
        """When its last license file was made, as far as files are remembered.

        Of machine files the server knows. `with_last_file_at` reads it along.
        """
        own = self.files.naming_no_server()
        return own.aggregate(last=models.Max("issued_at"))["last"]
