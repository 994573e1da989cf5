"""The postman against a real SMTP server that misbehaves, one line at a time."""

import inspect
import sys
from datetime import timedelta

import pytest

from outbox import claims, delivery
from outbox.models import AddressStanding, Attempt, Lane, Message
from tests.factories.outbox import MessageFactory
from tests.outbox.clocks import AT
from tests.outbox.conftest import use
from tests.smtp import SmtpServer

JONAS = "jonas@acme.example"
LOTTE = "lotte@acme.example"

pytestmark = pytest.mark.django_db(transaction=True)


def log_of(message):
    return [(a.outcome, a.code, a.words) for a in message.attempts.all()]


def test_a_dead_server_closes_the_lane_and_counts_no_try(settings, clock):
    server = SmtpServer().start()
    use(settings, server)
    server.stop()
    rows = MessageFactory.create_batch(3)

    report = delivery.deliver(clock=clock)

    assert "refused" in report.trouble
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.tries, row.lease) == ("waiting", 0, None)
    assert not Attempt.objects.exists()
    lane = Lane.objects.get()
    assert (lane.troubles, lane.since) == (1, AT)
    assert lane.is_closed(AT + timedelta(seconds=9))
    assert not lane.is_closed(AT + timedelta(seconds=13))


def test_trouble_does_not_make_an_old_letter_look_young(server, clock):
    server.refuse_everybody("451 4.7.1 not today")
    MessageFactory(due_at=AT - timedelta(hours=2))
    MessageFactory(due_at=AT - timedelta(hours=1))

    delivery.deliver(clock=clock)

    assert delivery.oldest_due(AT) == AT - timedelta(hours=2)


def test_a_closed_lane_is_left_alone_until_its_rest_is_over(server, clock):
    MessageFactory(recipient=JONAS)
    server.refuse_everybody("451 4.7.1 not today")
    delivery.deliver(clock=clock)
    server.behave()

    assert delivery.deliver(clock=clock).trouble == "4.7.1 not today"
    assert server.connections == 1

    clock.forward(seconds=15)
    assert delivery.deliver(clock=clock).sent == 1
    lane = Lane.objects.get()
    assert (lane.troubles, lane.words, lane.since) == (0, "", None)


def test_trouble_in_a_row_rests_the_lane_longer(server, clock):
    MessageFactory()
    server.refuse_everybody("554 5.7.1 we do not know you")

    delivery.deliver(clock=clock)
    clock.forward(seconds=20)
    delivery.deliver(clock=clock)

    lane = Lane.objects.get()
    assert (lane.troubles, lane.since) == (2, AT)
    assert lane.is_closed(clock.at + timedelta(seconds=19))
    assert Message.objects.get().tries == 0


def test_a_server_that_refuses_our_name_fails_no_letter(server, clock):
    MessageFactory.create_batch(2)
    server.refuse_everybody("530 5.7.0 authentication required")

    report = delivery.deliver(clock=clock)

    assert (report.failed, report.trouble) == (0, "5.7.0 authentication required")
    assert Message.objects.waiting().count() == 2


def test_a_setting_that_makes_no_sense_fails_no_letter(server, settings, clock):
    """It is the same for all of them: they wait until somebody has put it right."""
    settings.EMAIL_HOST = "mail..aldwick.example"
    row = MessageFactory()

    report = delivery.deliver(clock=clock)

    assert "label" in report.trouble
    row.refresh_from_db()
    assert (row.state, row.tries) == ("waiting", 0)
    assert Lane.objects.get().is_closed(AT)


def test_a_hanging_server_costs_one_timeout_and_closes_the_lane(
    server, settings, clock
):
    settings.EMAIL_TIMEOUT = 0.3
    rows = MessageFactory.create_batch(5)
    server.hang_for_everybody()

    report = delivery.deliver(clock=clock)

    assert "timed out" in report.trouble
    assert server.connections == 1
    assert Message.objects.filter(state="waiting", tries=0).count() == len(rows)


def test_a_recipient_that_hangs_delays_nobody_but_itself(server, settings, clock):
    settings.EMAIL_TIMEOUT = 0.3
    stuck = MessageFactory(recipient=JONAS, priority=10)
    others = MessageFactory.create_batch(5)
    server.hang(JONAS)

    report = delivery.deliver(clock=clock)

    stuck.refresh_from_db()
    assert (report.sent, report.deferred, report.trouble) == (len(others), 1, "")
    assert (stuck.state, stuck.tries) == ("waiting", 1)
    assert stuck.attempts.get().outcome == Attempt.Outcome.CUT_OFF


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
def test_a_letter_that_breaks_the_line_waits_and_the_others_go(server, clock, moment):
    breaker = MessageFactory(recipient=JONAS, priority=10)
    others = MessageFactory.create_batch(3)
    server.drop(JONAS, at=moment)

    report = delivery.deliver(clock=clock)

    breaker.refresh_from_db()
    assert (report.sent, report.trouble) == (len(others), "")
    assert (breaker.state, breaker.tries) == ("waiting", 1)
    assert server.connections == 2


def test_any_number_to_a_domain_that_asked_for_time_is_put_off(
    server, clock, monkeypatch
):
    """A hundred thousand to one company are put off step by step."""
    monkeypatch.setattr(claims, "BATCH", 1)
    server.answer(JONAS, "450 4.7.28 too fast")
    first = MessageFactory(recipient=JONAS, priority=10)
    MessageFactory.create_batch(250, recipient=LOTTE)
    deepest = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 200)

    try:
        report = delivery.deliver(clock=clock)
    finally:
        sys.setrecursionlimit(deepest)

    assert (report.deferred, report.trouble) == (1, "")
    others = Message.objects.exclude(pk=first.pk)
    assert others.filter(state="waiting", due_at__gt=AT).count() == 250


