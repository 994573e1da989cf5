"""The postman's errands: the sweep that guarantees, and the nudge that hurries."""

import logging
import time
from typing import Any

from celery import current_app, shared_task, signals
from django.db import transaction
from django.utils import timezone

from outbox import delivery, imap, keeping
from outbox.models import AddressStanding

BUDGET_SECONDS = 40.0
NUDGE_PATIENCE_SECONDS = 1.0
SILENCE_SECONDS = 30.0
# Later than that, the sweep comes anyway.
SWEEP_SECONDS = 60.0

logger = logging.getLogger(__name__)


@shared_task
def deliver_due() -> dict[str, int]:
    """Delivers what is due; asks for another round when the time was too short.

    When much is due, another worker is asked to help.
    In trouble it asks for one as soon as the lane has rested, if that is soon.
    """
    report = delivery.deliver(
        clock=timezone.now, budget=BUDGET_SECONDS, call_help=nudge
    )
    logger.info("outbox: %s", report)
    if report.more:
        nudge()
    elif report.again_at is not None:
        rest = (report.again_at - timezone.now()).total_seconds()
        if rest < SWEEP_SECONDS:
            nudge(after=max(rest, 0) + 1)
    return {
        "sent": report.sent,
        "failed": report.failed,
        "deferred": report.deferred,
        "outlived": report.outlived,
    }


@signals.worker_ready.connect
def come_at_once(**_facts: Any) -> None:
    """A worker that starts looks what is due: another one may have fallen."""
    nudge()


class _Broker:
    """What this process last knew about the broker: silent until that moment."""

    silent_until = 0.0


def nudge(after: float = 0) -> None:
    """Asks a worker to deliver now, or in so many seconds.

    Speed only: nothing is lost when it fails, and the sweep finds the letters anyway.
    A broker that does not answer costs a request one short wait; then this process
    leaves it alone for a while. A nudge that no worker takes up until the sweep comes
    is void: thousands of them would keep every other errand waiting behind them.
    """
    if time.monotonic() < _Broker.silent_until:
        return
    try:
        with current_app.connection_for_write(
            connect_timeout=NUDGE_PATIENCE_SECONDS,
            transport_options=_hasty_options(),
        ) as connection:
            deliver_due.apply_async(
                connection=connection,
                retry=False,
                countdown=after or None,
                expires=after + SWEEP_SECONDS,
            )
    except Exception as trouble:
        _Broker.silent_until = time.monotonic() + SILENCE_SECONDS
        logger.warning("outbox: the broker was not told (%s)", trouble)


def nudge_after_commit() -> None:
    """At most one nudge per transaction, however many letters it writes.

    The connection's own list is asked, since it forgets what a rolled-back savepoint
    had registered; a note of our own would not.
    """
    connection = transaction.get_connection()
    if not any(entry[1] is nudge for entry in connection.run_on_commit):
        transaction.on_commit(nudge, robust=True)


def _hasty_options() -> dict[str, object]:
    """The broker's options with one attempt and short waits in every layer."""
    return {
        **current_app.conf.broker_transport_options,
        "socket_connect_timeout": NUDGE_PATIENCE_SECONDS,
        "socket_timeout": NUDGE_PATIENCE_SECONDS,
        "connect_retries_timeout": NUDGE_PATIENCE_SECONDS,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
        "retry_on_timeout": False,
    }


@shared_task
def blank_letters() -> dict[str, int]:
    """Takes the words out of letters that need them no more."""
    figures = keeping.blank_letters(at=timezone.now())
    logger.info("outbox: words taken out: %s", figures)
    return figures


@shared_task
def purge_letters() -> dict[str, int]:
    """Drops letters that are older than the outbox keeps."""
    purged = keeping.purge_letters(at=timezone.now())
    logger.info("outbox: %d letters purged", purged)
    return {"purged": purged}


@shared_task
def trust_addresses() -> dict[str, int]:
    """Lets marks go that no returned mail has confirmed for days."""
    trusted = AddressStanding.objects.trust_again(timezone.now())
    logger.info("outbox: %d addresses trusted again", trusted)
    return {"trusted": trusted}


@shared_task
def read_returns() -> dict[str, int]:
    """Reads the mailbox for returned mail; trouble with it shows as a failed run."""
    tally = imap.read_mailbox(at=timezone.now())
    logger.info("outbox: %s", tally)
    return {"taken": tally.taken, "aside": tally.aside, "waiting": tally.waiting}
