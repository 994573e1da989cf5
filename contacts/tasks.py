"""What the clock does for contacts."""

import logging

from celery import shared_task
from django.utils import timezone

from contacts import actions

logger = logging.getLogger(__name__)


@shared_task
def lapse_handovers() -> dict[str, int]:
    """Closes the offers nobody answered in time."""
    lapsed = actions.lapse_handovers(at=timezone.now())
    logger.info("handovers lapsed: %d", lapsed)
    return {"lapsed": lapsed}


@shared_task
def keep_reachable() -> dict[str, int]:
    """Hourly: asks and reminds contacts, raises who cannot be reached."""
    at = timezone.now()
    asked = actions.ask_contacts(at=at)
    reminded = actions.remind_contacts(at=at)
    tally = actions.watch_contacts(at=at)
    logger.info(
        "contacts: asked %d, reminded %d, raised %d, escalated %d, over %d",
        asked,
        reminded,
        tally.raised,
        tally.escalated,
        tally.over,
    )
    return {
        "asked": asked,
        "reminded": reminded,
        "raised": tally.raised,
        "escalated": tally.escalated,
        "over": tally.over,
    }
