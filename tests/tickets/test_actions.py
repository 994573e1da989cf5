"""Each verb: what changes, what is written down, what is refused."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from companies.models import ActivityEntry
from outbox.models import Message
from tests.factories.apps import EnvironmentFactory
from tests.factories.companies import UserFactory
from tests.tickets.conftest import TUESDAY, after
from tickets import actions
from tickets.models import Priority, Ticket, TicketEvent

State = Ticket.State
Kind = TicketEvent.Kind


def story(ticket):
    return [(event.kind, event.old, event.new) for event in ticket.events.all()]


# Opening


def test_the_first_ticket_is_number_10001(ticket):
    assert ticket.pk >= 10001


def test_opening_computes_the_priority_and_says_so_in_the_first_event(ticket):
    """TI-21: the server computes the priority."""
    event = ticket.events.get()

    assert ticket.priority == Priority.HIGH
    assert (event.kind, event.new) == (Kind.OPENED, "2")
    assert (event.impact, event.urgency) == (2, 1)
    assert event.at == TUESDAY


def test_opening_keeps_the_text_as_the_first_message(ticket, bob):
    message = ticket.messages.get()

    assert (message.author, message.text) == (bob, "Since 06:00 the plans are empty.")
    assert (ticket.last_message_by, ticket.last_message_at) == (bob, TUESDAY)
    assert ticket.state == State.NEW


def test_opening_is_written_into_the_activity_of_the_app(ticket, fleet, bob):
    entry = ActivityEntry.objects.get(verb="ticket_opened")

    assert (entry.about, entry.actor, entry.company) == (
        fleet.pk,
        "Bob Weber",
        fleet.company,
    )
    assert entry.thing == f"#{ticket.pk} Route optimiser returns empty plans"


def test_a_form_sent_twice_opens_one_ticket(open_ticket):
    token = uuid.uuid4()

    first = open_ticket(form_token=token)
    second = open_ticket(form_token=token)

    assert second == first
    assert Ticket.objects.count() == 1
    assert first.messages.count() == 1
    assert Message.objects.for_key(f"ticket:{first.pk}:opened").count() == 2


def test_two_forms_open_two_tickets(open_ticket):
    open_ticket(form_token=uuid.uuid4())
    open_ticket(form_token=uuid.uuid4())

    assert Ticket.objects.count() == 2


def test_another_company_with_the_same_token_gets_its_own_ticket(open_ticket, charlie):
    token = uuid.uuid4()
    mine = open_ticket(form_token=token)

    theirs = open_ticket(
        form_token=token, company=charlie.company, application=None, by=charlie
    )

    assert theirs != mine


def test_an_environment_of_another_app_is_refused(open_ticket, depot):
    with pytest.raises(ValidationError, match="environment of the app"):
        open_ticket(environment=EnvironmentFactory(application=depot))

    assert not Ticket.objects.exists()


def test_opening_keeps_the_files(open_ticket):
    ticket = open_ticket(files=[SimpleUploadedFile("../opt imiser.log", b"empty")])

    file = ticket.messages.get().attachments.get()

    assert (file.name, file.size) == ("opt imiser.log", 5)
    assert "imiser" not in file.file.name
    with file.file.open() as kept:
        assert kept.read() == b"empty"


def test_who_is_kept_informed_follows_from_the_start(open_ticket, dora):
    ticket = open_ticket(followers=[dora])

    assert list(ticket.followers.all()) == [dora]
    assert story(ticket)[-1] == (Kind.FOLLOWED, "", "Dora Lind")


def test_somebody_who_cannot_see_the_ticket_cannot_be_kept_informed(
    open_ticket, charlie
):
    with pytest.raises(ValidationError, match="may not see"):
        open_ticket(followers=[charlie])

    assert not Ticket.objects.exists()


# The customer replies


def test_a_reply_to_a_new_ticket_leaves_it_new(ticket, bob):
    actions.reply(ticket=ticket, by=bob, text="More.", at=after(hours=1))

    assert ticket.state == State.NEW
    assert ticket.last_message_at == after(hours=1)
    assert ticket.responded_at is None


def test_a_reply_brings_a_waiting_ticket_back_to_support(ticket, bob, stella):
    """TI-24"""
    actions.ask_customer(ticket=ticket, by=stella, text="Which?", at=after(hours=1))

    actions.reply(ticket=ticket, by=bob, text="That.", at=after(hours=2))

    assert ticket.state == State.OPEN
    assert story(ticket)[-1] == (Kind.STATE, "pending", "open")


def test_a_reply_reopens_a_solved_ticket(ticket, bob, stella):
    """TI-26, E28"""
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    actions.reply(ticket=ticket, by=bob, text="Not yet.", at=after(hours=2))

    assert ticket.state == State.OPEN
    assert ticket.solved_at is None


def test_a_reply_leaves_it_with_engineering(ticket, bob, stella):
    actions.put_on_hold(ticket=ticket, by=stella, at=after(hours=1))

    actions.reply(ticket=ticket, by=bob, text="More.", at=after(hours=2))

    assert ticket.state == State.ON_HOLD


def test_a_closed_ticket_takes_no_reply(ticket, bob, stella):
    """TI-27, E28: only a new ticket can follow it."""
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))
    actions.close(ticket=ticket, by=stella, at=after(hours=2))

    with pytest.raises(ValidationError, match="Open a new ticket"):
        actions.reply(ticket=ticket, by=bob, text="Again.", at=after(hours=3))

    assert ticket.messages.count() == 1
    assert ticket.state == State.CLOSED


def test_a_reply_sent_twice_is_one_message_and_one_mail(ticket, bob, stella):
    token = uuid.uuid4()
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    first = actions.reply(
        ticket=ticket, by=bob, text="No.", at=after(hours=2), form_token=token
    )
    again = actions.reply(
        ticket=ticket, by=bob, text="No.", at=after(hours=2), form_token=token
    )

    assert again == first
    assert ticket.messages.count() == 2
    assert story(ticket)[-1] == (Kind.STATE, "solved", "open")
    assert (
        Message.objects.for_key(f"ticket:{ticket.pk}:ticketmessage:{first.pk}").count()
        == 1
    )


def test_the_reporter_may_say_that_it_is_solved(ticket, bob):
    """TI-26: in the same message."""
    actions.reply_and_solve(ticket=ticket, by=bob, text="Works.", at=after(hours=1))

    assert ticket.state == State.SOLVED
    assert ticket.solved_at == after(hours=1)
    assert ActivityEntry.objects.filter(verb="ticket_solved").count() == 1


def test_thanks_on_a_solved_ticket_leave_it_solved(ticket, bob, stella):
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    actions.reply_and_solve(ticket=ticket, by=bob, text="Thanks.", at=after(hours=2))

    assert ticket.state == State.SOLVED
    assert ticket.solved_at == after(hours=1)
    assert ActivityEntry.objects.filter(verb="ticket_solved").count() == 1


# Support answers


def test_the_first_answer_is_the_response_and_starts_the_work(ticket, stella):
    actions.answer(ticket=ticket, by=stella, text="We look.", at=after(minutes=14))

    assert ticket.responded_at == after(minutes=14)
    assert (ticket.state, ticket.owner) == (State.OPEN, stella)
    assert story(ticket)[1:] == [
        (Kind.STATE, "new", "open"),
        (Kind.OWNER, "", "Stella Brandt"),
    ]


def test_the_second_answer_changes_neither_response_nor_owner(ticket, stella, willem):
    actions.answer(ticket=ticket, by=stella, text="We look.", at=after(minutes=14))

    actions.answer(ticket=ticket, by=willem, text="Found.", at=after(minutes=20))

    assert ticket.responded_at == after(minutes=14)
    assert ticket.owner == stella


def test_an_answer_may_move_the_ticket(ticket, stella):
    actions.answer(
        ticket=ticket, by=stella, text="Fixed.", at=after(hours=1), state=State.SOLVED
    )

    assert ticket.state == State.SOLVED
    assert ActivityEntry.objects.filter(verb="ticket_solved").count() == 1


def test_an_answer_does_not_reopen_a_solved_ticket(ticket, stella):
    """E28: agent reply does not reopen."""
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    actions.answer(ticket=ticket, by=stella, text="By the way.", at=after(hours=2))

    assert ticket.state == State.SOLVED
    assert ticket.solved_at == after(hours=1)


def test_an_answer_to_a_closed_ticket_is_refused(ticket, stella):
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))
    actions.close(ticket=ticket, by=None, at=after(hours=2))

    with pytest.raises(ValidationError, match="closed"):
        actions.answer(ticket=ticket, by=stella, text="Late.", at=after(hours=3))


def test_asking_the_customer_waits_for_them(ticket, stella):
    actions.ask_customer(ticket=ticket, by=stella, text="Which?", at=after(hours=1))

    assert ticket.state == State.PENDING
    assert ticket.paused_at == after(hours=1)


def test_an_internal_note_is_no_answer(ticket, stella):
    """E30: no clock, no state, no owner, no last reply."""
    actions.note(ticket=ticket, by=stella, text="Looks odd.", at=after(hours=1))

    ticket.refresh_from_db()
    assert ticket.responded_at is None
    assert (ticket.state, ticket.owner) == (State.NEW, None)
    assert ticket.last_message_at == TUESDAY


# Moves


def test_every_move_that_the_table_allows_is_an_event(ticket, stella):
    actions.put_on_hold(ticket=ticket, by=stella, at=after(hours=1))
    actions.resume(ticket=ticket, by=stella, at=after(hours=2))
    actions.solve(ticket=ticket, by=stella, at=after(hours=3))
    actions.resume(ticket=ticket, by=stella, at=after(hours=4))
    actions.solve(ticket=ticket, by=stella, at=after(hours=5))
    actions.close(ticket=ticket, by=None, at=after(hours=6))

    assert story(ticket)[1:] == [
        (Kind.STATE, "new", "on_hold"),
        (Kind.STATE, "on_hold", "open"),
        (Kind.STATE, "open", "solved"),
        (Kind.STATE, "solved", "open"),
        (Kind.STATE, "open", "solved"),
        (Kind.STATE, "solved", "closed"),
    ]
    assert ticket.solved_at == after(hours=5)


def test_solving_twice_is_refused_in_words(ticket, stella):
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    with pytest.raises(ValidationError, match=f"#{ticket.pk} is solved already"):
        actions.solve(ticket=ticket, by=stella, at=after(hours=2))


def test_an_open_ticket_is_not_closed_before_it_is_solved(ticket, stella):
    with pytest.raises(ValidationError, match="cannot become closed"):
        actions.close(ticket=ticket, by=stella, at=after(hours=1))

    ticket.refresh_from_db()
    assert ticket.state == State.NEW


# The owner


def test_taking_a_new_ticket_is_the_beginning_of_work(ticket, stella):
    actions.take(ticket=ticket, by=stella, at=after(hours=1))

    assert (ticket.owner, ticket.state) == (stella, State.OPEN)


def test_taking_it_again_changes_nothing(ticket, stella):
    actions.take(ticket=ticket, by=stella, at=after(hours=1))
    before = story(ticket)

    actions.take(ticket=ticket, by=stella, at=after(hours=2))

    assert story(ticket) == before


@pytest.mark.parametrize("trait", [{}, {"staff": True, "deactivated": True}])
def test_only_active_staff_can_own_a_ticket(ticket, stella, trait):
    somebody = UserFactory(**trait)

    with pytest.raises(ValidationError, match="Only active support staff"):
        actions.assign(ticket=ticket, owner=somebody, by=stella, at=after(hours=1))


# Priority


def test_support_checks_the_priority(ticket, stella):
    """TI-21, E27: the reporter's choice and the validated one both stand."""
    actions.judge_priority(
        ticket=ticket, by=stella, impact=3, urgency=2, at=after(hours=1)
    )

    assert ticket.priority == Priority.LOW
    assert ticket.validated_at == after(hours=1)
    assert story(ticket) == [(Kind.OPENED, "", "2"), (Kind.PRIORITY, "2", "4")]


