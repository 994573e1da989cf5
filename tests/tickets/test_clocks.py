"""From the rows of a ticket to its clocks [E29]."""

from datetime import UTC, date, datetime, time

import pytest

from companies.models import Company
from licenses.models import License
from tests.factories.companies import ServiceLevelFactory
from tests.factories.tickets import HolidayFactory, ServiceTargetFactory
from tests.tickets.conftest import TUESDAY, after
from tickets import actions, clocks
from tickets.models import Ticket
from tickets.models.ticket import END_OF_TIME


def amsterdam(day, hour, minute=0):
    """In November 2026, when Amsterdam is an hour ahead of UTC."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def test_both_promises_run_in_office_hours_from_the_opening(ticket):
    """High: answer in 2 h, solve in 16 h, Tuesday 10:00 to Thursday 10:00."""
    assert (ticket.response_minutes, ticket.resolution_minutes) == (120, 960)
    assert ticket.response_due_at == amsterdam(24, 12)
    assert ticket.resolution_due_at == amsterdam(26, 10)
    assert ticket.due_at == amsterdam(24, 12)


def test_critical_tickets_are_worked_on_around_the_clock(open_ticket):
    ticket = open_ticket(impact=1, urgency=1, at=amsterdam(28, 22))  # a Saturday

    assert ticket.around_the_clock
    assert ticket.response_due_at == amsterdam(28, 22, 30)
    assert ticket.resolution_due_at == amsterdam(29, 6)


def test_after_the_answer_the_solution_is_due_next(ticket, stella):
    actions.answer(ticket=ticket, by=stella, text="We look.", at=after(minutes=14))

    assert ticket.due_at == ticket.resolution_due_at == amsterdam(26, 10)


def test_where_no_solution_is_promised_nothing_is_due_after_the_answer(
    open_ticket, stella
):
    ticket = open_ticket(impact=3, urgency=3)

    actions.answer(ticket=ticket, by=stella, text="We look.", at=after(minutes=14))

    assert ticket.due_at is None
    assert ticket.queue_at is not None


def test_a_note_does_not_keep_the_promise_of_a_response(ticket, stella):
    actions.note(ticket=ticket, by=stella, text="Odd.", at=after(minutes=14))

    ticket.refresh_from_db()
    assert ticket.due_at == ticket.response_due_at


def test_the_clock_pauses_while_we_wait_and_goes_on_afterwards(ticket, stella, bob):
    """E29: an hour used, waiting from 11:00 to 15:00, fifteen hours left."""
    actions.ask_customer(ticket=ticket, by=stella, text="Which?", at=after(hours=1))
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.paused_at) == (None, after(hours=1))
    assert ticket.queue_at == END_OF_TIME

    actions.reply(ticket=ticket, by=bob, text="That.", at=after(hours=5))

    ticket.refresh_from_db()
    assert ticket.paused_at is None
    assert ticket.due_at == ticket.queue_at == amsterdam(26, 14)


def test_waiting_over_the_weekend_costs_nothing(open_ticket, stella, bob):
    ticket = open_ticket(at=amsterdam(27, 16))  # a Friday
    actions.ask_customer(ticket=ticket, by=stella, text="?", at=amsterdam(27, 17))

    actions.reply(ticket=ticket, by=bob, text="!", at=amsterdam(30, 9))

    assert ticket.due_at == amsterdam(30, 9).replace(day=1, month=12, hour=15)


def test_the_clock_runs_on_with_engineering(ticket, stella):
    actions.answer(ticket=ticket, by=stella, text="Odd.", at=after(minutes=5))

    actions.put_on_hold(ticket=ticket, by=stella, at=after(hours=1))

    assert ticket.paused_at is None
    assert ticket.due_at == amsterdam(26, 10)


def test_holidays_and_half_days_do_not_count(fleet, open_ticket):
    HolidayFactory(day=date(2026, 11, 25))
    HolidayFactory(day=date(2026, 11, 26), opens_at=time(9), closes_at=time(12))

    ticket = open_ticket()

    # Tue 10-17 is 7 h, Wed none, Thu 3 h, Fri the last 6 h.
    assert ticket.resolution_due_at == amsterdam(27, 15)


def test_another_priority_keeps_the_time_used(ticket, stella):
    """E29: P2 to P3 after 3 h: 40 h from the start, not from now."""
    actions.judge_priority(
        ticket=ticket, by=stella, impact=2, urgency=2, at=after(hours=3)
    )

    assert ticket.resolution_minutes == 2400
    # 7 h on Tuesday, 8 h a day from Wednesday to Friday and on Monday, 1 h more.
    assert ticket.resolution_due_at == datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def test_a_priority_raised_late_may_be_over_at_once(ticket, stella):
    actions.answer(ticket=ticket, by=stella, text="Odd.", at=after(minutes=5))

    actions.judge_priority(
        ticket=ticket, by=stella, impact=1, urgency=1, at=after(hours=10)
    )

    assert ticket.due_at == after(hours=8)
    assert list(Ticket.objects.overdue(after(hours=10))) == [ticket]


def test_another_service_level_midway_replaces_the_target(ticket, acme):
    """E29: 4 h for high at the new level; one of them is used already."""
    level = ServiceLevelFactory(name="Platinum")
    ServiceTargetFactory(
        service_level=level, priority=2, response_minutes=60, resolution_minutes=240
    )
    Company.objects.filter(pk=acme.pk).update(service_level=level)

    assert actions.rewind_clocks() == 1

    ticket.refresh_from_db()
    assert ticket.response_due_at == amsterdam(24, 11)
    assert ticket.resolution_due_at == amsterdam(24, 14)


def test_a_holiday_found_out_late_moves_what_is_due(ticket):
    HolidayFactory(day=date(2026, 11, 25))

    assert actions.rewind_clocks() == 1

    ticket.refresh_from_db()
    assert ticket.resolution_due_at == amsterdam(27, 10)


def test_clocks_that_are_right_are_left_alone(ticket):
    assert actions.rewind_clocks() == 0


def test_a_solved_ticket_keeps_the_promise_it_was_measured_by(ticket, stella, acme):
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))
    HolidayFactory(day=date(2026, 11, 25))

    assert actions.rewind_clocks() == 0


def test_an_unlicensed_customer_has_no_clock(open_ticket):
    """TI-09, E29"""
    License.objects.all().delete()

    ticket = open_ticket()

    assert ticket.response_minutes is None
    assert ticket.due_at is None


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "licensed"),
    [
        (date(2026, 1, 1), date(2026, 11, 24), True),
        (date(2026, 1, 1), date(2026, 11, 23), False),
        (date(2026, 11, 24), date(2027, 11, 24), True),
        (date(2026, 11, 25), date(2027, 11, 24), False),
    ],
)
def test_licensed_is_who_has_a_contract_on_the_day(
    fleet, open_ticket, starts_on, ends_on, licensed
):
    License.objects.update(starts_on=starts_on, ends_on=ends_on)

    assert (open_ticket().due_at is not None) is licensed


def test_the_promise_stays_when_the_license_ends_meanwhile(ticket, stella):
    License.objects.update(ends_on=date(2026, 11, 24))

    actions.answer(ticket=ticket, by=stella, text="Late.", at=after(days=7))

    assert ticket.resolution_minutes == 960


def test_the_license_of_an_offboarded_app_counts_no_more(fleet, open_ticket):
    fleet.environments.update(offboarded_at=TUESDAY)

    assert open_ticket().due_at is None


def test_a_customer_without_a_service_level_has_no_clock(open_ticket, acme):
    acme.service_level = None
    acme.save()

    assert open_ticket().due_at is None


def test_solving_stops_the_clock_and_keeps_what_it_is_measured_by(ticket, stella):
    actions.answer(ticket=ticket, by=stella, text="Odd.", at=after(minutes=5))

    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    assert ticket.due_at is None
    assert ticket.resolution_due_at == amsterdam(26, 10)


def test_solved_while_waiting_is_in_time_if_time_was_left(ticket, stella):
    """The wait of two days is not held against support."""
    actions.ask_customer(ticket=ticket, by=stella, text="?", at=after(hours=1))

    actions.solve(ticket=ticket, by=stella, at=after(days=6))

    assert ticket.solved_at < ticket.resolution_due_at


def test_a_reopened_ticket_goes_on_where_it_stood(ticket, stella, bob):
    """Rule 9 of the semantics: reopening continues, it does not restart."""
    actions.solve(ticket=ticket, by=stella, at=after(hours=3))

    actions.reply(ticket=ticket, by=bob, text="No.", at=after(days=1))

    # Three hours used on Tuesday; thirteen left from Wednesday 10:00.
    assert ticket.resolution_due_at == amsterdam(26, 15)


def test_the_page_computes_what_the_row_says(ticket, stella, bob):
    actions.ask_customer(ticket=ticket, by=stella, text="?", at=after(hours=1))
    actions.reply(ticket=ticket, by=bob, text="!", at=after(hours=5))

    watch = clocks.read(ticket, ticket.events.moves(), clocks.business_hours())

    assert watch.resolution.due == ticket.resolution_due_at
    assert watch.response.due == ticket.response_due_at
    assert watch.paused_at is None
