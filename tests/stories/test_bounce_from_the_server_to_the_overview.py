"""A mail to a contact comes back: from the mail server's report to who can mend it."""

import io
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from contacts import actions, tasks
from contacts.models import TechnicalContact
from outbox import delivery
from outbox.management.commands import receive_bounce
from outbox.models import Message
from tests import dsn
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings):
    """A real one: it takes every letter, and reports later what became of it."""
    settings.BOUNCE_ADDRESS = "bounces@steward.example"
    with SmtpServer() as running:
        for name, value in running.settings().items():
            setattr(settings, name, value)
        yield running


def comes_back(monkeypatch, arrival):
    """The report goes to the envelope's sender, and through the pipe."""
    pipe = SimpleNamespace(buffer=io.BytesIO(dsn.report(arrival.sender)))
    monkeypatch.setattr(receive_bounce.sys, "stdin", pipe)
    call_command("receive_bounce")


def overview(client, person):
    client.force_login(person)
    return client.get(reverse("home")).content.decode()


def test_a_bounced_contact_mail_raises_the_app_on_the_overview(
    server, monkeypatch, client, acme, alice, bob, dora
):
    depot = ApplicationFactory(company=acme, name="Depot Control")
    contact = TechnicalContactFactory(application=depot, user=bob)
    MembershipFactory(application=depot, user=dora)
    actions.ask_again(contact=contact, by=alice, at=timezone.now())
    delivery.deliver(clock=timezone.now)
    assert "comes back" not in overview(client, alice)

    [arrival] = server.arrivals
    assert arrival.recipient == bob.email
    comes_back(monkeypatch, arrival)

    assert Message.objects.get().state == "bounced"
    page = overview(client, alice)
    assert "Depot Control: mail to Bob Weber comes back" in page
    assert "no such person" in page

    # The company's admin hears of it by mail as well, once.
    tasks.keep_reachable()
    tasks.keep_reachable()
    delivery.deliver(clock=timezone.now)
    assert server.recipients() == [bob.email, alice.email]

    # She appoints another, and nothing is raised any more.
    client.post(
        reverse("contacts:replace", args=[contact.pk]),
        {"member": depot.memberships.get(user=dora).pk, "reason": "Mail comes back"},
    )
    assert TechnicalContact.objects.get(application=depot).user == dora
    assert "comes back" not in overview(client, alice)
