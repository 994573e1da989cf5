"""From rows to licenses: what each cell means, and which rows are one license."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from licenses.importing import cells
from licenses.importing.cells import CellError
from licenses.importing.columns import LENGTHS, USUAL_LENGTH
from licenses.importing.sheets import Cell, Problem, Row, Sheet

DATE_FORMAT = "%m/%d/%Y"
DAYS = {"ends_on", "purchased_on", "terminates_on"}
SWITCHES = {"maintained", "reassignable"}
ADDRESSES = {"email", "licensee_email"}
NUMBERS = {"users", "min_amount"}
OF_A_PERSON = {"person", "email", "username"}


@dataclass(frozen=True)
class Person:
    """Somebody who answers for the license, as the file names them."""

    email: str
    name: str
    cell: Cell


@dataclass
class Record:
    """One license of the file: one row, or several rows that name a person each.

    `facts` holds what is not empty, by our names; `places` where it stands.
    """

    line: int
    facts: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Cell] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    file: str = ""

    @property
    def name(self) -> str:
        return self.facts.get("name", "")

    @property
    def serial(self) -> str:
        return self.facts.get("serial", "")

    @property
    def identity(self) -> tuple[str, str]:
        return self.name, self.serial

    def problem(self, column: str, words: str) -> None:
        self.problems.append(self._at(column, words))

    def note(self, column: str, words: str) -> None:
        self.notes.append(self._at(column, words))

    def _at(self, column: str, words: str) -> Problem:
        place = self.places.get(column)
        if place is None:
            return Problem(self.line, "", words, self.file)
        return Problem(place.line, place.heading, words, self.file)


def check_date_format(date_format: str) -> None:
    """Refuse a format that does not carry day, month and year there and back."""
    try:
        written = cells.EXAMPLE.strftime(date_format)
        read = datetime.strptime(written, date_format).date()  # noqa: DTZ007 a day
    except ValueError:
        read = None
    if read != cells.EXAMPLE:
        raise ValidationError(
            _("“%(format)s” is no date format. Write it as in %(usual)s."),
            params={"format": date_format, "usual": DATE_FORMAT},
        )


def licenses_of(sheet: Sheet, date_format: str = DATE_FORMAT) -> list[Record]:
    """The licenses of a sheet in the order of its lines, the damaged ones too."""
    found: dict[tuple[str, str], Record] = {}
    alone = damaged_of(sheet)
    for row in sheet.rows:
        record = read_row(row, date_format)
        _require(record)
        _name_person(record)
        if not (record.name and record.serial):
            alone.append(record)
        elif record.identity in found:
            _join(found[record.identity], record)
        else:
            found[record.identity] = record
    records = sorted([*found.values(), *alone], key=lambda record: record.line)
    for record in records:
        _look_over(record)
    return records


def damaged_of(sheet: Sheet) -> list[Record]:
    """The lines that cannot be read, each as a license that is refused."""
    return [Record(line=problem.line, problems=[problem]) for problem in sheet.damaged]


def read_row(row: Row, date_format: str) -> Record:
    """What each cell means; those that mean nothing are problems."""
    record = Record(line=row.line, places=dict(row.cells))
    for name, cell in row.cells.items():
        try:
            value = _reader(name, date_format)(cell.text)
        except CellError as error:
            record.problem(name, str(error))
        else:
            if value not in (None, ""):
                record.facts[name] = value
    return record


def _reader(name: str, date_format: str) -> Callable[[str], Any]:
    if name in DAYS:
        return partial(cells.day, date_format=date_format)
    if name in SWITCHES:
        return cells.yes_or_no
    if name in ADDRESSES:
        return cells.address
    if name in NUMBERS:
        return cells.number
    if name == "cost":
        return cells.money
    read = cells.prose if name == "notes" else cells.text
    return partial(read, length=LENGTHS.get(name, USUAL_LENGTH))


def _require(record: Record) -> None:
    """The three cells without which there is no license."""
    needed = {
        "name": _("It is empty. Write the name of the app."),
        "serial": _(
            "It is empty. Write the serial number: it tells two licenses of one app"
            " apart."
        ),
        "ends_on": _("It is empty. Write the last valid day."),
    }
    for name, words in needed.items():
        if not record.places[name].text.strip():
            record.problem(name, words)


def _name_person(record: Record) -> None:
    """Take the person out of the facts: several rows may name several people."""
    name, email = record.facts.get("person", ""), record.facts.get("email", "")
    for fact in OF_A_PERSON:
        record.facts.pop(fact, None)
    if email:
        record.people.append(Person(email, name, record.places["email"]))
    elif name and not record.problems:
        record.note(
            "email", _("It is empty, so %(name)s is not told.") % {"name": name}
        )


def _join(first: Record, other: Record) -> None:
    """One row for each user of one license: the people add up, the rest must agree."""
    first.problems += other.problems
    first.notes += other.notes
    known = {person.email for person in first.people}
    first.people += [one for one in other.people if one.email not in known]
    for name, value in other.facts.items():
        if name not in first.facts:
            first.facts[name] = value
            first.places[name] = other.places[name]
        elif first.facts[name] != value:
            other.problem(
                name,
                _("It differs from line %(line)d of the same license. Make them agree.")
                % {"line": first.places[name].line},
            )
            first.problems.append(other.problems[-1])


def _look_over(record: Record) -> None:
    """What only shows once the whole license is known."""
    bought, ends = record.facts.get("purchased_on"), record.facts.get("ends_on")
    if bought and ends and bought > ends:
        record.note("purchased_on", _("It is after the end, so the start stays open."))
    if not record.people and not record.problems and not record.notes:
        record.note("email", _("Nobody is named, so company admins are told."))
