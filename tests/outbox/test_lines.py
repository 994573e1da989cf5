"""What is said on one line, to servers that take several words at once or only one."""

import pytest

from outbox import delivery
from outbox.models import Message
from tests.factories.outbox import MessageFactory

JONAS = "jonas@acme.example"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["several at once", "one at a time"])
def either(request, server):
    if request.param == "one at a time":
        server.take_one_at_a_time()
    return server


def test_letters_arrive_at_their_recipients(either, clock):
    rows = MessageFactory.create_batch(3)

    assert delivery.deliver(clock=clock).sent == 3
    assert either.recipients() == [row.recipient for row in rows]
    assert either.connections == 1


@pytest.mark.parametrize(
    ("words", "state"),
    [("550 5.1.1 no such person", "failed"), ("450 4.2.1 later", "waiting")],
)
def test_a_refused_recipient_leaves_the_line_clean(either, clock, words, state):
    refused = MessageFactory(recipient=JONAS, priority=Message.Priority.URGENT)
    MessageFactory.create_batch(2)
    either.answer(JONAS, words)

    assert delivery.deliver(clock=clock).sent == 2
    refused.refresh_from_db()
    assert (refused.state, refused.last_words) == (state, words[4:])
    assert either.connections == 1


def test_a_refused_sender_is_trouble_of_the_lane(either, clock):
    MessageFactory.create_batch(2)
    either.refuse_everybody("550 5.7.1 who are you")

    report = delivery.deliver(clock=clock)

    assert report.trouble == "5.7.1 who are you"
    assert Message.objects.filter(state="waiting", tries=0).count() == 2


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
def test_a_line_that_breaks_is_opened_again(either, clock, moment):
    MessageFactory(recipient=JONAS, priority=Message.Priority.URGENT)
    MessageFactory.create_batch(2)
    either.drop(JONAS, at=moment)

    report = delivery.deliver(clock=clock)

    assert (report.sent, report.deferred, report.trouble) == (2, 1, "")


def test_a_server_that_has_left_meanwhile_is_called_again(either, clock):
    either.throttle(2)
    MessageFactory.create_batch(5)

    assert delivery.deliver(clock=clock).sent == 5
    assert max(either.copies().values()) == 1
