"""The rows hold what must always be true, whoever writes them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from outbox.models import Lane, Message, message_id_for, sending_domain
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_one_letter_per_key_and_recipient():
    MessageFactory(key="renewal:1", recipient="jonas@acme.example")
    MessageFactory(key="renewal:1", recipient="lotte@acme.example")
    MessageFactory(key="renewal:2", recipient="jonas@acme.example")

    with pytest.raises(IntegrityError, match="once_per_key_and_recipient"):
        MessageFactory(key="renewal:1", recipient="jonas@acme.example")


def test_a_message_id_belongs_to_one_letter():
    row = MessageFactory()

    with pytest.raises(IntegrityError, match="message_id"):
        MessageFactory(message_id=row.message_id)


@pytest.mark.parametrize("facts", [{}, {"held": True}])
def test_an_undelivered_letter_has_a_next_try(facts):
    with pytest.raises(IntegrityError, match="due_while_undelivered"):
        MessageFactory(**facts, due_at=None)


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "sending"},
        {"state": "waiting", "lease": uuid4()},
        {"state": "sent", "due_at": None, "sent_at": AT, "lease": uuid4()},
    ],
)
def test_a_letter_is_held_while_it_is_being_sent_and_only_then(facts):
    with pytest.raises(IntegrityError, match="held_while_sending"):
        MessageFactory(**facts)


def test_a_sent_letter_says_when():
    with pytest.raises(IntegrityError, match="sent_at_some_time"):
        MessageFactory(state="sent", due_at=None)


def test_a_letter_knows_the_domain_it_goes_to():
    row = MessageFactory(recipient="Jonas.Weber@ACME.Example")
    row.refresh_from_db()

    assert row.domain == "acme.example"


@pytest.mark.parametrize("state", ["sent", "failed", "cancelled"])
def test_a_settled_letter_has_no_next_try(state):
    with pytest.raises(IntegrityError, match="due_while_undelivered"):
        MessageFactory(state=state, due_at=AT)


def test_due_are_those_whose_moment_has_come():
    now = MessageFactory(due_at=AT)
    MessageFactory(due_at=AT + timedelta(seconds=1))
    lapsed = MessageFactory(held=True, due_at=AT)
    MessageFactory(sent=True)

    assert set(Message.objects.due(AT)) == {now, lapsed}


def test_the_longest_due_letter_tells_how_late_we_are():
    MessageFactory(due_at=AT)
    oldest = MessageFactory(due_at=AT - timedelta(hours=3))

    assert Message.objects.due(AT).longest_due_first().first() == oldest


def test_outlived_are_waiting_letters_only():
    outlived = MessageFactory(expires_at=AT)
    MessageFactory(expires_at=AT + timedelta(seconds=1))
    MessageFactory(expires_at=None)
    MessageFactory(expires_at=AT, sent=True)
    MessageFactory(expires_at=AT, held=True)

    assert list(Message.objects.outlived(AT)) == [outlived]


def test_sent_and_failed_letters_are_told_apart():
    sent = MessageFactory(sent=True)
    failed = MessageFactory(failed=True)
    MessageFactory()

    assert list(Message.objects.sent()) == [sent]
    assert list(Message.objects.failed()) == [failed]


def test_a_letter_reads_as_recipient_and_subject():
    row = MessageFactory(recipient="jonas@acme.example", subject="x" * 80)

    assert str(row) == f"jonas@acme.example: {'x' * 59}…"


def test_a_log_line_reads_as_outcome_and_words():
    attempt = AttemptFactory(outcome="refused", words="no such person")

    assert str(attempt) == "Refused for good no such person"


def test_a_lane_without_trouble_is_open():
    assert not Lane(name="mail").is_closed(AT)
    assert str(Lane(name="mail")) == "mail"


def test_the_sending_domain_is_that_of_the_sender(settings):
    settings.DEFAULT_FROM_EMAIL = "Support <help@northwind.example>"

    assert sending_domain() == "northwind.example"
    assert message_id_for(MessageFactory().pk).endswith("@northwind.example>")


def test_claiming_uses_its_index():
    """Among many settled letters the due ones are found without reading the rest."""
    template = MessageFactory.build(sent=True)
    Message.objects.bulk_create(
        MessageFactory.build_batch(2000, sent=True, template=template.template)
    )
    MessageFactory.create_batch(3)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_message")

    plan = Message.objects.due(AT).most_urgent_first()[:100].explain()

    assert "outbox_message_claim" in plan or "outbox_message_due" in plan
    assert "Seq Scan" not in plan
