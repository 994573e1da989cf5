"""`manage.py import_licenses`: a license portfolio from an asset tool's CSV."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from licenses import actions
from licenses.actions.imports import Kind, Manner, Report
from licenses.importing.parsing import DATE_FORMAT
from licenses.importing.verdicts import Outcome


class Command(BaseCommand):
    help = "Imports licenses from a CSV file: all of them, or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="the CSV file, or a ZIP bundle of several"
        )
        parser.add_argument(
            "--kind",
            choices=Kind.values,
            default=Kind.PORTFOLIO.value,
            help="what is in it (%(default)s)",
        )
        parser.add_argument(
            "--company", default="", help="the customer of rows that name none"
        )
        parser.add_argument(
            "--date-format",
            default=DATE_FORMAT,
            help="how the file writes days, as for strftime (%(default)s)",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="report only; nothing is written"
        )
        parser.add_argument(
            "--keep-good",
            action="store_true",
            help="import what is good although something is refused",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        manner = Manner(
            date_format=options["date_format"],
            company=options["company"],
            keep_good=options["keep_good"],
            is_rehearsal=options["dry_run"],
            kind=options["kind"],
        )
        try:
            report = actions.import_licenses(
                read(options["file"]), manner=manner, by=None, at=timezone.now()
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.tell(report)
        self.conclude(report, manner)

    def tell(self, report: Report) -> None:
        """Every problem with its place, then the notes, then the figures."""
        for problem in report.faults:
            self.stderr.write(str(problem))
        self.stdout.writelines(f"{entry}\n" for entry in report.entries)
        for problem in [one for found in report.verdicts for one in found.problems]:
            self.stderr.write(str(problem))
        for note in report.notes:
            self.stdout.write(f"Note: {note}")
        for verdict in report.verdicts:
            if verdict.outcome != Outcome.REFUSED:
                for note in verdict.notes:
                    self.stdout.write(f"Note: {note}")
        figures = ", ".join(f"{report.count(one)} {one.value}" for one in Outcome)
        self.stdout.write(
            f"{figures}." if report.is_written else f"Would be {figures}."
        )

    def conclude(self, report: Report, manner: Manner) -> None:
        if report.faults:
            raise CommandError("Nothing was imported.")
        if not report.is_clean and not manner.keep_good:
            raise CommandError(
                "Nothing was imported. Correct these lines, or import the others with"
                " --keep-good."
            )
        if manner.is_rehearsal:
            self.stdout.write("A dry run: nothing was written.")
        elif report.new + report.changed == 0:
            self.stdout.write("Nothing new: everything is in the portal already.")


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
