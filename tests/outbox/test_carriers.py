"""Several lines at once: who is served first, and what one line's trouble costs."""

import time
from threading import Event, Thread

import pytest
from django.db import connection
from django.utils import timezone

from outbox import carriers, claims, delivery
from outbox.models import Lane, Message
from tests.factories.outbox import MessageFactory
from tests.outbox.clocks import AT, Clock
from tests.outbox.conftest import use
from tests.outbox.processes import wait_for
from tests.smtp import SmtpServer

JONAS = "jonas@acme.example"
LOTTE = "lotte@globex.example"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings):
    with SmtpServer() as running:
        use(settings, running, lines=4)
        yield running


class InThread(Thread):
    """A worker beside the test."""

    def __init__(self, clock=timezone.now):
        super().__init__()
        self.clock = clock
        self.start()

    def run(self):
        self.report = delivery.deliver(clock=self.clock)
        connection.close()

    def ended(self):
        self.join(timeout=30)
        assert not self.is_alive()
        return self.report


def test_several_lines_carry_at_once_and_each_is_used_again(server, clock):
    server.slow_down(0.02)
    MessageFactory.create_batch(40)

    report = delivery.deliver(clock=clock)

    assert report.sent == 40
    assert server.connections == 4
    assert {arrival.connection for arrival in server.arrivals} == {1, 2, 3, 4}
    assert max(server.copies().values()) == 1


def test_one_letter_needs_one_line(server, clock):
    MessageFactory()

    delivery.deliver(clock=clock)

    assert server.connections == 1


def test_no_line_hands_over_before_its_last_letter_is_written_down(
    server, clock, monkeypatch
):
    """At most one letter of each line may come twice, whatever kills the worker."""
    MessageFactory.create_batch(30)
    write = delivery.settling.write
    unwritten = []

    def watched(settled, lease):
        time.sleep(0.02)  # long enough for a line to run ahead
        unwritten.append(len(server.arrivals) - Message.objects.sent().count())
        write(settled, lease)

    monkeypatch.setattr(delivery.settling, "write", watched)

    assert delivery.deliver(clock=clock).sent == 30
    assert max(unwritten) <= 4


def test_an_urgent_letter_overtakes_bulk_that_is_under_way(server):
    server.slow_down(0.1)
    now = timezone.now()
    MessageFactory.create_batch(80, priority=Message.Priority.BULK, due_at=now)
    worker = InThread()
    wait_for(lambda: len(server.arrivals) >= 4)
    MessageFactory(recipient=JONAS, priority=Message.Priority.URGENT, due_at=now)
    asked_at = len(server.arrivals)

    wait_for(lambda: JONAS in server.recipients())
    overtaken = 80 - server.recipients().index(JONAS)
    server.slow_down(0)

    assert worker.ended().sent == 81
    # It is seen within a second, in which four lines carry forty others at most.
    assert server.recipients().index(JONAS) - asked_at <= 52
    assert overtaken >= 20


def test_recipients_that_hang_delay_nobody_on_the_other_lines(server, settings, clock):
    settings.EMAIL_TIMEOUT = 6
    MessageFactory(recipient=JONAS, priority=10)
    MessageFactory(recipient=LOTTE, priority=10)
    others = MessageFactory.create_batch(60)
    server.hang(JONAS)
    server.hang(LOTTE, at="DATA")
    started = time.monotonic()
    worker = InThread(Clock())

    wait_for(lambda: len(server.arrivals) == len(others))
    assert time.monotonic() - started < settings.EMAIL_TIMEOUT

    report = worker.ended()
    assert (report.sent, report.deferred, report.trouble) == (60, 2, "")
    stuck = Message.objects.filter(recipient__in=[JONAS, LOTTE])
    assert set(stuck.values_list("state", "tries")) == {("waiting", 1)}


@pytest.mark.parametrize("hangs", ["hang_at_connect", "hang_for_everybody"])
def test_a_server_that_hangs_costs_one_timeout_on_all_lines(
    server, settings, clock, hangs
):
    settings.EMAIL_TIMEOUT = 1
    MessageFactory.create_batch(8)
    getattr(server, hangs)()
    started = time.monotonic()

    report = delivery.deliver(clock=clock)

    assert time.monotonic() - started < 5  # one after the other: 8
    assert "timed out" in report.trouble
    assert report.again_at == Lane.objects.get().closed_until
    assert Lane.objects.get().troubles == 1
    assert Message.objects.filter(state="waiting", tries=0, due_at=AT).count() == 8


def test_a_server_that_allows_fewer_lines_is_served_over_those(server, clock):
    server.allow_lines(2)
    server.slow_down(0.01)
    MessageFactory.create_batch(20)

    report = delivery.deliver(clock=clock)

    assert (report.sent, report.deferred, report.trouble) == (20, 0, "")
    assert len({arrival.connection for arrival in server.arrivals}) in {2, 3}
    assert server.connections < 10
    assert Message.objects.filter(tries=1).count() == 20


def test_after_trouble_a_single_line_looks_whether_it_is_over(server, settings, clock):
    settings.EMAIL_TIMEOUT = 0.3
    MessageFactory.create_batch(8)
    server.hang_for_everybody()
    delivery.deliver(clock=clock)
    before = server.connections
    clock.forward(minutes=1)

    delivery.deliver(clock=clock)
    assert server.connections == before + 1

    server.behave()
    server.slow_down(0.02)
    clock.forward(minutes=2)
    assert delivery.deliver(clock=clock).sent == 8
    assert server.connections == before + 5  # the first letter through calls the others


def test_a_letter_being_packed_for_ever_holds_one_line_only(server, clock, monkeypatch):
    stuck = MessageFactory(recipient=JONAS, priority=10)
    MessageFactory.create_batch(10)
    for_ever = Event()
    pack = carriers.pack

    def packed(letter):
        if letter.pk == stuck.pk:
            for_ever.wait(20)
        return pack(letter)

    monkeypatch.setattr(carriers, "pack", packed)
    worker = InThread(clock)

    wait_for(lambda: Message.objects.sent().count() == 10)
    for_ever.set()
    assert worker.ended().sent == 11


def test_letters_are_held_until_the_last_carrier_is_home(server, clock, monkeypatch):
    """A server slower than the rest of the lease must not make a second copy."""
    renewed, renew = [], claims.Hold.renew

    def noted(hold, at, letters):
        renewed.append(at)
        return renew(hold, at, letters)

    def slowly():
        clock.forward(seconds=45)
        time.sleep(1)

    monkeypatch.setattr(claims.Hold, "renew", noted)
    server.after_each(slowly)
    MessageFactory()

    report = delivery.deliver(clock=clock, budget=40)

    assert (report.sent, report.more) == (1, True)
    assert renewed == [clock.at]


@pytest.mark.parametrize(("letters", "calls"), [(60, 0), (250, 1)])
def test_who_has_more_than_it_can_hold_calls_for_help_once(
    server, clock, letters, calls
):
    MessageFactory.create_batch(letters)
    called = []

    delivery.deliver(clock=clock, call_help=lambda: called.append(1))

    assert len(called) == calls