def test_confirming_the_priority_is_no_event(ticket, stella):
    actions.judge_priority(
        ticket=ticket, by=stella, impact=2, urgency=1, at=after(hours=1)
    )

    assert ticket.validated_at == after(hours=1)
    assert story(ticket) == [(Kind.OPENED, "", "2")]


def test_a_workaround_caps_the_priority_and_its_end_lifts_the_cap(open_ticket, stella):
    """TI-22, E27"""
    ticket = open_ticket(impact=1, urgency=1)
    same = {"ticket": ticket, "by": stella, "impact": 1, "urgency": 1}

    actions.judge_priority(**same, has_workaround=True, at=after(hours=1))
    capped = ticket.priority
    actions.judge_priority(**same, has_workaround=False, at=after(hours=2))

    assert (capped, ticket.priority) == (Priority.MEDIUM, Priority.CRITICAL)
    assert story(ticket)[1:] == [
        (Kind.WORKAROUND, "", ""),
        (Kind.PRIORITY, "1", "3"),
        (Kind.NO_WORKAROUND, "", ""),
        (Kind.PRIORITY, "3", "1"),
    ]


# Phone calls


def test_a_critical_ticket_stays_flagged_until_a_call_is_logged(open_ticket, stella):
    """TI-03, E26"""
    ticket = open_ticket(impact=1, urgency=1)
    assert ticket.needs_call
    assert list(Ticket.objects.needing_call()) == [ticket]

    actions.log_call(ticket=ticket, by=stella, at=after(minutes=4))

    assert not ticket.needs_call
    assert not Ticket.objects.needing_call().exists()
    assert ticket.called_at == after(minutes=4)


