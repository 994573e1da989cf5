"""What marks an address, and who may take the mark away."""

from datetime import timedelta

import pytest

from outbox import outlook, returns, tasks
from outbox.models import AddressStanding
from outbox.models.standing import SILENCE
from outbox.return_address import return_address
from tests import dsn
from tests.factories.outbox import MessageFactory
from tests.outbox.clocks import AT

JONAS = "jonas@acme.example"
LATER = AT + timedelta(hours=1)
GONE = "550 5.1.1 gone"

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

standings = AddressStanding.objects


def is_marked():
    """As many are asked and as one is asked: the same."""
    many = standings.bounced().filter(pk=JONAS).exists()
    assert standings.get(pk=JONAS).has_bounced is many
    return many


def test_what_the_server_refused_it_takes_back_by_taking_a_letter():
    standings.note_bounce(JONAS, GONE, AT)
    assert is_marked()

    standings.note_delivery(JONAS, LATER)

    assert not is_marked()


def test_what_came_back_later_is_not_taken_back_by_taking_a_letter():
    standings.note_report(JONAS, GONE, AT)

    standings.note_delivery(JONAS, LATER)

    assert is_marked()


def test_a_refusal_after_a_report_leaves_the_report():
    standings.note_report(JONAS, GONE, AT)
    standings.note_bounce(JONAS, GONE, AT + timedelta(minutes=1))

    standings.note_delivery(JONAS, LATER)

    assert is_marked()


def test_whoever_reads_mail_there_ends_every_mark():
    standings.note_report(JONAS, GONE, AT)

    standings.note_proof("Jonas@Acme.example ", LATER)

    assert not is_marked()
    standings.note_report(JONAS, GONE, LATER + timedelta(days=1))
    assert is_marked()


def test_a_proof_that_is_older_than_the_mark_proves_nothing():
    standings.note_report(JONAS, GONE, AT)

    standings.note_proof(JONAS, LATER, since=AT - timedelta(seconds=1))

    assert is_marked()


def test_a_proof_leaves_addresses_alone_that_are_not_marked():
    standings.note_delivery(JONAS, AT)
    standings.note_proof(JONAS, LATER)
    standings.note_proof("unknown@acme.example", LATER)

    assert standings.get().last_delivered_at == AT


@pytest.mark.parametrize(
    ("action", "minutes", "stays"),
    [
        ("delivered", 1, False),
        ("delivered", -1, True),
        ("relayed", 1, True),
        ("expanded", 1, True),
    ],
)
def test_a_report_that_a_later_letter_arrived_ends_the_mark(
    settings, action, minutes, stays
):
    """Only `delivered` says that it lies in the mailbox (RFC 3464, 2.3.3)."""
    settings.BOUNCE_ADDRESS = "bounces@steward.example"
    letter = MessageFactory(recipient=JONAS, sent=True)
    bounced_at = letter.sent_at - timedelta(minutes=minutes)
    standings.note_report(JONAS, GONE, bounced_at)
    raw = dsn.report(return_address(letter.pk), action=action, status="2.1.5")

    returns.receive(raw, at=LATER)

    assert is_marked() is stays


def sent(*, after_the_bounce, state="sent"):
    letter = MessageFactory(recipient=JONAS.upper(), sent=True)
    letter.sent_at, letter.state = AT + after_the_bounce, state
    letter.save()


@pytest.mark.parametrize(
    ("after", "age", "state", "is_trusted"),
    [
        (timedelta(seconds=1), SILENCE, "sent", True),
        (timedelta(seconds=1), SILENCE - timedelta(seconds=1), "sent", False),
        (timedelta(seconds=-1), SILENCE, "sent", False),
        (timedelta(seconds=1), SILENCE, "bounced", False),
    ],
)
def test_a_letter_that_stayed_away_long_enough_ends_the_mark(
    after, age, state, is_trusted
):
    standings.note_report(JONAS, GONE, AT)
    sent(after_the_bounce=after, state=state)
    at = AT + after + age

    assert outlook.trust_addresses(at)["trusted"].count() == is_trusted
    assert standings.trust_again(at) == is_trusted

    assert is_marked() is not is_trusted
    assert standings.trust_again(at) == 0


def test_a_refusal_waits_for_no_clock():
    """It ends with the next letter that is taken, and only then."""
    standings.note_bounce(JONAS, GONE, AT)

    assert standings.trust_again(AT + timedelta(days=99)) == 0
    assert is_marked()


def test_the_clock_asks():
    assert tasks.trust_addresses() == {"trusted": 0}
