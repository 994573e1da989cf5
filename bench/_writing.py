"""Letters claimed and settled, beside the same done with two bare statements.

What the database itself can do for an outbox is the measure: a narrow table with one
index, a hundred rows claimed by one statement and marked by another. Ours has the whole
letter in its hands, suspects, leases, a log and what is known of each address.
"""

import time
from collections.abc import Callable
from typing import Any

import psycopg2
from django.utils import timezone

from bench import _servers, _shares

BATCH = 100
LETTERS = 2_000
TABLE = """
DROP TABLE IF EXISTS bare_outbox;
CREATE TABLE bare_outbox (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    state smallint NOT NULL DEFAULT 0, due timestamptz NOT NULL,
    recipient text NOT NULL, subject text NOT NULL, body text NOT NULL,
    claimed_by int, sent_at timestamptz
) WITH (fillfactor = 80);
INSERT INTO bare_outbox (due, recipient, subject, body)
SELECT now() - (n %% 86400) * interval '1 second', 'u' || n || '@example.com',
       'Reminder ' || n, repeat('x', 200)
FROM generate_series(1, %s) n;
CREATE INDEX ON bare_outbox (due, id) WHERE state = 0;
"""
CLAIM = """
UPDATE bare_outbox SET state = 1, claimed_by = 1 WHERE id IN (
    SELECT id FROM bare_outbox WHERE state = 0 AND due <= now()
    ORDER BY due, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, recipient, subject
"""
MARK = "UPDATE bare_outbox SET state = 2, sent_at = now() WHERE id = ANY(%s)"


def compare(
    database: str, rounds: int, rows: Callable[[int, int], list[Any]]
) -> dict[str, Any]:
    """Letters a second, ours and the bare statements', in interleaved rounds."""
    bares, ours = [], []
    for number in range(rounds):
        bares.append(bare(database))
        ours.append(claim_and_settle(rows(LETTERS, number), database))
    figure = _shares.beside(ours, bares, "bare")
    print(
        f"{figure['ours']:6}/s claimed and settled, {figure['bare']:6}/s by two bare"
        f" statements: {figure['share']:.0%}",
        flush=True,
    )
    return figure


def bare(database: str) -> float:
    _servers.execute(database, TABLE, [LETTERS])
    _servers.analyze(database)
    connection = psycopg2.connect(database)
    connection.autocommit = True
    started, done = time.perf_counter(), 0
    with connection.cursor() as cursor:
        while done < LETTERS:
            cursor.execute(CLAIM, [BATCH])
            taken = cursor.fetchall()
            cursor.execute(MARK, [[pk for pk, *_ in taken]])
            done += len(taken)
    took = time.perf_counter() - started
    connection.close()
    return LETTERS / took


def claim_and_settle(letters: list[Any], database: str) -> float:
    from outbox import claims, settling  # noqa: PLC0415 - needs settings
    from outbox.lines import Reply  # noqa: PLC0415 - needs settings
    from outbox.models import Message  # noqa: PLC0415 - needs settings

    Message.objects.bulk_create(letters)
    _servers.analyze(database)
    hold = claims.Hold(timezone.now())
    started = time.perf_counter()
    while taken := hold.claim(timezone.now(), in_company=False):
        answer, at = Reply(250, "2.0.0 queued"), timezone.now()
        settled = [
            settling.judge(letter, answer, at=at, jitter=lambda: 0) for letter in taken
        ]
        settling.write(settled, hold.lease)
    return len(letters) / (time.perf_counter() - started)
