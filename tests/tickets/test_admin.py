"""The support desk in the admin: the queue, the page of a ticket, its forms."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.tickets import TicketFactory
from tests.tickets.conftest import after
from tickets import actions
from tickets.models import Ticket

QUEUE = reverse("admin:tickets_ticket_changelist")
State = Ticket.State


def desk_page(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


@pytest.fixture
def as_stella(client, stella):
    client.force_login(stella)
    return client


def queue(client, **address):
    response = client.get(QUEUE, address)
    assert response.status_code == 200
    return response.content.decode()


def do(client, ticket, what, **fields):
    """Sends one of the page's forms by its button."""
    data = {f"{what}-{name}": value for name, value in fields.items()}
    response = client.post(desk_page(ticket), {"do": what} | data, follow=True)
    ticket.refresh_from_db()
    return response.content.decode()


# The queue


def test_the_queue_is_ordered_by_time_left(as_stella):
    TicketFactory(subject="Third", due_at=None)
    TicketFactory(subject="Second", due_at=after(hours=2))
    TicketFactory(subject="First", due_at=after(hours=1))

    html = queue(as_stella)

    assert html.index("First") < html.index("Second") < html.index("Third")


def test_the_queue_shows_what_is_open_unless_asked_otherwise(as_stella):
    TicketFactory(subject="Still open")
    TicketFactory(subject="Long solved", solved=True)

    assert "Long solved" not in queue(as_stella)
    assert "Long solved" in queue(as_stella, state="all")
    html = queue(as_stella, state="solved")
    assert "Long solved" in html
    assert "Still open" not in html


def test_the_queue_of_one_person_and_of_nobody(as_stella, stella):
    TicketFactory(subject="Hers", owner=stella)
    TicketFactory(subject="Unowned")

    mine, nobodys = queue(as_stella, owner="me"), queue(as_stella, owner="nobody")

    assert ("Hers" in mine, "Unowned" in mine) == (True, False)
    assert ("Hers" in nobodys, "Unowned" in nobodys) == (False, True)


def test_the_queue_is_searched_by_number_and_words(as_stella):
    wanted = TicketFactory(subject="Route optimiser", search_text="route optimiser")
    TicketFactory(subject="Scale driver", search_text="scale driver")

    for words in (f"#{wanted.pk}", "OPTIMISER"):
        html = queue(as_stella, q=words)
        assert "Route optimiser" in html
        assert "Scale driver" not in html


def test_the_queue_flags_critical_tickets_without_a_call(as_stella, open_ticket):
    """E26"""
    open_ticket(impact=1, urgency=1)

    assert "not logged" in queue(as_stella)


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_asks_as_often_for_many_as_for_one(
    as_stella, open_ticket, count, django_assert_num_queries
):
    for _ in range(count):
        open_ticket()
    as_stella.get(QUEUE)

    # The person, the holidays, the rows.
    with django_assert_num_queries(3):
        as_stella.get(QUEUE)


def test_taking_and_solving_chosen_tickets(as_stella, open_ticket, stella):
    first, second = open_ticket(), open_ticket()
    actions.solve(ticket=second, by=stella, at=after(hours=1))
    chosen = {"_selected_action": [first.pk, second.pk]}

    as_stella.post(QUEUE + "?state=all", chosen | {"action": "take_tickets"})
    first.refresh_from_db()
    assert first.owner == stella

    response = as_stella.post(
        QUEUE + "?state=all", chosen | {"action": "solve_tickets"}, follow=True
    )
    html = response.content.decode()
    first.refresh_from_db()
    assert first.state == State.SOLVED
    assert "1 ticket is solved." in html
    assert f"#{second.pk} is solved already" in html


def test_tickets_are_opened_in_the_portal_and_deleted_nowhere(as_stella, ticket):
    add = as_stella.get(reverse("admin:tickets_ticket_add"))
    delete = as_stella.post(
        reverse("admin:tickets_ticket_delete", args=[ticket.pk]), {"post": "yes"}
    )

    assert add.url == reverse("tickets:new")
    assert delete.status_code == 403


# The page of a ticket


def test_the_page_leads_with_the_customers_thread_and_clocks(as_stella, ticket):
    html = as_stella.get(desk_page(ticket)).content.decode()

    assert "Since 06:00 the plans are empty." in html
    assert "many are affected and work has stopped" in html
    assert "First response" in html
    assert "not checked yet" in html


def test_an_answer(as_stella, ticket, stella):
    html = do(as_stella, ticket, "answer", text="We look.")

    message = ticket.messages.get(text="We look.")
    assert (message.author, message.is_internal) == (stella, False)
    assert (ticket.state, ticket.owner) == (State.OPEN, stella)
    assert "We look." in html


@pytest.mark.parametrize("state", [State.PENDING, State.ON_HOLD, State.SOLVED])
def test_an_answer_that_moves_the_ticket(as_stella, ticket, state):
    do(as_stella, ticket, "answer", text="So.", state=state)

    assert ticket.state == state


