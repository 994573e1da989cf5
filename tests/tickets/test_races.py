"""Two people at once, each with a connection of their own."""

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from outbox.models import Message
from tests.tickets.conftest import after
from tickets import actions
from tickets.models import Ticket, TicketEvent

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Runs the acts at the same time; what each returned or refused, in order."""
    ready = threading.Barrier(len(acts))
    outcomes = [None] * len(acts)

    def run(place, act):
        try:
            ready.wait(timeout=10)
            outcomes[place] = act()
        except ValidationError as refusal:
            outcomes[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def copies(ticket, count=2):
    return [Ticket.objects.get(pk=ticket.pk) for _ in range(count)]


def test_two_who_solve_at_once_leave_one_event_and_one_refusal(ticket, stella, willem):
    first, second = copies(ticket)

    outcomes = at_once(
        lambda: actions.solve(ticket=first, by=stella, at=after(hours=1)),
        lambda: actions.solve(ticket=second, by=willem, at=after(hours=1)),
    )

    refusals = [each for each in outcomes if isinstance(each, ValidationError)]
    assert len(refusals) == 1
    assert "already" in refusals[0].messages[0]
    assert ticket.events.filter(kind=TicketEvent.Kind.STATE).count() == 1
    assert Message.objects.filter(template="tickets/emails/moved").count() == 1


def test_two_who_answer_at_once_are_both_heard_and_one_owns_it(ticket, stella, willem):
    first, second = copies(ticket)

    at_once(
        lambda: actions.answer(
            ticket=first, by=stella, text="One.", at=after(minutes=5)
        ),
        lambda: actions.answer(
            ticket=second, by=willem, text="Two.", at=after(minutes=6)
        ),
    )

    ticket.refresh_from_db()
    assert ticket.messages.count() == 3
    assert ticket.events.filter(kind=TicketEvent.Kind.OWNER).count() == 1
    assert ticket.events.filter(kind=TicketEvent.Kind.STATE).count() == 1
    assert ticket.responded_at in (after(minutes=5), after(minutes=6))


def test_the_same_form_from_two_windows_is_one_ticket(open_ticket):
    token = uuid.uuid4()

    first, second = at_once(
        lambda: open_ticket(form_token=token), lambda: open_ticket(form_token=token)
    )

    assert first == second
    assert Ticket.objects.count() == 1
    assert first.messages.count() == 1
    assert Message.objects.count() == 2


def test_the_same_reply_from_two_windows_is_one_message(ticket, bob):
    token = uuid.uuid4()
    one, two = copies(ticket)

    first, second = at_once(
        *(
            lambda copy=copy: actions.reply(
                ticket=copy, by=bob, text="!", at=after(hours=1), form_token=token
            )
            for copy in (one, two)
        )
    )

    assert first == second
    assert ticket.messages.count() == 2


def test_a_reply_against_a_solution_never_gets_lost(ticket, bob, stella):
    """Whoever comes first: the reply is in the thread, and the ticket is open."""
    one, two = copies(ticket)

    at_once(
        lambda: actions.solve(ticket=one, by=stella, at=after(hours=1)),
        lambda: actions.reply(ticket=two, by=bob, text="No.", at=after(hours=1)),
    )

    ticket.refresh_from_db()
    assert ticket.messages.count() == 2
    moves = list(ticket.events.moves().values_list("old", "new"))
    assert moves in ([("new", "solved"), ("solved", "open")], [("new", "solved")])
    assert ticket.state == moves[-1][1]


def test_a_reply_in_the_moment_of_closing_is_kept_or_refused(ticket, bob, stella):
    """E28: either open with the reply, or closed and the reply refused."""
    actions.ask_customer(ticket=ticket, by=stella, text="?", at=after(days=0))
    [copy] = copies(ticket, 1)

    closed, replied = at_once(
        lambda: actions.close_unanswered(at=after(days=14)),
        lambda: actions.reply(ticket=copy, by=bob, text="!", at=after(days=14)),
    )

    ticket.refresh_from_db()
    if isinstance(replied, ValidationError):
        assert (closed, ticket.is_closed, ticket.messages.count()) == (1, True, 2)
    else:
        assert (closed, ticket.is_open, ticket.messages.count()) == (0, True, 3)
