"""No mail domain gets more a minute than allowed; what waits, waits visibly."""

from datetime import timedelta

import pytest

from outbox import claims, delivery, pacing
from outbox.models import DomainPace, Lane, Message
from tests.factories.outbox import MessageFactory
from tests.outbox.clocks import AT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _three_a_minute(settings):
    settings.OUTBOX_DOMAIN_PER_MINUTE = 3


def letters(number, domain="acme.example", **facts):
    return [
        MessageFactory(recipient=f"person{n}@{domain}", **facts) for n in range(number)
    ]


def due_minutes():
    waiting = Message.objects.filter(state="waiting").order_by("due_at")
    return [
        (due - AT) // timedelta(minutes=1)
        for due in waiting.values_list("due_at", flat=True)
    ]


def test_what_is_too_much_for_this_minute_is_due_in_the_next_ones(server, clock):
    letters(8)
    letters(2, "globex.example")

    report = delivery.deliver(clock=clock)

    assert report.sent == 5
    assert due_minutes() == [1, 1, 1, 2, 2]
    assert not Message.objects.filter(state="waiting", tries__gt=0).exists()

    clock.forward(minutes=1, seconds=1)
    assert delivery.deliver(clock=clock).sent == 3
    clock.forward(minutes=1)
    assert delivery.deliver(clock=clock).sent == 2


def test_within_the_minute_later_letters_wait_too(server, clock):
    letters(3)
    delivery.deliver(clock=clock)
    clock.forward(seconds=20)
    letters(1, "ACME.example", key="another", due_at=clock())

    assert delivery.deliver(clock=clock).sent == 0
    assert due_minutes() == [1]


def test_urgent_letters_count_and_never_wait(server, clock):
    letters(5, priority=Message.Priority.URGENT)
    letters(1, key="patient")

    assert delivery.deliver(clock=clock).sent == 5
    assert due_minutes() == [1]
    assert DomainPace.objects.get().taken == 5


def test_the_more_urgent_go_first_in_the_minutes_to_come(server, clock):
    letters(6, key="bulk", priority=Message.Priority.BULK)
    letters(4, key="normal")

    delivery.deliver(clock=clock)

    later = Message.objects.filter(state="waiting").order_by("due_at", "priority")
    assert [row.priority for row in later] == [50, 90, 90, 90, 90, 90, 90]
    assert due_minutes() == [1, 1, 1, 2, 2, 2, 3]


def test_two_workers_share_the_minute(clock):
    letters(8)
    one, other = claims.Hold(clock()), claims.Hold(clock())

    assert len(one.claim(clock(), in_company=False)) == 3
    assert other.claim(clock(), in_company=False) == []


def test_a_letter_left_behind_by_a_dead_worker_goes_at_once(clock):
    letters(3)
    claims.Hold(clock()).claim(clock(), in_company=False)
    clock.forward(seconds=50)
    Message.objects.update(due_at=clock())
    letters(3, key="others", due_at=clock())

    taken = claims.Hold(clock()).claim(clock(), in_company=False)

    assert [row.crashes for row in taken] == [0, 0, 0]
    assert Message.objects.filter(state="sending", crashes=1).count() == 3


def test_a_long_queue_is_put_off_in_bounded_steps(server, clock, monkeypatch):
    monkeypatch.setattr(pacing, "AHEAD", 4)
    letters(12)

    assert delivery.deliver(clock=clock).sent == 3
    assert Message.objects.due(clock()).count() == 0
    assert sum(delivery_minute(server, clock) for _ in range(9)) == 9


def test_who_was_put_off_first_goes_first(server, clock):
    """Letters that come meanwhile stand behind those that wait already."""
    old = letters(7, key="old", created_at=AT - timedelta(hours=1))
    for number, row in enumerate(old):
        row.key, row.due_at = f"old:{number}", AT - timedelta(minutes=9 - number)
    Message.objects.bulk_update(old, ["key", "due_at"])
    order = [row.recipient for row in old]
    delivery.deliver(clock=clock)
    clock.forward(seconds=20)
    new = letters(4, "ACME.example", key="new", due_at=clock(), created_at=clock())

    delivery.deliver(clock=clock)
    assert [delivery_minute(server, clock) for _ in range(3)] == [3, 3, 2]

    assert server.recipients()[:7] == order
    assert sorted(server.recipients()[7:]) == sorted(row.recipient for row in new)


