"""What answers mean for their letters, written down together or one by one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from outbox import claims, settling
from outbox.lines import CutOff, Deferred, Refused, Reply, Unsendable
from outbox.models import AddressStanding, Attempt, Message
from tests.factories.outbox import MessageFactory
from tests.marks import on_postgresql
from tests.outbox.clocks import AT

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

SENT_AT = AT + timedelta(seconds=7)


def held(number):
    MessageFactory.create_batch(number)
    hold = claims.Hold(AT)
    return hold.claim(AT, in_company=False), hold.lease


def settled(letters, *, at=SENT_AT):
    return [
        settling.judge(one, Reply(250, f"queued as {n}"), at=at, jitter=lambda: 0)
        for n, one in enumerate(letters)
    ]


def everything(letter):
    """The row, its log and what is known of the address, without their keys."""
    row = Message.objects.filter(pk=letter.pk).values(
        "state", "lease", "due_at", "tries", "crashes", "sent_at", "last_words"
    )
    log = letter.attempts.values("outcome", "code", "words", "at")
    address = AddressStanding.objects.filter(address=letter.recipient)
    return row.get(), list(log), address.values("last_delivered_at", "words").get()


def told(letter):
    """The same of a letter that may not have arrived, with who said it and when."""
    row = Message.objects.filter(pk=letter.pk).values(
        "state", "lease", "due_at", "tries", "crashes", "sent_at", "last_words"
    )
    log = letter.attempts.values("outcome", "server", "code", "words", "at", "took")
    address = AddressStanding.objects.filter(address=letter.recipient)
    known = address.values("last_delivered_at", "last_bounced_at", "words")
    return row.get(), list(log), list(known)


def test_together_says_the_same_as_one_by_one():
    letters, lease = held(4)
    Message.objects.filter(pk__in=[one.pk for one in letters]).update(crashes=1)
    first, second, third, fourth = settled(letters)

    settling.write([first, second], lease)
    settling._write_alone(third, lease)
    settling._write_alone(fourth, lease)

    told = [everything(one) for one in letters]
    for number, (row, log, _) in enumerate(told):
        assert row.pop("last_words") == log[0].pop("words") == f"queued as {number}"
    assert told[0] == told[1] == told[2] == told[3]
    assert told[0][0] == {
        "state": "sent",
        "lease": None,
        "due_at": None,
        "tries": 1,
        "crashes": 0,
        "sent_at": SENT_AT,
    }


@pytest.mark.parametrize(
    "answer",
    [
        Reply(250, "queued"),
        Deferred("4.2.1 later", 450),
        Refused("5.3.4 too large", 552),
        Unsendable("no address"),
        CutOff("the connection broke"),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_every_answer_is_said_together_as_alone(answer):
    """The statement for many and the steps for one are the same rule."""
    letters, lease = held(2)
    group, alone = [
        replace(
            settling.judge(one, answer, at=SENT_AT, jitter=lambda: 0.5),
            server="relay.example:25",
            took=timedelta(milliseconds=40),
        )
        for one in letters
    ]

    written = settling._write_together([group], lease)
    settling._write_alone(alone, lease)

    if connection.vendor == "postgresql":
        assert written == {group.message.pk}
        assert told(letters[0]) == told(letters[1])
    assert told(letters[1])[1][0]["server"] == "relay.example:25"


def test_a_group_with_an_address_that_is_gone_learns_of_all_of_them():
    letters, lease = held(3)
    sent, later, gone = (
        settling.judge(one, answer, at=SENT_AT, jitter=lambda: 0)
        for one, answer in zip(
            letters,
            [Reply(250, ""), Deferred("later", 450), Refused("5.1.1 no such", 550)],
            strict=True,
        )
    )

    settling.write([sent, later, gone], lease)

    states = Message.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == ["failed", "sent", "waiting"]
    assert Attempt.objects.count() == 3
    [bounced] = AddressStanding.objects.bounced()
    assert bounced.address == letters[2].recipient
    assert AddressStanding.objects.count() == 2


@on_postgresql("one statement there")
def test_a_group_that_we_hold_costs_one_statement(django_assert_num_queries):
    letters, lease = held(5)

    with django_assert_num_queries(1):
        settling.write(settled(letters), lease)


def test_a_delivery_ends_what_was_wrong_with_an_address():
    letters, lease = held(1)
    address = letters[0].recipient
    AddressStanding.objects.note_bounce(address.upper(), "no such person", AT)

    settling.write(settled(letters), lease)

    standing = AddressStanding.objects.get()
    assert (standing.last_bounced_at, standing.last_delivered_at) == (AT, SENT_AT)
    assert not standing.has_bounced


def test_two_letters_to_one_address_are_no_trouble():
    MessageFactory.create_batch(2, recipient="jonas@acme.example")
    hold = claims.Hold(AT)
    letters = hold.claim(AT, in_company=False)

    settling.write(settled(letters), hold.lease)

    assert Message.objects.sent().count() == 2
    assert AddressStanding.objects.count() == 1


def test_a_letter_taken_by_the_server_is_sent_though_the_lease_was_lost():
    letters, lease = held(2)
    claims.Hold(AT).claim(AT + timedelta(hours=1), in_company=False)

    settling.write(settled(letters), lease)

    assert Message.objects.sent().count() == 2
    assert Attempt.objects.count() == 2


def test_a_refusal_of_a_letter_that_somebody_else_holds_says_nothing():
    letters, lease = held(2)
    thief = claims.Hold(AT)
    thief.claim(AT + timedelta(hours=1), in_company=False)
    answer = Refused("5.1.1 no such person", 550)
    refused = [
        settling.judge(one, answer, at=SENT_AT, jitter=lambda: 0) for one in letters
    ]

    settling.write(refused, lease)

    assert thief.letters().count() == 2
    assert not Attempt.objects.exists()


def test_the_same_again_changes_nothing():
    letters, lease = held(2)
    settling.write(settled(letters), lease)

    settling.write(settled(letters), lease)

    assert Attempt.objects.count() == 2
    assert set(Message.objects.values_list("tries", flat=True)) == {1}
