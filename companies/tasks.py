"""What the clock does for companies and their invitations."""

import logging

from celery import shared_task
from django.utils import timezone

from companies import actions, audit, digests

logger = logging.getLogger(__name__)


@shared_task
def finish_addresses() -> dict[str, int]:
    """Lets changes of address take effect that nobody objected to."""
    changed = actions.finish_addresses(at=timezone.now())
    logger.info("addresses changed: %d", changed)
    return {"changed": changed}


@shared_task
def lapse_security_contacts() -> dict[str, int]:
    """Drops the security contacts that nobody confirmed in time."""
    lapsed = actions.lapse_security_contacts(at=timezone.now())
    logger.info("security contacts lapsed: %d", lapsed)
    return {"lapsed": lapsed}


@shared_task
def lapse_invitations() -> dict[str, int]:
    """Closes the invitations nobody accepted in time."""
    lapsed = actions.lapse_invitations(at=timezone.now())
    logger.info("invitations lapsed: %d", lapsed)
    return {"lapsed": lapsed}


@shared_task
def remind_of_invitations() -> dict[str, int]:
    """Writes once more to whoever has a few days left."""
    reminded = actions.remind_of_invitations(at=timezone.now())
    logger.info("reminded of invitations: %d", reminded)
    return {"reminded": reminded}


@shared_task
def purge_archives() -> dict[str, int]:
    """Removes the archives whose time is over."""
    purged = actions.purge_archives(at=timezone.now())
    logger.info("archives purged: %d", purged)
    return {"purged": purged}


@shared_task
def purge_activity() -> dict[str, int]:
    """Removes entries of the log that are older than it is kept [CO-18]."""
    gone = audit.purge(at=timezone.now())
    logger.info("activity purged: %d", gone)
    return {"purged": gone}


@shared_task
def purge_notices() -> dict[str, int]:
    """Drops notices that were read long ago."""
    purged = actions.purge_notices(at=timezone.now())
    logger.info("notices purged: %d", purged)
    return {"purged": purged}


@shared_task
def write_digests() -> dict[str, int]:
    """Puts what waits for it into the one letter of the day."""
    figures = digests.write_digests(at=timezone.now())
    logger.info("digests: %s", figures)
    return figures
