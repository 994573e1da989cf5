"""The figures beside the tabs of the list."""

import pytest

from tests.factories.tickets import TicketFactory
from tickets.models import Ticket
from tickets.rows import counts

pytestmark = pytest.mark.django_db
State = Ticket.State


def test_tabs_are_counted_in_one_query(fleet, alice, django_assert_num_queries):
    for state in (State.NEW, State.PENDING, State.CLOSED):
        TicketFactory(application=fleet, state=state)
    TicketFactory()

    with django_assert_num_queries(1):
        found = counts(alice)

    assert found == {"open": 2, "waiting": 1, "solved": 1, "all": 3}


def test_staff_count_everybodys(fleet, stella):
    TicketFactory(application=fleet, state=State.NEW)
    TicketFactory(state=State.NEW)

    assert counts(stella)["open"] == 2


def test_without_any_ticket_every_tab_counts_none(alice):
    assert set(counts(alice).values()) == {0}
