"""A whole portfolio taken over from a file: all of it, or what is good of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from companies.models import User
from licenses import rights
from licenses.importing import parsing, sheets, taking, verdicts
from licenses.importing.parsing import DATE_FORMAT
from licenses.importing.sheets import Problem
from licenses.importing.verdicts import Outcome, Verdict


@dataclass
class Report:
    """What became of a file: `faults` stop all of it, `notes` concern all of it."""

    verdicts: list[Verdict] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
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
    def is_clean(self) -> bool:
        return not self.faults and not self.refused


@dataclass(frozen=True)
class Manner:
    """How a file is to be read and taken."""

    date_format: str = DATE_FORMAT
    company: str = ""
    keep_good: bool = False
    is_rehearsal: bool = False


def import_licenses(
    raw: bytes, *, manner: Manner, by: User | None, at: datetime
) -> Report:
    """Bring the licenses of a CSV file into the portal.

    Known again by name and serial number: a second import of the same file changes
    nothing, a changed file changes what its full cells say. Nothing is written if one
    license is refused, unless the good ones are to be kept. A rehearsal does it all and
    takes it back, so what it reports is what would happen. Nobody is told, except of a
    renewal. Refused: anybody but vendor staff.
    """
    if by is not None and not rights.may_renew(by):
        raise PermissionDenied
    with transaction.atomic():
        report = preview_licenses(raw, manner=manner)
        if report.faults:
            return report
        if report.is_clean or manner.keep_good:
            _take_all(report, by=by, at=at)
            report.is_written = report.is_clean or manner.keep_good
        if manner.is_rehearsal or not report.is_written:
            report.is_written = False
            transaction.set_rollback(True)
    return report


def preview_licenses(raw: bytes, *, manner: Manner) -> Report:
    """The verdicts alone, quickly: nothing is tried out, nothing is locked."""
    parsing.check_date_format(manner.date_format)
    sheet = sheets.read(raw)
    if sheet.faults:
        return Report(faults=sheet.faults, notes=sheet.notes)
    records = parsing.licenses_of(sheet, manner.date_format)
    return Report(verdicts.judge(records, manner.company), notes=sheet.notes)


def _take_all(report: Report, *, by: User | None, at: datetime) -> None:
    """Each license in a savepoint of its own: a refusal takes back no other."""
    for verdict in report.verdicts:
        if verdict.outcome not in {Outcome.NEW, Outcome.CHANGED}:
            continue
        try:
            with transaction.atomic():
                taking.take(verdict, by=by, at=at)
        except ValidationError as refusal:
            verdict.record.problem("name", " ".join(refusal.messages))
        except IntegrityError:
            verdict.record.problem(
                "name", _("Somebody changed this at the same moment. Import again.")
            )
