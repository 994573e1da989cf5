"""`manage.py reseal`: after a change of SIGNING_MASTER_KEY, before the old one goes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from companies import actions


class Command(BaseCommand):
    help = (
        "Seals every stored secret with SIGNING_MASTER_KEY that is still sealed with a"
        " key of SIGNING_MASTER_KEY_PREVIOUS. Safe to stop and to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        shut = 0
        for purpose, tally in actions.reseal():
            self.stdout.write(
                f"{purpose}: {tally.resealed} resealed, {tally.current} were current"
            )
            for row in tally.shut:
                self.stderr.write(f"{purpose} {row} opens with no key that is set.")
            shut += len(tally.shut)
        if shut:
            raise CommandError(
                f"{shut} secrets were left as they are. Set the key that they were"
                " sealed with in SIGNING_MASTER_KEY_PREVIOUS and run this again."
            )
        self.stdout.write("Nothing needs SIGNING_MASTER_KEY_PREVIOUS any more.")
