"""What the clock does for companies."""

import logging

from celery import shared_task
from django.utils import timezone

from companies import actions

logger = logging.getLogger(__name__)


@shared_task
def lapse_security_contacts() -> None:
    """Drops the security contacts that nobody confirmed in time."""
    lapsed = actions.lapse_security_contacts(at=timezone.now())
    logger.info("security contacts lapsed: %d", lapsed)
