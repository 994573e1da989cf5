"""Send again: the same letter, in line once more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from outbox import actions
from outbox.models import Message
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
