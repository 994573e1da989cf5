"""The postman against a real SMTP server, well-behaved and otherwise."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from outbox import delivery
from outbox.models import Attachment, Attempt, Lane, Message
from tests.factories.outbox import MessageFactory
from tests.smtp import SmtpServer

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
JONAS = "jonas@acme.example"
LOTTE = "lotte@acme.example"

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at=AT):
        self.at = at

    def __call__(self):
        return self.at

    def forward(self, **time):
        self.at += timedelta(**time)


class RunningClock(Clock):
    """Moves by a fixed step each time somebody looks."""

    def __init__(self, step, at=AT):
        super().__init__(at)
        self.step = step

    def __call__(self):
        self.at += self.step
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def server(settings):
    with SmtpServer() as running:
        use(settings, running)
        yield running


def use(settings, server, timeout=5):
    for name, value in server.settings().items():
        setattr(settings, name, value)
    settings.EMAIL_TIMEOUT = timeout


def log_of(message):
    return [(a.outcome, a.code, a.words) for a in message.attempts.all()]


def test_a_due_letter_is_sent_and_marked(server, clock):
    row = MessageFactory(recipient=JONAS)

    report = delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert report.sent == 1
    assert server.recipients() == [JONAS]
    assert (row.state, row.tries, row.due_at, row.lease) == ("sent", 1, None, None)
    assert row.sent_at == AT
    assert row.last_words == "2.0.0 queued as 1"
    assert log_of(row) == [("accepted", 250, "2.0.0 queued as 1")]


def test_a_letter_not_yet_due_waits(server, clock):
    MessageFactory(due_at=AT + timedelta(seconds=1))

    assert delivery.deliver(clock=clock).sent == 0
    clock.forward(seconds=1)
    assert delivery.deliver(clock=clock).sent == 1


def test_sent_failed_and_cancelled_letters_stay_as_they_are(server, clock):
    MessageFactory(sent=True)
    MessageFactory(failed=True)
    MessageFactory(cancelled=True)

    delivery.deliver(clock=clock)

    assert server.arrivals == []


def test_one_connection_serves_the_whole_round(server, clock):
    MessageFactory.create_batch(delivery.BATCH + 20)

    assert delivery.deliver(clock=clock).sent == 120
    assert server.connections == 1


def test_urgent_letters_go_first_then_the_longest_due(server, clock):
    MessageFactory(recipient="bulk@a.example", priority=Message.Priority.BULK)
    MessageFactory(recipient="late@a.example", due_at=AT - timedelta(hours=1))
    MessageFactory(recipient="normal@a.example")
    MessageFactory(recipient="urgent@a.example", priority=Message.Priority.URGENT)

    delivery.deliver(clock=clock)

    assert server.recipients() == [
        "urgent@a.example",
        "late@a.example",
        "normal@a.example",
        "bulk@a.example",
    ]


def test_a_letter_that_lost_its_meaning_is_cancelled(server, clock):
    row = MessageFactory(expires_at=AT)
    kept = MessageFactory(recipient=JONAS, expires_at=AT + timedelta(minutes=1))

    report = delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert (report.outlived, report.sent) == (1, 1)
    assert (row.state, row.due_at) == ("cancelled", None)
    assert log_of(row) == [("outlived", None, "")]
    assert server.recipients() == [kept.recipient]


def test_a_letter_that_loses_its_meaning_in_the_batch_is_not_sent(server):
    clock = RunningClock(timedelta(seconds=1))
    MessageFactory.create_batch(3)
    row = MessageFactory(
        priority=Message.Priority.BULK, expires_at=AT + timedelta(seconds=13)
    )

    report = delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert (report.sent, report.outlived) == (3, 1)
    assert row.state == "cancelled"


def test_not_now_is_tried_again_by_the_ladder(server, clock):
    row = MessageFactory(recipient=JONAS)
    server.answer(JONAS, "450 4.2.1 greylisted")

    report = delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert report.deferred == 1
    assert (row.state, row.tries, row.lease) == ("waiting", 1, None)
    assert timedelta(minutes=1) <= row.due_at - AT <= timedelta(minutes=1.2)
    assert log_of(row) == [("deferred", 450, "4.2.1 greylisted")]

    server.behave()
    clock.forward(minutes=2)
    delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert (row.state, row.tries) == ("sent", 2)


def test_a_temporary_answer_at_the_end_of_data_is_tried_again(server, clock):
    row = MessageFactory(recipient=JONAS)
    server.answer(JONAS, "451 4.3.0 disk full", at="DATA")

    delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert (row.state, row.last_words) == ("waiting", "4.3.0 disk full")


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
def test_a_permanent_answer_fails_the_letter_at_once(server, clock, moment):
    row = MessageFactory(recipient=JONAS)
    other = MessageFactory(recipient=LOTTE)
    server.answer(JONAS, "550 5.1.1 no such person", at=moment)

    report = delivery.deliver(clock=clock)

    row.refresh_from_db()
    other.refresh_from_db()
    assert (report.failed, report.sent) == (1, 1)
    assert (row.state, row.due_at, row.sent_at) == ("failed", None, None)
    assert log_of(row) == [("refused", 550, "5.1.1 no such person")]
    assert other.state == "sent"
    assert server.connections == 1


def test_a_letter_is_given_up_after_the_last_step_of_the_ladder(server, clock):
    row = MessageFactory(recipient=JONAS)
    server.answer(JONAS, "450 busy")

    for _ in range(8):
        delivery.deliver(clock=clock)
        clock.forward(hours=30)

    row.refresh_from_db()
    assert (row.state, row.tries, row.due_at) == ("failed", 8, None)
    assert [outcome for outcome, _, _ in log_of(row)] == ["deferred"] * 7 + ["given_up"]
    assert delivery.deliver(clock=clock).sent == 0


def test_a_row_that_cannot_be_put_together_fails_alone(server, clock):
    poison = MessageFactory(subject="one\nBcc: all@evil.example", priority=10)
    broken = MessageFactory(priority=20)
    Attachment.objects.create(
        message=broken, filename="a", mimetype="nonsense", content=b"x"
    )
    nobody = MessageFactory(recipient="no address at all", priority=30)
    good = MessageFactory(recipient=LOTTE, priority=90)

    report = delivery.deliver(clock=clock)

    for row in (poison, broken, nobody, good):
        row.refresh_from_db()
    assert (report.failed, report.sent) == (3, 1)
    assert {poison.state, broken.state, nobody.state} == {"failed"}
    assert good.state == "sent"
    assert poison.attempts.get().outcome == Attempt.Outcome.UNSENDABLE
    assert "BadHeaderError" in poison.last_words


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


def test_nothing_is_due_when_everything_was_sent_or_waits_its_turn(server, clock):
    MessageFactory(sent=True)
    MessageFactory(due_at=AT + timedelta(minutes=1))

    assert delivery.oldest_due(AT) is None


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
    assert lane.is_closed(clock.at + timedelta(seconds=29))
    assert Message.objects.get().tries == 0


def test_a_server_that_refuses_our_name_fails_no_letter(server, clock):
    MessageFactory.create_batch(2)
    server.refuse_everybody("530 5.7.0 authentication required")

    report = delivery.deliver(clock=clock)

    assert (report.failed, report.trouble) == (0, "5.7.0 authentication required")
    assert Message.objects.waiting().count() == 2


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
    assert without_boundary(first) == without_boundary(second)


def without_boundary(arrival):
    boundary = arrival.message.get_boundary().encode()
    return arrival.raw.replace(boundary, b"")


def test_a_server_that_ends_connections_is_called_again(server, clock):
    MessageFactory.create_batch(7)
    server.throttle(3)

    report = delivery.deliver(clock=clock)

    assert (report.sent, report.deferred, report.trouble) == (7, 0, "")
    assert server.connections == 3
    assert max(server.copies().values()) == 1


def test_a_letter_claimed_by_a_dead_worker_is_sent_when_its_lease_ends(
    server, clock, settings
):
    settings.OUTBOX_LEASE_SECONDS = 60
    row = MessageFactory(recipient=JONAS)
    delivery.claim(clock())  # and the worker dies here

    assert delivery.deliver(clock=clock).sent == 0
    clock.forward(seconds=61)
    assert delivery.deliver(clock=clock).sent == 1
    row.refresh_from_db()
    assert row.tries == 1


def test_the_lease_is_renewed_while_the_batch_is_under_way(server, settings):
    settings.OUTBOX_LEASE_SECONDS = 10
    clock = RunningClock(timedelta(seconds=1))
    MessageFactory.create_batch(30)
    batch = delivery.claim(clock())
    postman = delivery.Postman(clock=clock, until=None, report=delivery.Report())

    postman.work_through(batch)
    postman.line.hang_up()

    assert postman.report.sent == 30
    assert max(server.copies().values()) == 1


def test_a_letter_somebody_else_took_over_is_left_to_them(server, settings):
    """The worker was asleep for longer than its lease; another took its letters."""
    settings.OUTBOX_LEASE_SECONDS = 10
    clock = Clock()
    MessageFactory.create_batch(3)
    slow = delivery.claim(clock())
    clock.forward(seconds=11)
    quick = delivery.claim(clock())
    postman = delivery.Postman(clock=clock, until=None, report=delivery.Report())

    postman.work_through(slow)
    postman.line.hang_up()

    assert server.arrivals == []
    assert quick.held().count() == 3


def test_time_up_gives_the_rest_back_and_asks_for_more(server):
    clock = RunningClock(timedelta(seconds=1))
    MessageFactory.create_batch(20)

    report = delivery.deliver(clock=clock, budget=15)

    assert report.more
    assert 0 < report.sent < 20
    assert Message.objects.waiting().filter(state="waiting", tries=0).count() == (
        20 - report.sent
    )


def test_an_error_of_ours_gives_the_batch_back(server, clock, monkeypatch):
    MessageFactory.create_batch(3)

    def broken(*_args):
        raise RuntimeError("a bug")

    monkeypatch.setattr(delivery.Postman, "_sent", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        delivery.deliver(clock=clock)

    assert Message.objects.filter(state="waiting", lease=None).count() == 3


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


def test_any_other_backend_takes_letters_too(settings, clock, mailoutbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    row = MessageFactory(recipient=JONAS)

    delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert [email.to for email in mailoutbox] == [["Pat Person <jonas@acme.example>"]]
    assert (row.state, row.last_words) == ("sent", "locmem")


def test_the_report_reads_as_one_line():
    report = delivery.Report(sent=3, failed=1, trouble="no route")

    assert str(report) == (
        "sent 3, failed 1, deferred 0, outlived 0, trouble: no route"
    )


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


def test_a_recipient_kept_elsewhere_is_accepted(server, clock):
    row = MessageFactory(recipient=JONAS)
    server.answer(JONAS, "251 2.1.5 not local, will forward")

    delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert row.state == "sent"
