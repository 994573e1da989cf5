"""`manage.py receive_bounce`: takes one returned mail from a mail server's pipe."""

from __future__ import annotations

import logging
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox import returns
from outbox.models import Verdict

MOST_BYTES = 1024 * 1024  # a report stands in front of the letter it returns
CHUNK = 64 * 1024

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Reads one mail from standard input and notes the bounce it reports. The mail"
        " server is told by sysexits: 0 taken, 65 no mail, 75 deliver it again later."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--recipient", default="", help=_("The envelope's recipient, if known.")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        raw = _whole(sys.stdin.buffer)
        if not raw.strip():
            raise CommandError(
                _("There is no mail on standard input."), returncode=os.EX_DATAERR
            )
        try:
            verdict = returns.receive(
                raw, at=timezone.now(), recipient=options["recipient"]
            )
        except Exception as trouble:  # whatever it is, the mail must not be lost
            logger.exception("outbox: a returned mail could not be read")
            raise CommandError(
                _("This mail could not be taken yet: %(words)s")
                % {"words": repr(trouble)},
                returncode=os.EX_TEMPFAIL,
            ) from trouble
        if verdict == Verdict.TOO_EARLY:
            raise CommandError(verdict.label, returncode=os.EX_TEMPFAIL)
        self.stdout.write(str(verdict.label))


def _whole(pipe: Any) -> bytes:
    """The first part of the mail; the rest is read too, so that no pipe breaks."""
    raw = pipe.read(MOST_BYTES)
    while pipe.read(CHUNK):
        pass
    return raw
