"""Celery's scheduler, which looks up when it starts what was missed.

On its own it remembers in a file when it handed each errand over. Without that file it
would first wait a whole interval, and with it, it would believe that what it handed
over was also done. The database knows: what no worker has begun in time is due at once.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from celery.beat import PersistentScheduler
from django.db import Error as DatabaseTrouble
from django.utils import timezone

from portal import runs

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

logger = logging.getLogger(__name__)


class CatchingUp(PersistentScheduler):
    """Beat that begins with what is overdue; a second one beside it does no harm."""

    def install_default_entries(self, data: dict[str, Any]) -> None:
        """None: results are not kept, so there are none to clean up."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        try:
            begun = {name: run.started_at for name, run in runs.latest().items()}
        except DatabaseTrouble as trouble:
            logger.warning("beat: the database was not asked (%s)", trouble)
            return
        now = timezone.now()
        for name, entry in self.schedule.items():
            entry.last_run_at = min(begun.get(name, LONG_AGO), now)
