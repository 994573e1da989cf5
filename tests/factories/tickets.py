from datetime import timedelta

import factory
from django.utils import timezone

from tests.factories.apps import ApplicationFactory
from tests.factories.companies import ServiceLevelFactory, UserFactory
from tickets.models import (
    Attachment,
    Holiday,
    Priority,
    ReadyAnswer,
    ServiceTarget,
    Ticket,
    TicketEvent,
    TicketMessage,
)


class ServiceTargetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ServiceTarget

    service_level = factory.SubFactory(ServiceLevelFactory)
    priority = Priority.LOW
    response_minutes = 240
    resolution_minutes = 960


class HolidayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Holiday

    day = factory.Sequence(lambda n: timezone.now().date() + timedelta(days=n))
    name = factory.Sequence(lambda n: f"Holiday {n}")


class ReadyAnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReadyAnswer

    name = factory.Sequence(lambda n: f"Ready answer {n}")
    text = "Please send the log file of that hour."


class TicketFactory(factory.django.DjangoModelFactory):
    """An incident that a few people can wait with, just opened, nothing promised."""

    class Meta:
        model = Ticket

    application = factory.SubFactory(ApplicationFactory)
    company = factory.SelfAttribute("application.company")
    kind = Ticket.Kind.INCIDENT
    subject = factory.Sequence(lambda n: f"Something is wrong {n}")
    search_text = factory.LazyAttribute(lambda o: o.subject.casefold())
    impact = Ticket.Impact.A_FEW
    urgency = Ticket.Urgency.CAN_WAIT
    priority = Priority.LOW
    opened_by = factory.SubFactory(UserFactory)
    last_message_by = factory.SelfAttribute("opened_by")

    class Params:
        critical = factory.Trait(
            impact=Ticket.Impact.EVERYONE,
            urgency=Ticket.Urgency.STOPPED,
            priority=Priority.CRITICAL,
        )
        pending = factory.Trait(state=Ticket.State.PENDING)
        solved = factory.Trait(
            state=Ticket.State.SOLVED, solved_at=factory.LazyFunction(timezone.now)
        )
        closed = factory.Trait(
            state=Ticket.State.CLOSED, solved_at=factory.LazyFunction(timezone.now)
        )
        general = factory.Trait(
            application=None, company=factory.SelfAttribute("opened_by.company")
        )


class TicketMessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TicketMessage

    ticket = factory.SubFactory(TicketFactory)
    author = factory.SelfAttribute("ticket.opened_by")
    text = "It does not work."

    class Params:
        internal = factory.Trait(
            is_internal=True, author=factory.SubFactory(UserFactory, staff=True)
        )


class TicketEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TicketEvent

    ticket = factory.SubFactory(TicketFactory)
    kind = TicketEvent.Kind.OPENED
    by = factory.SelfAttribute("ticket.opened_by")
    new = factory.LazyAttribute(lambda o: str(o.ticket.priority))


class AttachmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attachment

    message = factory.SubFactory(TicketMessageFactory)
    name = "optimiser.log"
    file = factory.django.FileField(data=b"06:00 empty plan", filename="optimiser.log")
    size = 16
