"""Renewals and planned ends from a file: which license each line means, and what then.

A line names its license by number, by serial number, or by app and environment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from companies.models import User
from licenses.actions import contracts, planned_ends
from licenses.importing import parsing
from licenses.importing.parsing import Record
from licenses.importing.sheets import Sheet
from licenses.importing.verdicts import Verdict
from licenses.models import License
from ui.times import day

NUMBER = re.compile(r"(?:lic-?)?0*(\d{1,9})", re.IGNORECASE)


def records_of(sheet: Sheet, date_format: str) -> list[Record]:
    """The lines of a sheet in their order, the damaged ones too."""
    rows = [parsing.read_row(row, date_format) for row in sheet.rows]
    found = [*rows, *parsing.damaged_of(sheet)]
    return sorted(found, key=lambda record: record.line)


def judge_renewals(records: Iterable[Record], at: datetime) -> list[Verdict]:
    """What each renewal would do; nothing is written."""
    return _judge(records, "ends_on", lambda verdict: _judge_renewal(verdict, at))


def judge_planned_ends(records: Iterable[Record], at: datetime) -> list[Verdict]:
    """What each planned end would do; nothing is written."""
    return _judge(records, "terminates_on", lambda verdict: _judge_end(verdict, at))


def renew(verdict: Verdict, *, by: User | None, at: datetime) -> None:
    """Sign the next term, or correct the users of one that is signed."""
    changes = verdict.changes
    if "ends_on" in changes:
        contracts.renew_license(license=verdict.license, by=by, at=at, **changes)
    else:
        contracts.correct_license(license=verdict.license, by=by, at=at, **changes)


def plan(verdict: Verdict, *, by: User | None, at: datetime) -> None:
    on = verdict.changes["terminates_on"]
    planned_ends.plan_end(license=verdict.license, on=on, by=by, at=at)


def _judge(
    records: Iterable[Record], wanted: str, look: Callable[[Verdict], None]
) -> list[Verdict]:
    records = list(records)
    licenses = Shelf(records)
    first: dict[Any, Record] = {}
    verdicts = []
    for record in records:
        verdict = Verdict(record, company_name=record.facts.get("company", ""))
        verdicts.append(verdict)
        if not record.problems and not record.facts.get(wanted):
            record.problem(wanted, _("It is empty. Write the last valid day."))
        if record.problems:
            continue
        verdict.license = licenses.find(record)
        if verdict.license is None:
            continue
        _name(verdict, verdict.license)
        twin = first.setdefault(verdict.license.pk, record)
        if twin is not record:
            _judge_twin(record, twin, wanted)
        else:
            look(verdict)
    return verdicts


def _name(verdict: Verdict, license: License) -> None:
    """So that the preview says which license a line means."""
    verdict.company_name = license.company.name
    verdict.record.facts["name"] = f"{license}, {license.environment}"


def _judge_twin(record: Record, twin: Record, wanted: str) -> None:
    """The same license twice: harmless when both lines say the same."""
    line = _("line %(line)d") % {"line": twin.line}
    words = {"place": f"{twin.file}, {line}" if twin.file else line}
    if record.facts.get(wanted) == twin.facts.get(wanted):
        record.note(wanted, _("Duplicated: the same stands in %(place)s.") % words)
    else:
        said = _("Another day for the same license stands in %(place)s. Remove one.")
        record.problem(wanted, said % words)


def _judge_renewal(verdict: Verdict, at: datetime) -> None:
    record, license = verdict.record, verdict.license
    ends_on, users = record.facts["ends_on"], record.facts.get("users")
    if ends_on == license.ends_on:
        if users and users != license.users:
            verdict.changes = {"users": users}
        return
    refusal = contracts.why_not_renewed(license, ends_on=ends_on, at=at)
    if refusal:
        record.problem("ends_on", refusal)
        return
    verdict.changes = {"ends_on": ends_on} | ({"users": users} if users else {})
    _say_days(record, "ends_on", license.ends_on, ends_on)


def _judge_end(verdict: Verdict, at: datetime) -> None:
    record, license = verdict.record, verdict.license
    on = record.facts["terminates_on"]
    if license.terminates_on == on:
        return
    refusal = planned_ends.why_not_planned(license, on=on, at=at)
    if refusal:
        record.problem("terminates_on", refusal)
        return
    verdict.changes = {"terminates_on": on}
    _say_days(record, "terminates_on", license.ends_on, on)


def _say_days(record: Record, column: str, old: date, new: date) -> None:
    words = _("It ends on %(old)s now, on %(new)s then.")
    record.note(column, words % {"old": day(old), "new": day(new)})


class Shelf:
    """The licenses that the lines of a file may mean, read in a few queries.

    A line is looked up by all that it says at once: the licenses are sorted in by the
    same facts, once for each set of columns that lines fill in.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        wanted: dict[str, set[Any]] = {}
        for record in records:
            said = _said(record)
            narrowest = next((fact for fact in FOUND_BY if fact in said), None)
            if narrowest and said[narrowest] is not None:
                wanted.setdefault(narrowest, set()).add(said[narrowest])
        found = [
            license
            for fact, values in wanted.items()
            for license in License.objects.with_rules().filter(
                **{f"{FOUND_BY[fact]}__in": values}
            )
        ]
        by_key = {license.pk: license for license in found}
        self.licenses = sorted(by_key.values(), key=lambda license: license.number)
        prefetch_related_objects(self.licenses, "terms")
        self._sorted: dict[tuple[str, ...], dict[tuple, list[License]]] = {}

    def find(self, record: Record) -> License | None:
        """The one license that a line means; else a problem says why there is none."""
        said = _said(record)
        if not said:
            words = _("It names no license. Write its number, serial number or app.")
            record.problem("number", words)
            return None
        found = self._by(tuple(said)).get(tuple(said.values()), [])
        if len(found) == 1:
            return found[0]
        if found:
            numbers = ", ".join(str(license) for license in found[:5])
            words = _("Several licenses fit: %(numbers)s. Write the number.")
            record.problem("number", words % {"numbers": numbers})
        else:
            record.problem("number", _("No license fits. Look at its number."))
        return None

    def _by(self, facts: tuple[str, ...]) -> dict[tuple, list[License]]:
        """The licenses by these facts of theirs."""
        if facts not in self._sorted:
            found = self._sorted.setdefault(facts, {})
            for license in self.licenses:
                key = tuple(TRUE_OF[fact](license) for fact in facts)
                found.setdefault(key, []).append(license)
        return self._sorted[facts]


# What is true of a license, by the columns that may name it.
TRUE_OF: dict[str, Callable[[License], Any]] = {
    "number": lambda license: license.number,
    "serial": lambda license: license.serial,
    "name": lambda license: license.application.name,
    "environment": lambda license: license.environment.name.casefold(),
    "company": lambda license: license.company.name.casefold(),
}
# The columns that find a license by an index, the narrowest first.
FOUND_BY = {
    "number": "number",
    "serial": "serial",
    "name": "environment__application__name",
}


def _said(record: Record) -> dict[str, Any]:
    """All that a line says of its license, every bit of which has to be true.

    Environment and company alone name no license.
    """
    facts = record.facts
    said: dict[str, Any] = {}
    if "number" in facts:
        said["number"] = _number(record)
    if record.serial:
        said["serial"] = record.serial
    if record.name:
        said["name"] = record.name
    for place in ("environment", "company"):
        if said and place in facts:
            said[place] = facts[place].casefold()
    return said


def _number(record: Record) -> int | None:
    """ "LIC-20417" and "20417" are the same; anything else is no number."""
    found = NUMBER.fullmatch(record.facts.get("number", ""))
    return int(found[1]) if found else None
