"""A real worker process, killed in the middle of its work."""

import signal
import time
from datetime import UTC, datetime

import pytest
from django.db import connection

from outbox import claims, delivery
from outbox.models import Attempt, Message
from tests.factories.outbox import MessageFactory
from tests.outbox.processes import LEASE_SECONDS, start, wait_for
from tests.smtp import SmtpServer

LETTERS = 1000
KILLED_AFTER = 450

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("lines", [1, 4])
def test_a_worker_killed_among_a_thousand_letters_loses_none(lines):
    rows = MessageFactory.create_batch(
        LETTERS, created_at=datetime.now(UTC), due_at=datetime.now(UTC)
    )
    ours = {(row.recipient, row.message_id) for row in rows}

    with SmtpServer() as server:
        worker = start(server, "manage.py", "deliver", lines=lines)
        wait_for(lambda: len(server.arrivals) >= KILLED_AFTER)
        worker.send_signal(signal.SIGKILL)
        worker.communicate(timeout=60)
        arrived = len(server.arrivals)
        held = Message.objects.filter(state=Message.State.SENDING).count()
        time.sleep(LEASE_SECONDS)  # what the dead worker held is free again
        second = start(server, "manage.py", "deliver", lines=lines)
        out, err = second.communicate(timeout=300)
        copies = server.copies()

    assert KILLED_AFTER <= arrived < LETTERS
    # Those it had under way, those left when it claimed more, and what it claimed.
    assert 0 < held < lines + delivery.LOW + claims.BATCH
    assert second.returncode == 0, err
    assert out.strip().endswith("failed 0, waiting 0")
    assert set(copies) == ours
    assert sum(copies.values()) - LETTERS <= lines
    assert Message.objects.sent().count() == LETTERS
    assert Attempt.objects.filter(outcome="accepted").count() == LETTERS


@pytest.mark.parametrize(
    ("is_lost", "copies_each"), [(True, [1, 1, 2]), (False, [1, 1, 1])]
)
def test_killed_between_the_servers_answer_and_the_mark(is_lost, copies_each):
    """The one moment that can repeat a letter: taken, but not yet written down.

    What the database has heard by then is written down, even if nobody waits for it.
    """
    rows = MessageFactory.create_batch(
        3, created_at=datetime.now(UTC), due_at=datetime.now(UTC)
    )

    with SmtpServer() as server:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE outbox_attempt IN ACCESS EXCLUSIVE MODE")
            worker = start(server, "manage.py", "deliver")
            wait_for(lambda: server.arrivals)
            wait_for(lambda: those_before_the_log(cursor))
            worker.send_signal(signal.SIGKILL)
            worker.communicate(timeout=60)
            if is_lost:
                for pid in those_before_the_log(cursor):
                    cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
                wait_for(lambda: not those_before_the_log(cursor))
            cursor.execute("ROLLBACK")
        time.sleep(LEASE_SECONDS)
        second = start(server, "manage.py", "deliver")
        second.communicate(timeout=60)
        copies = server.copies()

    assert set(copies) == {(row.recipient, row.message_id) for row in rows}
    assert sorted(copies.values()) == copies_each
    assert Message.objects.sent().count() == 3


def those_before_the_log(cursor):
    """The database's processes that wait to write into it."""
    cursor.execute(
        "SELECT pid FROM pg_locks WHERE NOT granted"
        " AND relation = 'outbox_attempt'::regclass"
    )
    return [pid for (pid,) in cursor.fetchall()]
