"""How clocks and events read, word by word."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from tests.factories.tickets import TicketEventFactory, TicketFactory
from tests.tickets.conftest import TUESDAY, after
from tickets import actions, clocks, faces, threads
from tickets.models import Ticket, TicketEvent
from tickets.sentences import line_of, span_in_words

Kind = TicketEvent.Kind
State = Ticket.State


@pytest.fixture(autouse=True)
def in_amsterdam():
    with timezone.override("Europe/Amsterdam"):
        yield


def ring(ticket, at):
    return words(faces.ring(ticket, at, clocks.business_hours()))


def words(html):
    return " ".join(strip_tags(str(html).replace("<", " <")).split())


def tone(ticket, at):
    html = str(faces.ring(ticket, at, clocks.business_hours()))
    return re.match(r'<span class="([^"]*)"', html)[1]


# The ring of a list


def test_a_running_ring_counts_open_time(ticket):
    """High, due at noon: of the two hours 45 minutes are left."""
    assert ring(ticket, after(hours=1, minutes=15)) == "45 min left answer by 12:00"


def test_the_night_does_not_count(ticket, stella):
    actions.answer(ticket=ticket, by=stella, text="So.", at=after(minutes=5))

    # Due Thursday 10:00; on Wednesday 17:00 one open hour is left.
    assert ring(ticket, after(days=1, hours=7)) == "1 h left solve by Thu 10:00"


def test_less_than_a_quarter_left_is_amber_and_over_is_red(ticket):
    assert tone(ticket, after(hours=1)) == "clock"
    assert tone(ticket, after(hours=1, minutes=31)) == "clock clock-warn"
    assert tone(ticket, after(hours=2, minutes=12)) == "clock clock-danger"
    assert ring(ticket, after(hours=2, minutes=12)) == "12 min over was due 12:00"


def test_a_paused_ring_says_since_when(ticket, stella):
    actions.ask_customer(ticket=ticket, by=stella, text="?", at=after(hours=1))

    assert ring(ticket, after(days=2)) == "Paused since Tue 24 Nov"


def test_a_solved_ring_says_whether_in_time(ticket, stella):
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    assert ring(ticket, after(days=2)).startswith("In time")


def test_where_nothing_is_promised_there_is_no_ring():
    assert faces.ring(Ticket(), TUESDAY, clocks.sla.Calendar.around_the_clock()) == ""
    solved = Ticket(state=State.SOLVED, solved_at=TUESDAY)
    assert faces.ring(solved, TUESDAY, clocks.sla.Calendar.around_the_clock()) == ""


# The bars of its page, and the sum


def shown(ticket, at):
    watch = clocks.read(ticket, ticket.events.moves(), clocks.business_hours())
    return faces.explained(watch, at)


def test_both_promises_with_their_sum(ticket):
    response, resolution = shown(ticket, after(hours=1))

    assert words(response.bar) == "First response 1 h left since 10:00 due 12:00"
    assert response.sum == [
        "agreed: 2 h",
        "counted: Tue 24 Nov 2026, 10:00 to 11:00 CET",
    ]
    assert words(resolution.bar).startswith("Resolution 15 h left")


def test_the_sum_names_pauses_and_holidays(ticket, stella, bob):
    actions.ask_customer(ticket=ticket, by=stella, text="?", at=after(hours=1))
    actions.reply(ticket=ticket, by=bob, text="!", at=after(hours=3))

    _response, resolution = shown(ticket, after(hours=4))

    assert resolution.sum == [
        "agreed: 16 h",
        "counted: Tue 24 Nov 2026, 10:00 to 11:00 CET;"
        " Tue 24 Nov 2026, 13:00 to 14:00 CET",
        "paused, waiting for the customer: Tue 24 Nov 2026, 11:00 to 13:00 CET",
    ]


def test_a_paused_bar_says_whom_it_waits_for_and_what_is_left(ticket, stella):
    actions.ask_customer(ticket=ticket, by=stella, text="?", at=after(hours=1))

    _response, resolution = shown(ticket, after(days=2))

    assert "waits for the customer, 15 h left" in words(resolution.bar)


def test_a_kept_promise_counts_no_further(ticket, stella):
    actions.answer(ticket=ticket, by=stella, text="So.", at=after(minutes=14))

    response, _resolution = shown(ticket, after(days=2))

    assert words(response.bar).startswith("First response In time")
    assert response.sum[1] == "counted: Tue 24 Nov 2026, 10:00 to 10:14 CET"


def test_very_many_stretches_are_told_in_short(ticket, stella, bob):
    actions.judge_priority(ticket=ticket, by=stella, impact=2, urgency=2, at=TUESDAY)
    for number in range(12):
        at = after(minutes=10 * number)
        actions.ask_customer(ticket=ticket, by=stella, text="?", at=at)
        at += timedelta(minutes=5)
        actions.reply(ticket=ticket, by=bob, text="!", at=at)

    _response, resolution = shown(ticket, after(hours=5))

    assert "2 earlier ones;" in resolution.sum[2]


# Events


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"kind": Kind.OPENED, "new": "1", "impact": 1, "urgency": 1},
            "Priority set to P1: everyone is affected and work has stopped",
        ),
        (
            {"kind": Kind.PRIORITY, "old": "1", "new": "4", "impact": 3, "urgency": 3},
            "Stella set the priority from P1 to P4: a few are affected and it can wait",
        ),
        ({"kind": Kind.STATE, "old": "new", "new": "open"}, "Stella works on it"),
        (
            {"kind": Kind.STATE, "old": "solved", "new": "open"},
            "Stella reopened the ticket",
        ),
        ({"kind": Kind.STATE, "old": "pending", "new": "open"}, "Back with support"),
        (
            {"kind": Kind.STATE, "old": "open", "new": "pending"},
            "Waiting for the customer; the clock stands",
        ),
        (
            {"kind": Kind.STATE, "old": "open", "new": "on_hold"},
            "Brought to engineering; the clock runs on",
        ),
        (
            {"kind": Kind.STATE, "old": "open", "new": "solved"},
            "Stella marked it as solved",
        ),
        ({"kind": Kind.STATE, "old": "solved", "new": "closed"}, "Closed for good"),
        ({"kind": Kind.OWNER, "new": "Willem"}, "Stella gave the ticket to Willem"),
        ({"kind": Kind.OWNER, "new": "Stella"}, "Stella took the ticket"),
        ({"kind": Kind.CALLED}, "Stella logged a phone call about this ticket"),
        ({"kind": Kind.FOLLOWED, "new": "Dora"}, "Stella added Dora"),
        ({"kind": Kind.FOLLOWED, "new": "Stella"}, "Stella follows the ticket"),
        ({"kind": Kind.UNFOLLOWED, "new": "Dora"}, "Stella removed Dora"),
        (
            {"kind": Kind.WORKAROUND},
            "Stella gave a workaround, so the priority is medium at most",
        ),
        ({"kind": Kind.NO_WORKAROUND}, "Stella took the workaround back"),
    ],
)
def test_every_event_is_a_sentence(stella, facts, sentence):
    stella.name = "Stella"

    line = line_of(TicketEvent(by=stella, at=TUESDAY, **facts))

    assert strip_tags(line.sentence) == sentence
    assert line.icon


def test_every_kind_of_event_has_a_sentence(stella):
    for kind in Kind:
        if kind != Kind.STATE:
            assert line_of(TicketEvent(kind=kind, new="1", by=stella, at=TUESDAY))
    for state in (state for state in State if state != State.NEW):
        assert line_of(TicketEvent(kind=Kind.STATE, new=state, at=TUESDAY))


def test_names_in_events_are_text(stella):
    stella.name = "<b>Stella</b>"

    line = line_of(TicketEvent(kind=Kind.CALLED, by=stella, at=TUESDAY))

    assert "<b>" not in line.sentence


def test_what_the_portal_did_is_told_in_the_vendors_name():
    line = line_of(TicketEvent(kind=Kind.STATE, old="open", new="solved", at=TUESDAY))

    assert line.sentence == "Aldwick marked it as solved"


# The thread


def test_a_message_stands_before_what_followed_from_it(ticket, stella, bob):
    actions.ask_customer(ticket=ticket, by=stella, text="?", at=after(hours=1))

    entries = threads.of(ticket, bob).posts

    assert [getattr(entry, "sentence", "message") for entry in entries[2:]] == [
        "message",
        "Waiting for the customer; the clock stands",
        "Stella Brandt took the ticket",
    ]


def test_moves_are_those_of_the_ticket_only(ticket, stella):
    TicketEventFactory(ticket=TicketFactory(), kind=Kind.STATE, new="solved")
    actions.solve(ticket=ticket, by=stella, at=after(hours=1))

    assert [move.new for move in threads.of(ticket, stella).moves] == ["solved"]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, "0 min"), (30, "30 min"), (60, "1 h"), (90, "1 h 30 min"), (2400, "40 h")],
)
def test_open_time_has_no_days(minutes, expected):
    assert span_in_words(minutes) == expected
