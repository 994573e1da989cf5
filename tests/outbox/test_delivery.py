"""The postman against a real SMTP server that behaves: what becomes of each letter."""

from datetime import timedelta

import pytest

from outbox import claims, delivery
from outbox.models import Attachment, Attempt, Message
from tests.factories.outbox import MessageFactory
from tests.outbox.clocks import AT

JONAS = "jonas@acme.example"
LOTTE = "lotte@acme.example"

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_the_log_says_which_server_was_asked_and_how_long_it_took(
    server, clock, settings
):
    row = MessageFactory(recipient=JONAS)

    delivery.deliver(clock=clock)

    [attempt] = row.attempts.all()
    assert attempt.server == f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    assert timedelta(0) < attempt.took < timedelta(seconds=20)


def test_a_server_with_a_very_long_name_is_cut_in_the_log(server, clock, settings):
    parts = ["0" * 30 + "177", "0" * 33, "0" * 33, "0" * 32 + "1"]
    settings.EMAIL_HOST = ".".join(parts)  # 127.0.0.1, in octal
    row = MessageFactory(recipient=JONAS)

    delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert len(Attempt.objects.get().server) == 120


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
    MessageFactory.create_batch(claims.BATCH + 20)

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


def test_a_letter_that_loses_its_meaning_in_the_batch_is_not_sent(server, clock):
    server.after_each(lambda: clock.forward(seconds=5))
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


def test_nothing_is_due_when_everything_was_sent_or_waits_its_turn(server, clock):
    MessageFactory(sent=True)
    MessageFactory(due_at=AT + timedelta(minutes=1))

    assert delivery.oldest_due(AT) is None


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


def test_a_recipient_kept_elsewhere_is_accepted(server, clock):
    row = MessageFactory(recipient=JONAS)
    server.answer(JONAS, "251 2.1.5 not local, will forward")

    delivery.deliver(clock=clock)

    row.refresh_from_db()
    assert row.state == "sent"
