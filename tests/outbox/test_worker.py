"""From a committed event to an arrived mail, by a real worker and a real broker."""

import pytest
from celery import current_app
from django.conf import settings
from django.db import transaction

from outbox.models import Message
from outbox.posting import post
from tests.outbox.processes import running, wait_for
from tests.smtp import SmtpServer

WORKER = ("-m", "celery", "-A", "portal", "worker", "-P", "solo", "-l", "warning")


@pytest.mark.django_db(transaction=True)
def test_a_commit_hurries_a_worker_and_the_mail_arrives(letter):
    with current_app.connection_for_write(settings.REDIS_URL) as connection:
        connection.default_channel.queue_purge("celery")

    with SmtpServer() as server, running(server, *WORKER):
        with transaction.atomic():
            row = post(**letter())
        wait_for(lambda: server.arrivals)
        wait_for(lambda: Message.objects.sent().exists())

    [arrival] = server.arrivals
    assert arrival.recipient == "jonas@acme.example"
    assert arrival.message_id == row.message_id
    assert "Hello Jonas" in arrival.message.get_body(("plain",)).get_content()
    assert arrival.message.get_body(("html",)) is not None
