"""Which rows somebody sees, finds and counts; what the database refuses."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.tickets import (
    AttachmentFactory,
    HolidayFactory,
    ServiceTargetFactory,
    TicketEventFactory,
    TicketFactory,
    TicketMessageFactory,
)
from tests.tickets.conftest import TUESDAY, after
from tickets.models import Attachment, Priority, Ticket, TicketEvent, TicketMessage

State = Ticket.State


@pytest.fixture
def tickets(fleet, depot, charlie, bob, globex):
    """One of each app of Acme, a general one of Bob's, and one of Globex."""
    elsewhere = ApplicationFactory(company=globex)
    return {
        "fleet": TicketFactory(application=fleet, opened_by=bob),
        "depot": TicketFactory(application=depot, opened_by=bob),
        "general": TicketFactory(general=True, opened_by=bob),
        "globex": TicketFactory(application=elsewhere, opened_by=charlie),
    }


def seen(user, tickets, model=Ticket):
    rows = set(model.objects.visible_to(user))
    return {name for name, row in tickets.items() if row in rows}


def test_a_company_admin_sees_the_tickets_of_the_company(tickets, alice):
    assert seen(alice, tickets) == {"fleet", "depot", "general"}


def test_a_member_sees_the_tickets_of_their_apps_and_their_own_general_ones(
    tickets, bob
):
    assert seen(bob, tickets) == {"fleet", "depot", "general"}


def test_somebody_of_another_company_on_the_team_sees_that_app_only(tickets, dora):
    """E32"""
    assert seen(dora, tickets) == {"fleet"}


def test_an_admin_of_another_company_sees_nothing_of_it(tickets, charlie):
    """E25"""
    assert seen(charlie, tickets) == {"globex"}


def test_support_sees_everything(tickets, stella):
    assert seen(stella, tickets) == set(tickets)


def test_nobody_and_the_deactivated_see_nothing(tickets, bob):
    bob.is_active = False

    assert seen(AnonymousUser(), tickets) == set()
    assert seen(bob, tickets) == set()


def test_parts_of_a_ticket_are_seen_by_who_sees_the_ticket(tickets, dora, charlie):
    """E25, E32"""
    message = TicketMessageFactory(ticket=tickets["fleet"])
    other = TicketMessageFactory(ticket=tickets["depot"])
    event = TicketEventFactory(ticket=tickets["fleet"])
    file = AttachmentFactory(message=message)
    AttachmentFactory(message=other)

    assert list(TicketMessage.objects.visible_to(dora)) == [message]
    assert list(TicketEvent.objects.visible_to(dora)) == [event]
    assert list(Attachment.objects.visible_to(dora)) == [file]
    assert not TicketMessage.objects.visible_to(charlie)
    assert not Attachment.objects.visible_to(charlie)


def test_the_asker_of_a_general_ticket_sees_its_files(tickets, bob, dora):
    message = TicketMessageFactory(ticket=tickets["general"])
    file = AttachmentFactory(message=message)

    assert list(Attachment.objects.visible_to(bob)) == [file]
    assert not Attachment.objects.visible_to(dora)


def test_internal_notes_and_their_files_are_for_support(tickets, bob, alice, stella):
    """E30"""
    note = TicketMessageFactory(ticket=tickets["fleet"], internal=True)
    file = AttachmentFactory(message=note)

    for customer in (bob, alice):
        assert not TicketMessage.objects.visible_to(customer)
        assert not Attachment.objects.visible_to(customer)
    assert list(TicketMessage.objects.visible_to(stella)) == [note]
    assert list(Attachment.objects.visible_to(stella)) == [file]


@pytest.mark.parametrize(
    "words",
    [
        "optimiser",
        "ROUTE empty",
        "bob",
        "fleet weber",
        "{number}",
        "#{number}",
        " #{number} ",
    ],
)
def test_a_ticket_is_found_by_number_words_app_and_person(ticket, words):
    TicketFactory()

    found = Ticket.objects.matching(words.format(number=ticket.pk))

    assert list(found) == [ticket]


@pytest.mark.parametrize("words", ["optimiser billing", "#1", "%", "9" * 30])
def test_what_is_not_there_is_not_found(ticket, words):
    assert not Ticket.objects.matching(words)


def test_case_is_folded_beyond_ascii(open_ticket):
    ticket = open_ticket(subject="Évry: Größe falsch")

    assert list(Ticket.objects.matching("évry GRÖSSE")) == [ticket]


def test_tabs_part_the_tickets(db):
    rows = {state: TicketFactory(state=state) for state in State}

    def states(tab):
        return {row.state for row in Ticket.objects.in_tab(tab)}

    assert states("open") == {State.NEW, State.OPEN, State.PENDING, State.ON_HOLD}
    assert states("waiting") == {State.PENDING}
    assert states("solved") == {State.SOLVED, State.CLOSED}
    assert states("all") == set(rows)


def test_filters_narrow(fleet):
    wanted = TicketFactory(application=fleet, kind="question", priority=3)
    TicketFactory(application=fleet, kind="incident", priority=3)
    TicketFactory(kind="question", priority=3)

    found = Ticket.objects.narrowed(
        {"kind": "question", "priority": 3, "application": fleet.pk, "q": "wrong"}
    )

    assert list(found) == [wanted]


def test_the_queue_is_by_time_left_with_what_is_paused_last(db):
    later = TicketFactory(due_at=after(hours=2))
    paused = TicketFactory(due_at=None)
    sooner = TicketFactory(due_at=after(hours=1))

    assert list(Ticket.objects.order_by("queue_at")) == [sooner, later, paused]


def test_overdue_is_what_is_open_and_due_before_now(db):
    late = TicketFactory(due_at=TUESDAY)
    TicketFactory(due_at=after(hours=1))
    TicketFactory(due_at=None)
    TicketFactory(due_at=TUESDAY, solved=True)

    assert list(Ticket.objects.overdue(after(minutes=1))) == [late]


def test_nothing_leaves_the_closed_state():
    closed = Ticket(state=State.CLOSED)

    assert not any(closed.can_move_to(state) for state in State)


@pytest.mark.parametrize(
    ("state", "needs"), [(State.NEW, True), (State.OPEN, True), (State.SOLVED, False)]
)
def test_only_open_tickets_need_a_call(state, needs):
    ticket = Ticket(priority=Priority.CRITICAL, state=state)

    assert ticket.needs_call is needs


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_an_environment_without_an_app_is_refused(bob):
    environment = EnvironmentFactory()

    refused(lambda: TicketFactory(general=True, opened_by=bob, environment=environment))


def test_one_form_opens_one_ticket_of_a_company(acme, fleet):
    token = uuid.uuid4()
    TicketFactory(application=fleet, form_token=token)

    refused(lambda: TicketFactory(application=fleet, form_token=token))


def test_one_form_writes_one_message_of_a_ticket(ticket):
    token = uuid.uuid4()
    TicketMessageFactory(ticket=ticket, form_token=token)

    refused(lambda: TicketMessageFactory(ticket=ticket, form_token=token))


def test_a_level_promises_once_per_priority(level):
    refused(lambda: ServiceTargetFactory(service_level=level, priority=1))


@pytest.mark.parametrize(
    "hours",
    [
        {"opens_at": "12:00", "closes_at": "09:00"},
        {"opens_at": "12:00", "closes_at": "12:00"},
        {"opens_at": "12:00"},
        {"closes_at": "12:00"},
    ],
)
def test_a_half_day_opens_before_it_closes(db, hours):
    refused(lambda: HolidayFactory(**hours))