def test_two_letters_cut_off_in_a_row_close_the_lane(server, clock):
    first = MessageFactory(recipient=JONAS, priority=10)
    second = MessageFactory(recipient=LOTTE, priority=20)
    third = MessageFactory(priority=30)
    server.drop(JONAS)
    server.drop(LOTTE)

    report = delivery.deliver(clock=clock)

    assert (report.sent, report.deferred) == (0, 2)
    assert report.trouble
    for row in (first, second, third):
        row.refresh_from_db()
    assert [first.tries, second.tries, third.tries] == [1, 1, 0]


def test_a_letter_taken_without_an_answer_comes_again_as_the_same_letter(server, clock):
    row = MessageFactory(recipient=JONAS)
    server.drop(JONAS, at="AFTER")

    delivery.deliver(clock=clock)
    server.behave()
    clock.forward(minutes=2)
    delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert row.state == "sent"
    assert server.copies() == {(JONAS, row.message_id): 2}
    first, second = server.arrivals
    assert first.raw == second.raw


def test_a_server_that_ends_connections_is_called_again(server, clock):
    MessageFactory.create_batch(7)
    server.throttle(3)

    report = delivery.deliver(clock=clock)

    assert (report.sent, report.deferred, report.trouble) == (7, 0, "")
    assert server.connections == 3
    assert max(server.copies().values()) == 1


def test_a_domain_beyond_ascii_is_written_as_dns_knows_it(server, clock):
    MessageFactory(recipient="jonas@bücher.example")

    delivery.deliver(clock=clock)

    assert server.recipients() == ["jonas@xn--bcher-kva.example"]


def test_a_server_that_asks_for_a_password_late_fails_no_letter(server, clock):
    MessageFactory(recipient=JONAS)
    server.answer(JONAS, "530 5.7.0 authentication required")

    report = delivery.deliver(clock=clock)

    assert (report.failed, report.trouble) == (0, "5.7.0 authentication required")
    assert Message.objects.get().tries == 0


def test_goodbye_in_the_middle_of_a_letter_is_not_its_end(server, clock):
    row = MessageFactory(recipient=JONAS)
    server.answer(JONAS, "421 4.4.2 too slow", at="DATA")

    delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert (row.state, row.tries) == ("waiting", 1)
    assert log_of(row) == [("cut_off", 421, "4.4.2 too slow")]


BARRED = "554 5.7.1 Relay access denied"


def test_a_server_that_lost_our_authorisation_fails_no_letter(server, clock):
    """It says so to every recipient, one after the other: the lane rests, not they."""
    rows = MessageFactory.create_batch(10)
    server.limit(4, BARRED)

    report = delivery.deliver(clock=clock)

    assert (report.sent, report.failed, report.trouble) == (4, 0, BARRED[4:])
    assert Message.objects.filter(state="waiting", tries=1).count() == 3
    assert Message.objects.filter(state="waiting", tries=0).count() == 3
    assert Lane.objects.get().is_closed(clock.at)
    assert not AddressStanding.objects.bounced().exists()

    for _ in range(5):
        clock.forward(minutes=40)
        assert delivery.deliver(clock=clock).failed == 0
    server.limit(len(rows), "")
    clock.forward(days=1)
    delivery.deliver(clock=clock)
    assert Message.objects.sent().count() == len(rows)


def test_an_address_barred_to_us_fails_alone(server, clock):
    """Tried once more, in case it was us; the others never notice."""
    row = MessageFactory(recipient=JONAS, priority=10)
    others = MessageFactory.create_batch(3)
    server.answer(JONAS, BARRED)

    first = delivery.deliver(clock=clock)
    clock.forward(minutes=2)
    second = delivery.deliver(clock=clock)

    assert (first.sent, first.deferred, first.trouble) == (len(others), 1, "")
    assert (second.failed, second.trouble) == (1, "")
    assert [outcome for outcome, *_ in log_of(row)] == ["deferred", "refused"]
    assert not AddressStanding.objects.bounced().exists()


def test_many_addresses_barred_to_us_block_nobody_for_long(server, clock):
    """One mail domain wants nothing of us: its letters give way to the others."""
    for number in range(6):
        MessageFactory(recipient=f"person{number}@barred.example", due_at=AT)
    others = MessageFactory.create_batch(4, due_at=AT + timedelta(seconds=1))
    server.answer("@barred.example", BARRED)
    clock.forward(seconds=5)

    for _ in range(6):
        delivery.deliver(clock=clock)
        clock.forward(minutes=3)

    assert set(server.recipients()) == {other.recipient for other in others}


def test_what_a_letter_says_may_be_refused_to_many(server, clock):
    """A policy against the letter, and not against us, closes no lane."""
    for number in range(5):
        MessageFactory(recipient=f"person{number}@strict.example", priority=10)
        address = f"person{number}@strict.example"
        server.answer(address, "550 5.7.1 looks like advertising", at="DATA")
    other = MessageFactory()

    report = delivery.deliver(clock=clock)

    assert (report.failed, report.sent, report.trouble) == (5, 1, "")
    assert server.recipients() == [other.recipient]
    assert not AddressStanding.objects.bounced().exists()
