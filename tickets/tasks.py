"""What happens to tickets by the clock."""

import logging

from celery import shared_task

from tickets import actions

logger = logging.getLogger(__name__)


@shared_task
def rewind_clocks() -> None:
    """Hourly: promises and holidays may have been edited since."""
    changed = actions.rewind_clocks()
    logger.info("rewound %d clocks", changed)
