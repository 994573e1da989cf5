"""A reader calls a letter unwanted: believed at its signed address, and looked into."""

from datetime import UTC, datetime, timedelta

import pytest

from outbox import returns
from outbox.models import AddressStanding, Attempt, Message, ReturnedMail, Verdict
from outbox.return_address import return_address
from tests import arf, dsn
from tests.factories.outbox import MessageFactory

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailbox(settings):
    settings.BOUNCE_ADDRESS = "bounces@steward.example"


@pytest.fixture
def letter():
    return MessageFactory(recipient="jonas@acme.example", sent=True)


def received(raw):
    return returns.receive(raw, at=LATER)


@pytest.mark.parametrize("place", ["to", "mail_from", "return_path"])
def test_a_complaint_is_noted_and_marks_no_address(letter, place):
    """RFC 5965: wherever the provider writes down how the letter left.

    The letter arrived, and the next one will.
    """
    raw = arf.complaint(**{place: return_address(letter.pk)})

    assert received(raw) == Verdict.COMPLAINED

    letter.refresh_from_db()
    assert letter.state == Message.State.SENT
    attempt = letter.attempts.get()
    assert attempt.outcome == Attempt.Outcome.COMPLAINED
    assert attempt.words == "Reported as unwanted (abuse) Example-Loop/1.0"
    assert not AddressStanding.objects.bounced().exists()


def test_headers_alone_are_enough(letter):
    raw = arf.complaint(
        return_path=return_address(letter.pk), part="text/rfc822-headers"
    )

    assert received(raw) == Verdict.COMPLAINED


def test_a_second_complaint_about_the_letter_is_noted_once(letter):
    address = return_address(letter.pk)
    received(arf.complaint(mail_from=address))

    assert received(arf.complaint(return_path=address)) == Verdict.REPEATED
    assert letter.attempts.count() == 1


def test_praise_harms_nobody(letter):
    raw = arf.complaint(kind="not-spam", mail_from=return_address(letter.pk))

    assert received(raw) == Verdict.ARRIVED
    assert not AddressStanding.objects.bounced().exists()


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"mail_from": "bounces@steward.example"},
        {"mail_from": "bounces+" + "a" * 42 + "@steward.example"},
        {"return_path": "jonas@acme.example"},
    ],
)
def test_whoever_knows_no_letter_complains_about_none(letter, facts):
    assert received(arf.complaint(**facts)) == Verdict.UNSIGNED
    assert not AddressStanding.objects.bounced().exists()


def test_a_report_without_a_kind_is_none(letter):
    raw = arf.complaint(to=return_address(letter.pk)).replace(b"Feedback-Type", b"X")

    assert received(raw) == Verdict.NO_REPORT


def test_a_mail_is_written_down_once_whatever_happens_in_between(letter):
    """Also when the letter was sent anew since, and arrived."""
    raw = dsn.report(return_address(letter.pk))
    received(raw)
    Message.objects.update(state=Message.State.SENT, sent_at=LATER)

    assert received(raw) == Verdict.REPEATED

    letter.refresh_from_db()
    assert letter.state == Message.State.SENT
    row = ReturnedMail.objects.get()
    assert (row.verdict, row.message) == (Verdict.BOUNCED, letter)
    assert row.sender == "Mail Delivery System <MAILER-DAEMON@mx.acme.example>"
    assert row.subject == "Undelivered Mail Returned to Sender"


def test_what_comes_too_early_leaves_no_trace():
    letter = MessageFactory(held=True)
    raw = dsn.report(return_address(letter.pk))

    assert received(raw) == Verdict.TOO_EARLY

    assert not ReturnedMail.objects.exists()


def test_the_desk_lists_what_came_in(client, stella, letter):
    received(dsn.report(return_address(letter.pk)))
    received(b"From: someone@example.com\nSubject: Cheap watches\n\nBuy.\n")
    client.force_login(stella)

    page = client.get("/admin/outbox/returnedmail/").content.decode()

    assert "Cheap watches" in page
    assert "the letter came back" in page.lower()
