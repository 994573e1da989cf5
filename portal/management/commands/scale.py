"""`manage.py scale`: a large, realistic data set for measurements."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal import scaling


class Command(BaseCommand):
    help = "Adds companies, applications, licenses and tickets by bulk statements."

    def add_arguments(self, parser: CommandParser) -> None:
        for noun, default in (
            ("companies", 2_000),
            ("applications", 100_000),
            ("licenses", 100_000),
            ("tickets", 100_000),
        ):
            parser.add_argument(f"--{noun}", type=int, default=default, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        size = scaling.Size(
            companies=options["companies"],
            applications=options["applications"],
            licenses=options["licenses"],
            tickets=options["tickets"],
        )
        try:
            size.check()
        except ValueError as wrong:
            raise CommandError(str(wrong)) from None
        for noun, count in scaling.fill(size, at=timezone.now()):
            self.stdout.write(f"{count:>9,} {noun}")
