"""The table of a page: people down, rights across, for one environment.

What a reader may tick is judged by `contacts.holdings` and again by the verb; here is
only how it stands on the page and what a posted page asks to change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict

from apps.models import Environment, Membership
from companies.models import User
from contacts.actions import Change
from contacts.holdings import Holdings, Lock
from contacts.models import Right

TICKED, SHOWN = "tick", "shown"


@dataclass(frozen=True)
class Cell:
    """One box: whether it is ticked, and why it cannot be changed, if so."""

    right: Right
    key: str
    is_ticked: bool
    was_ticked: bool
    lock: Lock | None


@dataclass(frozen=True)
class Row:
    """One member of the team with a box for every right."""

    seat: Membership
    is_contact: bool
    cells: list[Cell]

    @property
    def person(self) -> User:
        return self.seat.user


class Matrix:
    """What one reader sees of the rights on one environment.

    `ticked` are the boxes as somebody posted them and had them refused.
    """

    def __init__(
        self,
        environment: Environment,
        seats: Iterable[Membership],
        holdings: Holdings,
        reader: User,
        ticked: Collection[str] | None = None,
    ) -> None:
        self.environment = environment
        self.holdings = holdings
        self.reader = reader
        self.ticked = ticked
        self._seats = seats

    @property
    def rights(self) -> list[Right]:
        return list(Right)

    @cached_property
    def rows(self) -> list[Row]:
        return [self._row(seat) for seat in self._seats]

    @property
    def is_editable(self) -> bool:
        """Whether there is a box that this reader may change."""
        return any(not cell.lock for row in self.rows for cell in row.cells)

    @property
    def locks(self) -> list[Lock]:
        """The reasons that stand under the table."""
        used = {cell.lock for row in self.rows for cell in row.cells}
        return [lock for lock in Lock if lock in used]

    @property
    def somebody_holds_some(self) -> bool:
        """Whether anybody but the contact has a right here."""
        return any(
            cell.was_ticked
            for row in self.rows
            for cell in row.cells
            if not row.is_contact
        )

    def _row(self, seat: Membership) -> Row:
        is_contact = seat.user_id in self.holdings.contacts
        return Row(seat, is_contact, [self._cell(seat, right) for right in Right])

    def _cell(self, seat: Membership, right: Right) -> Cell:
        person, place = seat.user, self.environment
        had = self.holdings.granted(person, place) | self.holdings.held(person, place)
        lock = self.holdings.lock(self.reader, right, person, place)
        if not lock and not person.is_active and right not in had:
            lock = Lock.POWERLESS
        key, was = f"{seat.pk}:{right}", right in had
        keeps = self.ticked is None or lock
        return Cell(right, key, was if keeps else key in self.ticked, was, lock)


def ticked_in(posted: QueryDict) -> frozenset[str]:
    return frozenset(posted.getlist(TICKED))


def changes_in(posted: QueryDict, seats: Iterable[Membership]) -> list[Change]:
    """What differs between the boxes as the page showed them and as they came back.

    So two people who save the same page undo nothing of each other. Boxes of who is
    not on the team any more, and whatever is no box, change nothing.
    """
    ticked, shown = ticked_in(posted), frozenset(posted.getlist(SHOWN))
    changes = []
    for seat in seats:
        keys = {right: f"{seat.pk}:{right}" for right in Right}
        given = {right for right, key in keys.items() if key in ticked - shown}
        taken = {right for right, key in keys.items() if key in shown - ticked}
        if given or taken:
            changes.append(Change(seat.user, frozenset(given), frozenset(taken)))
    return changes
