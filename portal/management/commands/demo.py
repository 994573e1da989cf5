"""Loads the demo portfolio."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal import demo


class Command(BaseCommand):
    help = (
        "Loads the demo portfolio: two companies, their people, apps, licenses and"
        " tickets, with moments counted from now. A second run changes nothing."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.PUBLIC_URL.startswith("https://"):
            raise CommandError(
                "The demo's accounts share a known password, so it is not loaded where"
                " PUBLIC_URL is https. Use a trial: bin/run."
            )
        if demo.is_loaded():
            self.stdout.write("The demo portfolio is there already; nothing changed.")
            return
        counts = demo.load(timezone.now())
        words = ", ".join(f"{count} {name}" for name, count in counts.items())
        self.stdout.write(f"Loaded the demo portfolio: {words}.")
