"""Who holds which letter: leases that run out, and letters that kill their workers."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from outbox import claims, delivery
from outbox.models import Attempt, Message
from tests.factories.outbox import MessageFactory
from tests.outbox.clocks import AT, Clock

JONAS = "jonas@acme.example"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _a_lease_of_a_minute(settings):
    settings.OUTBOX_LEASE_SECONDS = 60


def die_with(clock, **options):
    """A worker claims letters, and is never heard of again."""
    letters = claims.Hold(clock()).claim(clock(), in_company=False, **options)
    clock.forward(seconds=61)
    return letters


def test_a_letter_claimed_by_a_dead_worker_is_sent_when_its_lease_ends(server, clock):
    row = MessageFactory(recipient=JONAS)
    claims.Hold(clock()).claim(clock(), in_company=False)  # and the worker dies here

    assert delivery.deliver(clock=clock).sent == 0
    clock.forward(seconds=61)
    assert delivery.deliver(clock=clock).sent == 1
    row.refresh_from_db()
    assert (row.tries, row.crashes) == (1, 0)


def test_the_lease_is_renewed_while_the_batch_is_under_way(server, clock):
    server.after_each(lambda: clock.forward(seconds=10))
    MessageFactory.create_batch(30)
    seen = []
    server.after_each(lambda: (clock.forward(seconds=10), seen.append(1)))

    report = delivery.deliver(clock=clock)

    assert report.sent == 30
    assert clock() == AT + timedelta(seconds=300)
    assert max(server.copies().values()) == 1
    assert Message.objects.filter(tries=1, crashes=0).count() == 30


def test_a_letter_somebody_else_took_over_is_left_to_them(server, clock):
    """The worker was asleep for longer than its lease; another took its letters."""
    MessageFactory.create_batch(3)
    slow = delivery.Postman(clock=clock)
    slow.tray.add(slow.hold.claim(clock(), in_company=False))
    slow.tray.until = slow.hold.until
    clock.forward(seconds=61)
    quick = claims.Hold(clock())
    quick.claim(clock(), in_company=False)
    slow._call_carriers()

    report = slow.walk()

    assert (report.sent, server.arrivals) == (0, [])
    assert quick.letters().count() == 3


def test_what_a_lost_claim_left_under_the_lease_is_let_go(clock):
    MessageFactory.create_batch(2)
    hold = claims.Hold(clock())
    kept, stray = hold.claim(clock(), in_company=False)

    hold.let_go(clock(), but=[kept])

    stray.refresh_from_db()
    assert (stray.state, stray.lease) == ("waiting", None)
    assert hold.letters().get() == kept


def test_a_claim_brings_the_files_along(clock, django_assert_num_queries):
    laden = MessageFactory()
    MessageFactory.create_batch(3)
    for name in ("a.ics", "b.pdf"):
        laden.attachments.create(filename=name, mimetype="text/plain", content=b"x")

    taken = claims.Hold(clock()).claim(clock(), in_company=False)

    with django_assert_num_queries(0):
        files = {row.pk: [one.filename for one in row.files] for row in taken}
    assert files.pop(laden.pk) == ["a.ics", "b.pdf"]
    assert list(files.values()) == [[], [], []]


def test_time_up_gives_the_rest_back_and_asks_for_more(server, clock):
    server.after_each(lambda: clock.forward(seconds=1))
    MessageFactory.create_batch(20)

    report = delivery.deliver(clock=clock, budget=5)

    assert report.more
    assert 5 <= report.sent < 20
    waiting = Message.objects.filter(state="waiting", tries=0, due_at=AT)
    assert waiting.count() == 20 - report.sent


def test_an_error_of_ours_gives_the_batch_back(server, clock, monkeypatch):
    MessageFactory.create_batch(3)

    def broken(*_args):
        raise RuntimeError("a bug")

    monkeypatch.setattr(delivery.settling, "write", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        delivery.deliver(clock=clock)

    states = Counter(Message.objects.values_list("state", flat=True))
    assert states == {"waiting": 2, "sending": 1}  # the one in hand may have arrived
    clock.forward(seconds=61)
    monkeypatch.undo()
    assert delivery.deliver(clock=clock).sent == 3


def test_two_workers_send_five_hundred_letters_once_each(server):
    rows = MessageFactory.create_batch(500)
    both_ready = Barrier(2)
    reports = []

    def work():
        both_ready.wait(timeout=10)
        reports.append(delivery.deliver(clock=Clock()))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)

    assert sum(report.sent for report in reports) == 500
    assert Counter(server.recipients()) == Counter(row.recipient for row in rows)
    assert server.connections == 2
    assert Message.objects.sent().count() == 500
    assert Attempt.objects.count() == 500


def test_letters_that_fell_with_a_worker_travel_in_smaller_company(clock):
    MessageFactory.create_batch(12)

    assert len(die_with(clock)) == 12
    assert len(die_with(clock)) == 10
    assert len(die_with(clock)) == 2  # the others fell once only
    assert len(die_with(clock)) == 1


def test_a_suspect_waits_until_nobody_travels_with_it(clock):
    MessageFactory()
    die_with(clock)
    fresh = MessageFactory(due_at=clock())
    hold = claims.Hold(clock())

    assert hold.claim(clock(), in_company=True) == []
    assert [row.crashes for row in hold.claim(clock(), in_company=False)] == [0]
    assert hold.letters().get().crashes == 1
    assert claims.Hold(clock()).claim(clock(), in_company=True) == [fresh]


def test_a_letter_that_kills_every_worker_is_given_up_and_takes_nobody_along(
    server, clock
):
    killer = MessageFactory(priority=Message.Priority.URGENT)
    others = MessageFactory.create_batch(20)
    for _ in range(claims.CRASHES_ALLOWED + 1):
        assert killer in die_with(clock)

    report = delivery.deliver(clock=clock)

    killer.refresh_from_db()
    assert report.sent == len(others)
    assert (killer.state, killer.lease, killer.due_at) == ("failed", None, None)
    assert killer.last_words == "5 workers ended while they held this letter."
    assert killer.attempts.get().outcome == Attempt.Outcome.UNSENDABLE
    assert Message.objects.sent().filter(crashes__gt=0).count() == 0


def test_a_database_away_for_a_moment_repeats_no_letter(server, clock, monkeypatch):
    """The answer to a commit is lost: the second try finds it written already."""
    MessageFactory.create_batch(3)
    write = delivery.settling.write
    lost = []

    def flaky(*args):
        write(*args)
        if not lost:
            lost.append(1)
            raise delivery.OperationalError("server closed the connection")

    monkeypatch.setattr(delivery.settling, "write", flaky)
    monkeypatch.setattr(delivery, "PAUSE_SECONDS", 0.01)

    report = delivery.deliver(clock=clock)

    assert report.sent == 3
    assert max(server.copies().values()) == 1
    assert Message.objects.filter(state="sent", tries=1).count() == 3
    assert Attempt.objects.count() == 3


def test_a_database_away_for_long_ends_the_round(server, clock, monkeypatch):
    MessageFactory()

    def away(*_args, **_options):
        raise delivery.OperationalError("no route to host")

    monkeypatch.setattr(claims.Hold, "claim", away)
    monkeypatch.setattr(delivery, "DATABASE_PATIENCE_SECONDS", 0.05)

    with pytest.raises(delivery.OperationalError):
        delivery.deliver(clock=clock)
