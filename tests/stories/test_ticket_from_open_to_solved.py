"""An incident is opened, answered, asked back, and solved by its reporter."""

import pytest
from django.urls import reverse

from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.contacts import TechnicalContactFactory
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def fleet(acme, bob):
    application = ApplicationFactory(company=acme, name="Fleet Planner", cloud=True)
    TechnicalContactFactory(application=application, user=bob)
    EnvironmentFactory(application=application, name="production")
    return application


@pytest.fixture
def form(fleet):
    return {
        "kind": "incident",
        "application": str(fleet.pk),
        "environment": str(fleet.environments.get().pk),
        "subject": "Route optimiser returns empty plans",
        "text": "Every plan comes back without a single stop.",
        "impact": "1",
        "urgency": "1",
    }


def test_ticket(sign_in, fleet, form, bob, stella, alice, charlie, subjects_to):
    browser, home = sign_in(bob), reverse("home")

    # Everyone and work has stopped: critical, so we want a call as well.
    browser.post(reverse("tickets:new"), form)
    ticket = Ticket.objects.get()
    assert (ticket.priority, ticket.opened_by) == (1, bob)
    assert len(subjects_to(bob)) == 1
    assert "Call us about" in browser.get(home).content.decode()

    # Support reads it in its queue, logs the call and asks back.
    desk = sign_in(stella)
    page = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    queue = desk.get(reverse("admin:tickets_ticket_changelist")).content.decode()
    assert "Route optimiser returns empty plans" in queue
    desk.post(page, {"do": "call"})
    asks = {"do": "answer", "answer-text": "Since when?", "answer-state": "pending"}
    desk.post(page, asks)
    ticket.refresh_from_db()
    assert ticket.called_at is not None
    assert (ticket.state, ticket.owner) == ("pending", stella)
    assert len(subjects_to(bob)) == 2

    # Now it waits for Bob, and the clock with it.
    overview = browser.get(home).content.decode()
    assert "Call us about" not in overview
    assert ">Answer<" in overview
    assert ticket.paused_at is not None

    # An internal note stays inside.
    note = {"answer-text": "Tile server 3.", "answer-is_internal": "note"}
    desk.post(page, {"do": "answer", **note})
    thread = browser.get(ticket.get_absolute_url()).content.decode()
    assert "Since when?" in thread
    assert "Tile server 3." not in thread
    assert len(subjects_to(bob)) == 2

    # Bob answers; the ticket is with support again. Then he says it is solved.
    browser.post(ticket.get_absolute_url(), {"text": "Since six."})
    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert ticket.paused_at is None
    browser.post(reverse("tickets:solve", args=[ticket.pk]))
    ticket.refresh_from_db()
    assert ticket.state == "solved"
    assert "<h1>Nothing needs you</h1>" in browser.get(home).content.decode()

    # The company's admin reads along; another company finds nothing.
    assert sign_in(alice).get(ticket.get_absolute_url()).status_code == 200
    assert sign_in(charlie).get(ticket.get_absolute_url()).status_code == 404
    assert subjects_to(charlie) == []
