"""Mail that comes back: believed at a letter's own address, harmless elsewhere."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from outbox import actions, delivery, returns
from outbox.models import AddressStanding
from outbox.return_address import return_address
from outbox.returns import Verdict
from tests import dsn
from tests.factories.outbox import MessageFactory
from tests.smtp import SmtpServer

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
JONAS = "Jonas@acme.example"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailbox(settings):
    settings.BOUNCE_ADDRESS = "bounces@steward.example"


@pytest.fixture
def letter():
    AddressStanding.objects.note_delivery(JONAS, AT)
    return MessageFactory(recipient=JONAS, sent=True)


def back(letter, **facts):
    return returns.receive(dsn.report(return_address(letter.pk), **facts), at=LATER)


def bounced():
    return set(AddressStanding.objects.bounced().values_list("address", flat=True))


def log_of(letter):
    return [(row.outcome, row.code, row.words) for row in letter.attempts.all()]


def test_a_failure_turns_the_letter_and_marks_its_address(letter):
    assert back(letter) == Verdict.BOUNCED

    letter.refresh_from_db()
    standing = AddressStanding.objects.get()
    assert (letter.state, letter.last_words) == ("bounced", dsn.GONE)
    assert log_of(letter) == [("bounced", 550, dsn.GONE)]
    assert (standing.address, standing.words) == (JONAS.lower(), dsn.GONE)
    assert (standing.last_delivered_at, standing.last_bounced_at) == (AT, LATER)
    assert standing.has_bounced
    assert bounced() == {JONAS.lower()}


def test_the_same_report_twice_is_noted_once(letter):
    back(letter)

    assert back(letter, status="5.1.2") == Verdict.REPEATED
    assert len(log_of(letter)) == 1
    assert AddressStanding.objects.get().words == dsn.GONE


def test_a_delay_is_noted_once_and_harms_nobody(letter):
    delayed = {"action": "delayed", "status": "4.4.1", "diagnostic": "smtp; 451 busy"}

    assert back(letter, **delayed) == Verdict.DELAYED
    assert back(letter, **delayed) == Verdict.REPEATED

    letter.refresh_from_db()
    assert letter.state == "sent"
    assert [outcome for outcome, *_rest in log_of(letter)] == ["delayed"]
    assert bounced() == set()
    assert back(letter) == Verdict.BOUNCED


@pytest.mark.parametrize("status", ["4.4.7", "5.4.4", "5.7.1", "5.6.0"])
def test_a_failure_of_something_else_spares_the_address(letter, status):
    assert back(letter, status=status, diagnostic="") == Verdict.BOUNCED

    letter.refresh_from_db()
    assert letter.state == "bounced"
    assert bounced() == set()


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_success_changes_nothing_of_the_letter(letter, action):
    assert back(letter, action=action, status="2.0.0") == Verdict.ARRIVED

    letter.refresh_from_db()
    assert (letter.state, log_of(letter), bounced()) == ("sent", [], set())


def test_an_auto_reply_changes_nothing(letter):
    raw = dsn.auto_reply(return_address(letter.pk))

    assert returns.receive(raw, at=LATER) == Verdict.NO_REPORT
    assert bounced() == set()


@pytest.mark.parametrize(
    "address", ["bounces@steward.example", f"bounces+{'a' * 42}@steward.example"]
)
def test_a_forged_report_is_not_believed(letter, address):
    raw = dsn.report(address)

    assert returns.receive(raw, at=LATER) == Verdict.UNSIGNED
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert bounced() == set()


def test_a_report_about_no_letter_of_ours_is_harmless():
    raw = dsn.report(return_address(uuid4()))

    assert returns.receive(raw, at=LATER) == Verdict.UNKNOWN


def test_the_envelope_is_enough(letter):
    """A server may hand over the recipient beside the mail, whose headers are bare."""
    verdict = returns.receive(
        dsn.report("undisclosed-recipients:;"),
        at=LATER,
        recipient=return_address(letter.pk),
    )

    assert verdict == Verdict.BOUNCED


def test_an_old_letter_is_not_judged_any_more(letter):
    at = AT + returns.BELIEVED_FOR + timedelta(seconds=1)
    raw = dsn.report(return_address(letter.pk))

    assert returns.receive(raw, at=at) == Verdict.STALE
    assert bounced() == set()


def test_a_letter_still_on_its_way_out_is_reported_again_later():
    letter = MessageFactory(recipient=JONAS, held=True)

    assert back(letter) == Verdict.TOO_EARLY
    assert bounced() == set()


def test_what_is_no_mail_is_harmless():
    assert returns.receive(b"\xff\x00" * 99, at=LATER) == Verdict.UNSIGNED


# With the postman


@pytest.fixture
def server(settings):
    with SmtpServer() as running:
        for name, value in running.settings().items():
            setattr(settings, name, value)
        yield running


@pytest.mark.django_db(transaction=True)
def test_every_letter_leaves_under_its_own_address(server):
    letters = MessageFactory.create_batch(3)

    delivery.deliver(clock=lambda: AT)

    senders = {arrival.sender for arrival in server.arrivals}
    assert senders == {return_address(letter.pk) for letter in letters}
    assert {a.message["From"].addresses[0].username for a in server.arrivals} == {
        "support"
    }


@pytest.mark.django_db(transaction=True)
def test_without_a_mailbox_letters_leave_under_the_from_address(server, settings):
    settings.BOUNCE_ADDRESS = ""
    MessageFactory()

    delivery.deliver(clock=lambda: AT)

    assert [arrival.sender for arrival in server.arrivals] == [
        "support@aldwick.example"
    ]


@pytest.mark.django_db(transaction=True)
def test_a_mark_does_not_flicker_behind_a_server_that_takes_everything(server):
    """The report goes to the envelope address that the server was given.

    That the server takes the next letter too says nothing.
    """
    letter = MessageFactory(recipient=JONAS)
    delivery.deliver(clock=lambda: AT)
    [arrival] = server.arrivals
    returns.receive(dsn.report(arrival.sender), at=LATER)
    assert bounced() == {JONAS.lower()}

    letter.refresh_from_db()
    actions.send_again(letter, by="Stella", at=LATER)
    delivery.deliver(clock=lambda: LATER + timedelta(hours=1))

    letter.refresh_from_db()
    assert letter.state == "sent"
    assert bounced() == {JONAS.lower()}
    standing = AddressStanding.objects.get()
    assert standing.last_delivered_at > standing.last_bounced_at == LATER
    assert standing.has_bounced


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("words", "is_bounced"),
    [
        ("550 5.1.1 no such person", True),
        ("550 no such person", True),
        ("554 refused", False),
        ("550 5.4.4 no route", False),
        ("550 5.7.1 not from you", False),
        ("450 4.2.1 later", False),
    ],
)
def test_a_refusal_of_the_address_counts_as_a_bounce(server, words, is_bounced):
    letter = MessageFactory(recipient=JONAS)
    server.answer(JONAS, words)

    delivery.deliver(clock=lambda: AT)
    delivery.deliver(clock=lambda: LATER)

    letter.refresh_from_db()
    assert letter.state == ("waiting" if words.startswith("4") else "failed")
    assert (bounced() == {JONAS.lower()}) == is_bounced


@pytest.mark.django_db(transaction=True)
def test_a_bare_refusal_of_what_a_letter_says_spares_the_address(server):
    letter = MessageFactory(recipient=JONAS)
    server.answer(JONAS, "550 we do not like what it says", at="DATA")

    delivery.deliver(clock=lambda: AT)

    letter.refresh_from_db()
    assert letter.state == "failed"
    assert bounced() == set()
