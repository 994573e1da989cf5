"""What the clock does for contacts."""

import logging

from celery import shared_task
from django.utils import timezone

from contacts import actions

logger = logging.getLogger(__name__)


@shared_task
def lapse_handovers() -> None:
    """Closes the offers nobody answered in time."""
    lapsed = actions.lapse_handovers(at=timezone.now())
    logger.info("handovers lapsed: %d", lapsed)
