"""A file taken over: a portfolio, renewals or planned ends; all, or what is good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import User
from licenses.actions import refusals
from licenses.importing import (
    bundles,
    changes,
    columns,
    parsing,
    sheets,
    taking,
    verdicts,
)
from licenses.importing.bundles import Entry
from licenses.importing.columns import Columns
from licenses.importing.parsing import DATE_FORMAT, Record
from licenses.importing.sheets import Problem
from licenses.importing.verdicts import Outcome, Verdict


class Kind(models.TextChoices):
    """What the lines of a file are about."""

    PORTFOLIO = "portfolio", gettext_lazy("Licenses of an asset tool")
    RENEWALS = "renewals", gettext_lazy("Renewals: new end dates")
    ENDS = "ends", gettext_lazy("Planned ends: termination dates")


@dataclass
class Report:
    """What became of a file: `faults` stop all of it, `notes` concern all of it.

    `entries` are the files of a bundle, where it was one.
    """

    verdicts: list[Verdict] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    is_written: bool = False

    def count(self, outcome: str) -> int:
        return Counter(verdict.outcome for verdict in self.verdicts)[Outcome(outcome)]

    @property
    def new(self) -> int:
        return self.count(Outcome.NEW)

    @property
    def changed(self) -> int:
        return self.count(Outcome.CHANGED)

    @property
    def unchanged(self) -> int:
        return self.count(Outcome.UNCHANGED)

    @property
    def refused(self) -> int:
        return self.count(Outcome.REFUSED)

    @property
    def damaged(self) -> list[Entry]:
        return [one for one in self.entries if one.state == bundles.State.DAMAGED]

    @property
    def is_clean(self) -> bool:
        return not (self.faults or self.refused or self.damaged)


@dataclass(frozen=True)
class Manner:
    """How a file is to be read and taken."""

    date_format: str = DATE_FORMAT
    company: str = ""
    keep_good: bool = False
    is_rehearsal: bool = False
    kind: str = Kind.PORTFOLIO


@dataclass(frozen=True)
class Way:
    """What one kind of file needs: its columns, its reading, judging and taking."""

    columns: Columns
    read: Callable[..., list[Record]]
    judge: Callable[[list[Record], Manner, datetime], list[Verdict]]
    take: Callable[..., Any]


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        Kind.PORTFOLIO: Way(
            columns.PORTFOLIO,
            parsing.licenses_of,
            lambda records, manner, _at: verdicts.judge(records, manner.company),
            taking.take,
        ),
        Kind.RENEWALS: Way(
            columns.RENEWALS,
            changes.records_of,
            lambda records, _manner, at: changes.judge_renewals(records, at),
            changes.renew,
        ),
        Kind.ENDS: Way(
            columns.PLANNED_ENDS,
            changes.records_of,
            lambda records, _manner, at: changes.judge_planned_ends(records, at),
            changes.plan,
        ),
    }
)


def import_licenses(
    raw: bytes, *, manner: Manner, by: User | None, at: datetime
) -> Report:
    """Bring the licenses of a CSV file, or of a bundle of such files, into the portal.

    Known again by name and serial number: a second import of the same file changes
    nothing, a changed file changes what its full cells say. Nothing is written if one
    license is refused or one file of a bundle is damaged, unless the good ones are to
    be kept. A rehearsal does it all and takes it back, so what it reports is what would
    happen. Nobody is told, except of renewals and planned ends. Refused: anybody but
    vendor staff.
    """
    refusals.refuse_customers(by)
    with transaction.atomic():
        report = preview_licenses(raw, manner=manner, at=at)
        if report.faults:
            return report
        if report.is_clean or manner.keep_good:
            _take_all(report, WAYS[manner.kind].take, by=by, at=at)
            report.is_written = report.is_clean or manner.keep_good
        if manner.is_rehearsal or not report.is_written:
            report.is_written = False
            transaction.set_rollback(True)
    return report


def preview_licenses(raw: bytes, *, manner: Manner, at: datetime) -> Report:
    """The verdicts alone, quickly: nothing is tried out, nothing is locked."""
    parsing.check_date_format(manner.date_format)
    report, way = Report(), WAYS[manner.kind]
    records = list(_records(raw, way, manner, report))
    if not report.faults:
        report.verdicts = way.judge(records, manner, at)
        _say_file(report.verdicts)
    return report


def _records(raw: bytes, way: Way, manner: Manner, report: Report) -> Iterator[Record]:
    """The lines of the file, or of all files of a bundle, each knowing its file."""
    if not bundles.is_bundle(raw):
        yield from _lines(raw, way, manner, report)
        return
    try:
        report.entries = bundles.entries_of(raw)
    except bundles.BundleError as error:
        report.faults.append(Problem(0, "", str(error)))
        return
    seen: dict[tuple[str, str], Record] = {}
    for entry in report.entries:
        if entry.is_ok:
            yield from _of_entry(entry, way, manner, report, seen)


def _of_entry(
    entry: Entry,
    way: Way,
    manner: Manner,
    report: Report,
    seen: dict[tuple[str, str], Record],
) -> Iterator[Record]:
    """What an earlier file of the bundle says as well is left out [LI-37]."""
    part = Report()
    records = _lines(entry.raw, way, manner, part)
    report.notes += [replace(note, file=entry.name) for note in part.notes]
    if part.faults:
        entry.damage(" ".join(fault.words for fault in part.faults))
        return
    entry.licenses, fresh = len(records), 0
    for record in records:
        record.file = entry.name
        twin = seen.setdefault(record.identity, record) if record.serial else record
        if twin is not record and twin.facts == record.facts:
            continue
        fresh += 1
        if twin is not record and manner.kind == Kind.PORTFOLIO:
            words = _("It differs from %(file)s, line %(line)d. Make them agree.")
            record.problem("name", words % {"file": twin.file, "line": twin.line})
        yield record
    if records and not fresh:
        entry.state = bundles.State.DUPLICATED
        entry.words = _("Everything in it stands in a file before.")


def _lines(raw: bytes, way: Way, manner: Manner, report: Report) -> list[Record]:
    sheet = sheets.read(raw, way.columns)
    report.faults += sheet.faults
    report.notes += sheet.notes
    return [] if sheet.faults else way.read(sheet, manner.date_format)


def _say_file(found: list[Verdict]) -> None:
    """Problems were noted by line; in a bundle the file belongs to it."""
    for record in (verdict.record for verdict in found if verdict.record.file):
        name = record.file
        record.problems = [replace(one, file=name) for one in record.problems]
        record.notes = [replace(one, file=name) for one in record.notes]


def _take_all(
    report: Report, take: Callable[..., Any], *, by: User | None, at: datetime
) -> None:
    """Each license in a savepoint of its own: a refusal takes back no other."""
    for verdict in report.verdicts:
        if verdict.outcome not in {Outcome.NEW, Outcome.CHANGED}:
            continue
        try:
            with transaction.atomic():
                take(verdict, by=by, at=at)
        except ValidationError as refusal:
            verdict.record.problem("name", " ".join(refusal.messages))
        except IntegrityError:
            verdict.record.problem(
                "name", _("Somebody changed this at the same moment. Import again.")
            )