def test_raising_a_ticket_to_critical_asks_for_a_call_as_well(ticket, stella):
    """E26"""
    assert not ticket.needs_call

    actions.judge_priority(
        ticket=ticket, by=stella, impact=1, urgency=1, at=after(hours=1)
    )

    assert ticket.needs_call


def test_a_second_call_keeps_the_time_of_the_first(ticket, stella):
    actions.log_call(ticket=ticket, by=stella, at=after(minutes=4))
    actions.log_call(ticket=ticket, by=stella, at=after(minutes=9))

    assert ticket.called_at == after(minutes=4)
    assert story(ticket)[1:] == [(Kind.CALLED, "", ""), (Kind.CALLED, "", "")]


# Followers


def test_following_and_leaving(ticket, dora):
    """TI-28"""
    actions.follow(ticket=ticket, person=dora, by=dora, at=after(minutes=1))
    actions.follow(ticket=ticket, person=dora, by=dora, at=after(minutes=2))
    assert list(ticket.followers.all()) == [dora]

    actions.unfollow(ticket=ticket, person=dora, by=dora, at=after(minutes=3))
    actions.unfollow(ticket=ticket, person=dora, by=dora, at=after(minutes=4))

    assert not ticket.followers.exists()
    assert story(ticket)[1:] == [
        (Kind.FOLLOWED, "", "Dora Lind"),
        (Kind.UNFOLLOWED, "", "Dora Lind"),
    ]


def test_a_colleague_is_added_by_address(ticket, bob, dora):
    actions.add_by_address(
        ticket=ticket, email="DORA@globex.example", by=bob, at=after(minutes=1)
    )

    assert list(ticket.followers.all()) == [dora]


@pytest.mark.parametrize(
    "email",
    ["charlie@globex.example", "nobody@globex.example", "stella@aldwick.example"],
)
def test_who_may_not_see_the_ticket_and_who_does_not_exist_sound_the_same(
    ticket, bob, charlie, stella, email
):
    with pytest.raises(ValidationError) as refusal:
        actions.add_by_address(ticket=ticket, email=email, by=bob, at=after(minutes=1))

    assert refusal.value.messages == [f"Nobody on the app's team signs in as {email}."]
    assert not ticket.followers.exists()
