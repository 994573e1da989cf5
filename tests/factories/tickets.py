import factory

from tests.factories.apps import ApplicationFactory
from tests.factories.companies import UserFactory
from tickets.models import Priority, Ticket, TicketMessage


class TicketFactory(factory.django.DjangoModelFactory):
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


class TicketMessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TicketMessage

    ticket = factory.SubFactory(TicketFactory)
    author = factory.SelfAttribute("ticket.opened_by")
    text = "It does not work."
