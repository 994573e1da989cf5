"""`manage.py deliver` says what it did, and what is in the way."""

import pytest
from django.core.management import CommandError, call_command

from outbox.models import Lane, Message
from tests.factories.outbox import MessageFactory
from tests.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings):
    with SmtpServer() as running:
        for name, value in running.settings().items():
            setattr(settings, name, value)
        yield running


def test_deliver_prints_sent_failed_and_waiting(server, capsys):
    MessageFactory.create_batch(2)
    MessageFactory(recipient="gone@acme.example")
    MessageFactory(recipient="busy@acme.example")
    server.answer("gone@acme.example", "550 no such person")
    server.answer("busy@acme.example", "450 later")

    call_command("deliver")

    assert capsys.readouterr().out == "sent 2, failed 1, waiting 1\n"


def test_deliver_names_the_trouble_and_fails(server, capsys):
    MessageFactory()
    server.refuse_everybody("451 4.3.0 shutting down")

    with pytest.raises(CommandError, match="in trouble: 4.3.0 shutting down"):
        call_command("deliver")

    assert capsys.readouterr().out == "sent 0, failed 0, waiting 1\n"


def test_deliver_by_hand_tries_a_closed_lane_at_once(server, capsys):
    MessageFactory()
    server.refuse_everybody("451 4.3.0 shutting down")
    with pytest.raises(CommandError):
        call_command("deliver")
    server.behave()

    call_command("deliver")

    assert Message.objects.sent().count() == 1
    assert Lane.objects.get().troubles == 0
