"""Moves of a license to other hardware: from which server, and how many are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from licenses.actions import seats
from licenses.models import License, Seat


@dataclass(frozen=True)
class Allowance:
    """How often a license may still move; `left` None is any number of times.

    `free_again_on` is the day on which the oldest move stops to count.
    """

    left: int | None
    allowed: int | None
    days: int
    free_again_on: date | None
    is_tied: bool

    @property
    def is_used_up(self) -> bool:
        return self.is_tied or self.left == 0


def candidates(license: License, server_id: str, at: datetime) -> list[Seat]:
    """The servers one of which a new server has to take over from.

    None while the server has a place of its own, or another one is free.
    """
    mine = license.seats.in_force(at).on_server(server_id)
    if mine.exists() or not seats.is_full(license, at):
        return []
    return list(license.seats.counted(at).with_people().for_reading())


def allowance_of(license: License, at: datetime) -> Allowance:
    rules = license.rules
    period = timedelta(days=rules.moves_days)
    moves = list(
        license.seats.moves_since(at - period)
        .order_by("made_at")
        .values_list("made_at", flat=True)
    )
    return Allowance(
        left=seats.moves_left(license, at),
        allowed=rules.moves_allowed,
        days=rules.moves_days,
        free_again_on=license.company.today(moves[0] + period) if moves else None,
        is_tied=not license.is_reassignable,
    )
