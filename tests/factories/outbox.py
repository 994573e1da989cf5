"""Letters as tests need them: written, waiting, addressed to nobody in particular."""

from datetime import UTC, datetime
from uuid import uuid4

import factory

from outbox.models import Attempt, Message, message_id_for


class MessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Message

    class Params:
        sent = factory.Trait(
            state=Message.State.SENT,
            tries=1,
            due_at=None,
            sent_at=factory.SelfAttribute("created_at"),
        )
        failed = factory.Trait(
            state=Message.State.FAILED,
            tries=1,
            due_at=None,
            last_words="550 no such person",
        )
        bounced = factory.Trait(
            state=Message.State.BOUNCED,
            tries=1,
            due_at=None,
            sent_at=factory.SelfAttribute("created_at"),
            last_words="5.1.1 no such person",
        )
        held = factory.Trait(
            state=Message.State.SENDING, lease=factory.LazyFunction(uuid4)
        )
        cancelled = factory.Trait(state=Message.State.CANCELLED, due_at=None)

    id = factory.LazyFunction(uuid4)
    key = factory.Sequence(lambda n: f"notice:{n}")
    recipient = factory.Sequence(lambda n: f"person{n}@acme.example")
    recipient_name = "Pat Person"
    template = "tickets/emails/opened"
    subject = "Depot Control: two licenses end in 15 days"
    text = "Hello Pat,\n\nTwo licenses end.\n"
    html = "<!doctype html><p>Two licenses end.</p>"
    message_id = factory.LazyAttribute(lambda row: message_id_for(row.id))
    created_at = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    due_at = factory.SelfAttribute("created_at")


class AttemptFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attempt

    message = factory.SubFactory(MessageFactory)
    outcome = Attempt.Outcome.ACCEPTED
    code = 250
    words = "queued"
    at = factory.SelfAttribute("message.created_at")