def test_an_internal_note(as_stella, ticket):
    """E30"""
    html = do(as_stella, ticket, "answer", text="Looks odd.", is_internal="note")

    assert ticket.messages.get(text="Looks odd.").is_internal
    assert ticket.state == State.NEW
    assert "internal note, support only" in html


def test_an_answer_with_a_file(as_stella, ticket):
    do(
        as_stella,
        ticket,
        "answer",
        text="Here.",
        files=SimpleUploadedFile("fix.zip", b"PK"),
    )

    assert ticket.messages.get(text="Here.").attachments.get().name == "fix.zip"


def test_a_double_click_is_one_answer(as_stella, ticket):
    token = str(uuid.uuid4())

    for _ in range(2):
        do(as_stella, ticket, "answer", text="Once.", form_token=token)

    assert ticket.messages.filter(text="Once.").count() == 1


@pytest.mark.parametrize(
    ("state", "expected"),
    [(State.ON_HOLD, State.ON_HOLD), (State.OPEN, State.OPEN), ("solved", "solved")],
)
def test_a_move_without_words(as_stella, ticket, state, expected):
    do(as_stella, ticket, "answer", text="", state=state)

    assert ticket.state == expected
    assert ticket.messages.count() == 1


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"text": ""}, "Write an answer or a note."),
        ({"text": "", "is_internal": "note"}, "Write an answer or a note."),
        ({"text": "", "state": "pending"}, "Say what you need to know"),
        ({"text": "x", "is_internal": "note", "state": "open"}, "A note moves nothing"),
        ({"text": "", "state": "closed"}, "cannot become closed"),
        ({"text": "x", "state": "closed"}, "close once it is solved"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(as_stella, ticket, fields, refusal):
    html = do(as_stella, ticket, "answer", **fields)

    assert refusal in html
    assert ticket.state == State.NEW
    assert ticket.messages.count() == 1


def test_a_solved_ticket_is_closed(as_stella, ticket, stella):
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    do(as_stella, ticket, "answer", text="", state="closed")

    assert ticket.state == State.CLOSED


def test_checking_the_priority(as_stella, ticket):
    """TI-21, TI-22"""
    html = do(as_stella, ticket, "priority", impact=1, urgency=1, has_workaround="on")

    assert ticket.priority == 3
    assert ticket.has_workaround
    assert "Stella Brandt gave a workaround" in html
    assert "Checked" in html


def test_giving_the_ticket_to_a_colleague(as_stella, ticket, willem):
    do(as_stella, ticket, "owner", owner=willem.pk)

    assert ticket.owner == willem


def test_only_staff_can_be_chosen_as_owner(as_stella, ticket, bob):
    html = do(as_stella, ticket, "owner", owner=bob.pk)

    assert ticket.owner is None
    assert "Select a valid choice" in html


def test_taking_solving_and_logging_a_call(as_stella, open_ticket, stella):
    ticket = open_ticket(impact=1, urgency=1)

    do(as_stella, ticket, "call")
    assert ticket.called_at is not None
    do(as_stella, ticket, "take")
    assert ticket.owner == stella
    do(as_stella, ticket, "solve")
    assert ticket.state == State.SOLVED


def test_what_a_verb_refuses_is_said_on_the_page(as_stella, ticket, stella):
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    html = do(as_stella, ticket, "solve")

    assert "is solved already" in html


def test_a_button_that_does_not_exist_does_nothing(as_stella, ticket):
    do(as_stella, ticket, "explode")

    assert ticket.state == State.NEW


def test_what_is_typed_is_shown_as_text(as_stella, open_ticket):
    """E31"""
    ticket = open_ticket(subject="<b>x</b>", text="<script>alert(1)</script>")

    html = as_stella.get(desk_page(ticket)).content.decode() + queue(as_stella)

    assert "<script>alert" not in html
    assert "<b>x</b>" not in html


@pytest.mark.parametrize("number", ["1", "x"])
def test_a_ticket_that_does_not_exist_is_not_found(as_stella, number):
    url = reverse("admin:tickets_ticket_change", args=[number])

    assert as_stella.get(url).status_code == 404


@pytest.mark.parametrize("who", ["bob", "alice"])
def test_customers_have_no_desk(client, ticket, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(QUEUE).status_code != 200
    assert client.post(desk_page(ticket), {"do": "solve"}).status_code != 200
    ticket.refresh_from_db()
    assert ticket.is_open


@pytest.mark.parametrize("count", [1, 3])
def test_a_long_thread_asks_as_often_as_a_short_one(
    as_stella, ticket, stella, count, django_assert_num_queries
):
    for number in range(count):
        actions.answer(ticket=ticket, by=stella, text="So.", at=after(hours=number))
    as_stella.get(desk_page(ticket))

    with django_assert_num_queries(12):
        as_stella.get(desk_page(ticket))


@pytest.mark.parametrize("model", ["servicetarget", "holiday"])
def test_figures_and_holidays_are_kept_here(as_stella, level, model):
    for page in ("changelist", "add"):
        response = as_stella.get(reverse(f"admin:tickets_{model}_{page}"))
        assert response.status_code == 200
