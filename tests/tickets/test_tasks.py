"""The sweeps of the beat, called as functions."""

from tests.tickets.conftest import after
from tickets import actions, tasks
from tickets.models import Ticket


def test_the_hourly_sweep_closes_what_is_old(ticket, stella):
    """Solved in 2026 and far behind whenever this runs."""
    actions.solve(ticket=ticket, by=stella, at=after(days=-4000))

    tasks.end_silent_tickets()

    ticket.refresh_from_db()
    assert ticket.is_closed


def test_the_hourly_sweep_winds_the_clocks(ticket):
    Ticket.objects.update(due_at=None)

    tasks.rewind_clocks()

    due_at = ticket.due_at
    ticket.refresh_from_db()
    assert ticket.due_at == due_at
