"""The errands of the workers about licenses."""

import logging

from celery import shared_task
from django.utils import timezone

from licenses import actions

logger = logging.getLogger(__name__)


@shared_task
def remind_of_renewal() -> dict[str, int]:
    """Once an hour: the end of a day comes at another hour in each zone."""
    tally = actions.remind_of_renewal(at=timezone.now())
    logger.info(
        "licenses: %d reminders about %d licenses", tally.letters, tally.licenses
    )
    return {"letters": tally.letters, "licenses": tally.licenses}


@shared_task
def drop_silent_servers() -> dict[str, int]:
    dropped = actions.drop_silent_servers(at=timezone.now())
    if dropped:
        logger.info("licenses: %d silent servers gave their places back", dropped)
    return {"servers": dropped}


@shared_task
def purge_files() -> dict[str, int]:
    gone = actions.purge_files(at=timezone.now())
    logger.info("licenses: %d issued files forgotten", gone)
    return {"purged": gone}


@shared_task
def run_planned_ends() -> dict[str, int]:
    """Once an hour, for the same reason."""
    count = actions.run_planned_ends(at=timezone.now())
    logger.info("licenses: %d planned ends", count)
    return {"ended": count}
