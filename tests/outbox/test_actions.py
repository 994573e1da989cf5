"""What a person may do to a letter: send it again, try it now, cancel it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from outbox import actions
from outbox.models import Lane, Message
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", ["failed", "cancelled", "sent"])
def test_a_settled_letter_is_put_in_line_again(
    stella, state, nudges, django_capture_on_commit_callbacks
):
    row = MessageFactory(**{state: True})
    identity = row.message_id

    with django_capture_on_commit_callbacks(execute=True):
        actions.send_again(row, by=stella, at=AT)

    row.refresh_from_db()
    assert (row.state, row.due_at, row.tries) == ("waiting", AT, 0)
    assert (row.sent_at, row.message_id) == (None, identity)
    assert len(nudges) == 1


def test_the_delivery_log_keeps_what_was_and_names_who_asked(stella):
    row = MessageFactory(failed=True)
    AttemptFactory(message=row, outcome="refused", code=550, words="no such person")

    actions.send_again(row, by=stella, at=AT)

    assert [(a.outcome, a.words) for a in row.attempts.all()] == [
        ("refused", "no such person"),
        ("requeued", str(stella)),
    ]


def test_a_waiting_letter_is_not_hurried(stella):
    row = MessageFactory(due_at=AT + timedelta(hours=2))

    with pytest.raises(ValidationError, match="waits to be sent already"):
        actions.send_again(row, by=stella, at=AT)

    assert Message.objects.get().due_at == AT + timedelta(hours=2)


def test_a_letter_that_lost_its_meaning_stays_unsent(stella):
    row = MessageFactory(cancelled=True, expires_at=AT)

    with pytest.raises(ValidationError, match="no longer true"):
        actions.send_again(row, by=stella, at=AT)

    assert not Message.objects.waiting().exists()


# Try now


def test_a_letter_that_waits_for_a_later_try_is_tried_at_once(
    stella, nudges, django_capture_on_commit_callbacks
):
    row = MessageFactory(due_at=AT + timedelta(hours=2), tries=3)

    with django_capture_on_commit_callbacks(execute=True):
        actions.try_now(row, by=stella, at=AT)

    row.refresh_from_db()
    assert (row.state, row.due_at, row.tries) == ("waiting", AT, 3)
    assert [(one.outcome, one.words) for one in row.attempts.all()] == [
        ("requeued", str(stella))
    ]
    assert len(nudges) == 1


def test_a_letter_that_is_due_keeps_its_place_in_line(stella):
    row = MessageFactory(due_at=AT - timedelta(hours=2))

    actions.try_now(row, by=stella, at=AT)

    row.refresh_from_db()
    assert row.due_at == AT - timedelta(hours=2)


def test_trying_a_letter_tries_the_way_to_the_server(stella):
    Lane.objects.create(name="mail", troubles=4, closed_until=AT + timedelta(minutes=5))

    actions.try_now(MessageFactory(), by=stella, at=AT)

    assert not Lane.objects.get().is_closed(AT)
    assert Lane.objects.get().troubles == 4


@pytest.mark.parametrize("state", ["failed", "bounced", "cancelled", "sent"])
def test_a_settled_letter_is_tried_again(stella, state):
    row = MessageFactory(**{state: True})

    actions.try_now(row, by=stella, at=AT)

    row.refresh_from_db()
    assert (row.state, row.due_at, row.tries) == ("waiting", AT, 0)


@pytest.mark.parametrize("verb", [actions.try_now, actions.cancel])
def test_a_letter_in_a_workers_hand_is_left_to_it(stella, verb):
    row = MessageFactory(held=True)

    with pytest.raises(ValidationError, match="has this letter in hand"):
        verb(row, by=stella, at=AT)

    assert not row.attempts.exists()


# Cancel


def test_a_waiting_letter_is_cancelled_and_says_by_whom(stella):
    row = MessageFactory(due_at=AT)

    actions.cancel(row, by=stella, at=AT)

    row.refresh_from_db()
    assert (row.state, row.due_at) == ("cancelled", None)
    assert [(one.outcome, one.words, one.at) for one in row.attempts.all()] == [
        ("withdrawn", str(stella), AT)
    ]


@pytest.mark.parametrize("state", ["failed", "bounced", "cancelled", "sent"])
def test_a_settled_letter_cannot_be_cancelled(stella, state):
    row = MessageFactory(**{state: True})

    with pytest.raises(ValidationError, match="waits no longer"):
        actions.cancel(row, by=stella, at=AT)
