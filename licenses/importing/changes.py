"""Renewals and planned ends from a file: which license each line means, and what then.

A line names its license by number, by serial number, or by app and environment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q
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
    """The licenses that the lines of a file may mean, read in one query."""

    def __init__(self, records: Iterable[Record]) -> None:
        numbers, serials, names = set(), set(), set()
        for record in records:
            numbers |= {number for number in [_number(record)] if number}
            serials |= {record.serial} - {""}
            names |= {record.name} - {""}
        wanted = Q(number__in=numbers) | Q(serial__in=serials)
        wanted |= Q(environment__application__name__in=names)
        self.licenses = list(
            License.objects.filter(wanted).with_rules().order_by("number")
        )

    def find(self, record: Record) -> License | None:
        """The one license that a line means; else a problem says why there is none."""
        tests = list(_tests(record))
        if not tests:
            words = _("It names no license. Write its number, serial number or app.")
            record.problem("number", words)
            return None
        found = [one for one in self.licenses if all(test(one) for test in tests)]
        if len(found) == 1:
            return found[0]
        if found:
            numbers = ", ".join(str(license) for license in found[:5])
            words = _("Several licenses fit: %(numbers)s. Write the number.")
            record.problem("number", words % {"numbers": numbers})
        else:
            record.problem("number", _("No license fits. Look at its number."))
        return None


def _tests(record: Record) -> Iterable[Callable[[License], bool]]:
    """Everything a line says about which license it means has to be true of it."""
    facts = record.facts
    if "number" in facts:
        yield lambda license: license.number == _number(record)
    if record.serial:
        yield lambda license: license.serial == record.serial
    if record.name:
        yield lambda license: license.application.name == record.name
    if "environment" in facts and (record.name or record.serial or "number" in facts):
        name = facts["environment"].casefold()
        yield lambda license: license.environment.name.casefold() == name
    if "company" in facts and (record.name or record.serial or "number" in facts):
        company = facts["company"].casefold()
        yield lambda license: license.company.name.casefold() == company


def _number(record: Record) -> int | None:
    """ "LIC-20417" and "20417" are the same; anything else is no number."""
    found = NUMBER.fullmatch(record.facts.get("number", ""))
    return int(found[1]) if found else None
