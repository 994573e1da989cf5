"""Pages of tickets: what they show, to whom, and what they refuse."""

import uuid

import pytest
from django.urls import reverse

from tests.tickets.conftest import after
from tickets import actions
from tickets.models import Ticket

LIST = reverse("tickets:list")
NEW = reverse("tickets:new")


@pytest.fixture
def as_bob(client, bob):
    client.force_login(bob)
    return client


def page(client, url, **data):
    response = client.get(url, data)
    assert response.status_code == 200
    return response.content.decode()


def filled_in(**changes):
    return {
        "kind": "incident",
        "application": "",
        "environment": "",
        "subject": "Route optimiser returns empty plans",
        "text": "Since 06:00 the plans are empty.",
        "impact": "1",
        "urgency": "1",
        "form_token": str(uuid.uuid4()),
    } | changes


def test_the_list_shows_open_tickets_with_their_clock(as_bob, ticket):
    html = page(as_bob, LIST)

    assert "Route optimiser returns empty plans" in html
    assert f"#{ticket.pk}, incident" in html
    assert 'class="clock' in html


def test_the_list_does_not_show_solved_tickets_under_open(as_bob, ticket, stella):
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    assert ticket.subject not in page(as_bob, LIST)
    assert ticket.subject in page(as_bob, LIST, state="solved")
    assert ticket.subject in page(as_bob, LIST, state="all")
    assert ticket.subject not in page(as_bob, LIST, state="waiting")


def test_the_page_of_a_ticket(as_bob, ticket):
    html = page(as_bob, ticket.get_absolute_url())

    assert "Since 06:00 the plans are empty." in html
    assert "many are affected and work has stopped" in html
    assert "First response" in html


def test_a_new_ticket(as_bob, fleet):
    page(as_bob, NEW)

    response = as_bob.post(NEW, filled_in(application=fleet.pk), follow=True)

    ticket = Ticket.objects.get()
    assert response.redirect_chain[-1][0] == ticket.get_absolute_url()
    assert ticket.company == fleet.company
    assert ticket.priority == 1
    assert "call us as well" in response.content.decode().lower()


def test_the_tab_of_an_app(as_bob, ticket, fleet):
    html = page(as_bob, reverse("tickets:for_application", args=[fleet.pk]))

    assert ticket.subject in html
