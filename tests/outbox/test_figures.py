"""How the post does, in figures: each question is answered in one statement or two."""

from datetime import UTC, datetime, timedelta

import pytest

from outbox import figures
from outbox.models import AddressStanding, Lane
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 8, 0, 30, tzinfo=UTC)


def ago(**span):
    return AT - timedelta(**span)


def test_the_queue_by_priority(django_assert_num_queries):
    MessageFactory(priority=10, due_at=AT, created_at=ago(minutes=2))
    MessageFactory(priority=10, due_at=ago(minutes=1), created_at=ago(minutes=9))
    MessageFactory(priority=10, due_at=AT + timedelta(hours=1), created_at=AT)
    MessageFactory(priority=90, held=True, due_at=AT + timedelta(minutes=5))
    MessageFactory(priority=50, sent=True)

    with django_assert_num_queries(1):
        urgent, normal, bulk = figures.depths(AT)

    assert (urgent.label, urgent.due, urgent.later, urgent.in_hand) == (
        "Urgent",
        2,
        1,
        0,
    )
    assert (urgent.total, urgent.oldest_at) == (3, ago(minutes=9))
    assert (normal.total, normal.oldest_at) == (0, None)
    assert (bulk.due, bulk.in_hand) == (0, 1)


def test_what_left_in_each_minute_of_the_last_hour():
    for minutes in (0, 3, 3, 59, 60):
        AttemptFactory(at=ago(minutes=minutes))
    AttemptFactory(at=AT, outcome="refused")

    counts = figures.sent_per_minute(AT)

    assert len(counts) == 60
    assert {59 - place: n for place, n in enumerate(counts) if n} == {0: 1, 3: 2, 59: 1}


def test_troubles_by_domain_with_the_last_words(django_assert_num_queries):
    def attempt(recipient, outcome, words, **span):
        message = MessageFactory(recipient=recipient)
        AttemptFactory(message=message, outcome=outcome, words=words, at=ago(**span))

    attempt("a@slow.example", "deferred", "451 later", hours=3)
    attempt("b@Slow.example", "cut_off", "lost", hours=2)
    attempt("a@gone.example", "refused", "550 no", hours=2)
    attempt("b@gone.example", "bounced", "5.1.1 nobody", hours=1)
    attempt("a@fine.example", "accepted", "250 ok", hours=1)
    attempt("a@old.example", "refused", "550 no", hours=25)

    with django_assert_num_queries(2):
        gone, slow = figures.troubles_by_domain(AT)

    assert (gone.domain, gone.lost, gone.put_off) == ("gone.example", 2, 0)
    assert gone.last.words == "5.1.1 nobody"
    assert (slow.domain, slow.lost, slow.put_off) == ("slow.example", 0, 2)
    assert slow.last.words == "lost"


def test_addresses_that_bounce_and_have_had_nothing_since():
    AddressStanding.objects.note_bounce("old@acme.example", "no", ago(days=3))
    AddressStanding.objects.note_bounce("new@acme.example", "no", ago(days=1))
    AddressStanding.objects.note_bounce("well@acme.example", "no", ago(days=2))
    AddressStanding.objects.note_delivery("well@acme.example", AT)

    found = [one.address for one in figures.bounced_addresses()]

    assert found == ["new@acme.example", "old@acme.example"]


def test_ways_out_in_trouble():
    Lane.objects.create(name="mail", troubles=2, since=AT)
    Lane.objects.create(name="spare")

    assert [lane.name for lane in figures.troubled_lanes()] == ["mail"]
