"""What the clock does for companies and their invitations."""

import logging

from celery import shared_task
from django.utils import timezone

from companies import actions, audit

logger = logging.getLogger(__name__)


@shared_task
def finish_addresses() -> None:
    """Lets changes of address take effect that nobody objected to."""
    changed = actions.finish_addresses(at=timezone.now())
    logger.info("addresses changed: %d", changed)


@shared_task
def lapse_security_contacts() -> None:
    """Drops the security contacts that nobody confirmed in time."""
    lapsed = actions.lapse_security_contacts(at=timezone.now())
    logger.info("security contacts lapsed: %d", lapsed)


@shared_task
def lapse_invitations() -> None:
    """Closes the invitations nobody accepted in time."""
    lapsed = actions.lapse_invitations(at=timezone.now())
    logger.info("invitations lapsed: %d", lapsed)


@shared_task
def remind_of_invitations() -> None:
    """Writes once more to whoever has a few days left."""
    reminded = actions.remind_of_invitations(at=timezone.now())
    logger.info("reminded of invitations: %d", reminded)


@shared_task
def purge_archives() -> None:
    """Removes the archives whose time is over."""
    purged = actions.purge_archives(at=timezone.now())
    logger.info("archives purged: %d", purged)


@shared_task
def purge_activity() -> None:
    """Removes entries of the log that are older than it is kept [CO-18]."""
    gone = audit.purge(at=timezone.now())
    logger.info("activity purged: %d", gone)


@shared_task
def purge_notices() -> None:
    """Drops notices that were read long ago."""
    purged = actions.purge_notices(at=timezone.now())
    logger.info("notices purged: %d", purged)
