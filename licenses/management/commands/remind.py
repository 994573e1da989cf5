"""`manage.py remind`: the renewal reminders that are due at one moment."""

from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from licenses import actions
from licenses.actions.reminders import Tally

NOON = time(12)


class Command(BaseCommand):
    help = "Puts the renewal reminders due at a moment into the outbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at",
            help=(
                "the moment, as 2026-11-21 (noon of that day), 2026-11-21T09:30 (in the"
                " vendor's time zone) or 2026-11-21T09:30+01:00; now if not given"
            ),
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="count only; nothing is written"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = moment(options["at"]) if options["at"] else timezone.now()
        if options["dry_run"]:
            tally = rehearse(at)
            self.stdout.write(
                f"{tally.letters} reminders would be sent, about {tally.licenses}"
                " licenses. Nothing was written."
            )
        else:
            tally = actions.remind_of_renewal(at=at)
            self.stdout.write(
                f"{tally.letters} reminders put into the outbox, about"
                f" {tally.licenses} licenses."
            )


def rehearse(at: datetime) -> Tally:
    """The whole sweep, taken back: it counts exactly what it would have written."""
    with transaction.atomic():
        tally = actions.remind_of_renewal(at=at)
        transaction.set_rollback(True)
    return tally


def moment(text: str) -> datetime:
    """A day means its noon, and a time without a zone is the vendor's."""
    try:
        at = datetime.combine(date.fromisoformat(text), NOON)
    except ValueError:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise CommandError(
                f"--at {text} is no moment. Write it as in 2026-11-21 or"
                " 2026-11-21T09:30."
            ) from None
    return at if timezone.is_aware(at) else timezone.make_aware(at)