def test_what_comes_at_the_turn_of_the_minute_overtakes_nobody(server, clock):
    """No worker saw it while it was too much; it is due before those put off."""
    letters(6, key="old")
    delivery.deliver(clock=clock)
    clock.forward(seconds=59)
    letters(2, "ACME.example", key="new", due_at=clock(), created_at=clock())

    assert delivery_minute(server, clock) == 3
    assert not [to for to in server.recipients() if to.endswith("@ACME.example")]


def test_a_queue_is_put_off_by_few_statements(clock, django_assert_max_num_queries):
    letters(60)

    with django_assert_max_num_queries(20):
        assert len(claims.Hold(clock()).claim(clock(), in_company=False)) == 3

    assert due_minutes() == [1 + n // 3 for n in range(57)]


def test_letters_of_a_resting_domain_come_back_in_their_order(
    server, clock, settings, django_assert_max_num_queries
):
    settings.OUTBOX_DOMAIN_PER_MINUTE = 0
    rows = letters(40, "slow.example")
    for number, row in enumerate(rows):
        row.due_at = AT - timedelta(minutes=40 - number)
    Message.objects.bulk_update(rows, ["due_at"])
    hold = claims.Hold(AT)
    taken = hold.claim(AT, in_company=False)

    with django_assert_max_num_queries(3):
        hold.give_back(taken, AT + timedelta(minutes=1))

    order = Message.objects.most_urgent_first().values_list("pk", flat=True)
    assert list(order) == [row.pk for row in rows]
    assert not Message.objects.due(AT + timedelta(seconds=59)).exists()


def test_letters_given_back_are_due_when_they_were(
    clock, django_assert_max_num_queries
):
    rows = letters(3)
    moments = [AT - timedelta(minutes=9 - number) for number in range(3)]
    for row, row.due_at in zip(rows, moments, strict=True):
        row.save()
    hold = claims.Hold(AT)
    taken = hold.claim(AT, in_company=False)

    with django_assert_max_num_queries(3):
        hold.give_back(taken)

    assert sorted(Message.objects.values_list("due_at", flat=True)) == moments
    assert set(Message.objects.values_list("state", "lease")) == {("waiting", None)}


def delivery_minute(server, clock):
    clock.forward(minutes=1)
    sent = delivery.deliver(clock=clock).sent
    assert sent <= 3
    return sent


def test_without_a_bound_nothing_is_counted(server, clock, settings):
    settings.OUTBOX_DOMAIN_PER_MINUTE = 0
    letters(8)

    assert delivery.deliver(clock=clock).sent == 8
    assert not DomainPace.objects.exists()


def test_a_domain_that_finds_us_too_fast_gets_a_rest_and_the_others_go(
    server, clock, settings
):
    settings.OUTBOX_DOMAIN_PER_MINUTE = 0
    letters(5, "slow.example")
    others = letters(5, "globex.example")
    server.answer("@slow.example", "450 4.7.1 too many letters from you")

    report = delivery.deliver(clock=clock)

    assert (report.sent, report.deferred, report.trouble) == (len(others), 1, "")
    waiting = Message.objects.filter(domain="slow.example", state="waiting")
    assert sorted(waiting.values_list("tries", flat=True)) == [0, 0, 0, 0, 1]
    assert waiting.filter(due_at__lte=AT).count() == 0
    assert Message.objects.due(AT + timedelta(seconds=90)).count() == 5


def test_a_server_that_slows_down_all_domains_closes_the_lane(server, clock, settings):
    settings.OUTBOX_DOMAIN_PER_MINUTE = 0
    for n in range(6):
        letters(2, f"company{n}.example")
    server.limit(2, "451 4.7.0 slow down")

    report = delivery.deliver(clock=clock)

    assert (report.sent, report.deferred) == (2, 2)
    assert report.trouble == "4.7.0 slow down"
    assert Lane.objects.get().troubles == 1
    assert Message.objects.filter(tries=0, state="waiting").count() == 8


def test_greylisting_is_about_one_letter_only(server, clock, settings):
    settings.OUTBOX_DOMAIN_PER_MINUTE = 0
    letters(4)
    server.answer("@acme.example", "451 4.7.1 greylisted, try again later")

    report = delivery.deliver(clock=clock)

    assert (report.deferred, report.trouble) == (4, "")
