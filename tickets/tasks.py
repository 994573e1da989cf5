"""What happens to tickets by the clock."""

import logging

from celery import shared_task
from django.utils import timezone

from tickets import actions

logger = logging.getLogger(__name__)


@shared_task
def rewind_clocks() -> dict[str, int]:
    """Hourly: promises and holidays may have been edited since."""
    changed = actions.rewind_clocks()
    logger.info("rewound %d clocks", changed)
    return {"clocks": changed}


@shared_task
def end_silent_tickets() -> dict[str, int]:
    """Hourly: remind of questions, close what stayed unanswered or solved."""
    at = timezone.now()
    reminded = actions.remind_waiting(at=at)
    closed = actions.close_unanswered(at=at) + actions.close_solved(at=at)
    logger.info("reminded %d customers, closed %d tickets", reminded, closed)
    return {"reminded": reminded, "closed": closed}
