"""From one ticket of the desk to the next, and to all that stands beside it."""

import pytest
from django.urls import reverse

from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.licenses import LicenseFactory
from tests.factories.tickets import TicketFactory
from tests.tickets.conftest import after
from tickets.models import Ticket

QUEUE = reverse("admin:tickets_ticket_changelist")
State = Ticket.State


def desk_page(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


@pytest.fixture
def as_stella(client, stella):
    client.force_login(stella)
    return client


# From one ticket to the next


def next_of(ticket):
    return reverse("admin:tickets_ticket_next", args=[ticket.pk])


@pytest.fixture
def line(stella, willem):
    """Three that wait for Stella in this order; others that do not."""
    first, second, third = (
        TicketFactory(due_at=after(hours=hours), owner=owner)
        for hours, owner in ((1, None), (2, stella), (3, None))
    )
    TicketFactory(due_at=after(minutes=5), owner=willem)
    TicketFactory(pending=True)
    TicketFactory(solved=True)
    return first, second, third


def test_the_next_ticket_waits_for_me_or_for_nobody(as_stella, line):
    first, second, third = line

    ways = [as_stella.get(next_of(ticket)).url for ticket in line]

    assert ways == [desk_page(second), desk_page(third), desk_page(first)]


def test_after_one_that_is_done_comes_the_head_of_the_queue(as_stella, line):
    first, _second, _third = line
    done = TicketFactory(pending=True)

    assert as_stella.get(next_of(done)).url == desk_page(first)


def test_an_answer_can_lead_to_the_next_ticket(as_stella, line):
    first, second, _third = line
    address = f"{desk_page(first)}?then=next"
    facts = {"answer-text": "Restart the service.", "answer-state": "solved"}

    answer = as_stella.post(address, {"do": "answer"} | facts, follow=True)

    assert answer.redirect_chain[-1][0] == desk_page(second)
    first.refresh_from_db()
    assert first.state == State.SOLVED


def test_a_refused_answer_stays_where_it_was_typed(as_stella, line):
    address = f"{desk_page(line[0])}?then=next"

    answer = as_stella.post(address, {"do": "answer"})

    assert "Write an answer or a note." in answer.content.decode()


def test_when_nothing_waits_the_desk_says_so(as_stella):
    only = TicketFactory()

    answer = as_stella.get(next_of(only), follow=True)

    assert answer.redirect_chain[-1][0] == QUEUE
    assert "Nothing else waits for you." in answer.content.decode()


def test_the_tabs_narrow_the_queue_and_show_where_one_is(as_stella):
    html = as_stella.get(QUEUE, {"owner": "me"}).content.decode()

    assert '<a href="?owner=me" aria-current="page">Mine</a>' in html
    assert html.count('aria-current="page">') == 1
    assert '<a href="?state=pending">Waiting for the customer</a>' in html


# What stands beside a ticket


def test_the_page_leads_to_all_that_the_ticket_is_about(as_stella, acme, bob):
    app = ApplicationFactory(company=acme, name="Depot Control")
    license = LicenseFactory(environment=EnvironmentFactory(application=app))
    elsewhere = LicenseFactory(environment=EnvironmentFactory(application=app))
    contact = TechnicalContactFactory(application=app)
    about = {"application": app, "opened_by": bob}
    ticket = TicketFactory(environment=license.environment, **about)
    other, solved = TicketFactory(**about), TicketFactory(solved=True, **about)

    html = as_stella.get(desk_page(ticket)).content.decode()

    for row in (acme, app, license.environment, license, bob, contact.user, other):
        name = f"{row._meta.app_label}_{row._meta.model_name}"
        assert reverse(f"admin:{name}_change", args=[row.pk]) in html
    for row in (elsewhere, solved):
        assert str(row) not in html


def test_a_general_matter_shows_what_the_company_has_open(as_stella, acme, bob):
    general = {"general": True, "opened_by": bob}
    ticket, other = TicketFactory(**general), TicketFactory(**general)

    html = as_stella.get(desk_page(ticket)).content.decode()

    assert "Also open for this company" in html
    assert desk_page(other) in html
