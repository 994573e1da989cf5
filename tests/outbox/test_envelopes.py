"""What leaves the house: the parts and headers of a letter, byte by byte."""

import email
import email.policy
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from outbox.envelopes import email_for
from outbox.models import Attachment, Message
from outbox.posting import post
from tests.factories.outbox import MessageFactory

pytestmark = pytest.mark.django_db


def sent(message):
    """The letter as another mail program would read it."""
    raw = email_for(message).message().as_bytes(linesep="\r\n")
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_letter_has_text_and_html(letter, nudges):
    mail = sent(post(**letter()))

    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert "Hello Jonas" in text.get_content()
    assert html.get_content_type() == "text/html"
    assert html.get_content().startswith("<!doctype html>")


def test_identity_is_taken_from_the_row():
    row = MessageFactory(created_at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC))

    mail = sent(row)

    assert mail["Message-ID"] == row.message_id
    assert parsedate_to_datetime(mail["Date"]) == row.created_at
    assert mail["X-Steward-Delivery"] == row.pk.hex
    assert mail["From"] == "Aldwick Support <support@aldwick.example>"
    assert mail["To"] == f"Pat Person <{row.recipient}>"


def test_a_notice_tells_machines_not_to_answer():
    mail = sent(MessageFactory())

    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Precedence"] == "bulk"


def test_a_topic_is_a_list_that_is_left_by_one_click():
    """RFC 2919, RFC 8058."""
    url = "https://portal.example/unsubscribe/abc/"

    mail = sent(MessageFactory(topic="license", unsubscribe_url=url))

    assert mail["List-Id"] == "Aldwick <license.notices.aldwick.example>"
    assert mail["List-Unsubscribe"] == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_cannot_be_switched_off_offers_no_click():
    mail = sent(MessageFactory(topic="renewal"))

    assert mail["List-Id"] == "Aldwick <renewal.notices.aldwick.example>"
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None


def test_a_letter_without_a_topic_is_on_no_list():
    mail = sent(MessageFactory())

    assert [name for name in mail if name.startswith("List-")] == []


def test_an_acknowledgement_says_that_it_answers_by_itself():
    mail = sent(MessageFactory(kind=Message.Kind.RECEIPT))

    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["List-Id"] is None


def test_a_persons_answer_is_no_automatic_mail():
    mail = sent(MessageFactory(kind=Message.Kind.ANSWER))

    for header in ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"):
        assert mail[header] is None
    assert mail["X-Steward-Delivery"]


def test_a_conversation_has_its_references(letter, nudges):
    first = post(**letter(key="a", thread="ticket:1042"))
    second = post(**letter(key="b", thread="ticket:1042"))

    mail = sent(second)

    assert mail["In-Reply-To"] == first.message_id
    assert mail["References"] == second.references
    assert sent(MessageFactory())["References"] is None


def test_replies_go_where_the_letter_says():
    row = MessageFactory(reply_to="ticket+1042@aldwick.example")

    assert sent(row)["Reply-To"] == "ticket+1042@aldwick.example"


def test_names_beyond_ascii_arrive_intact():
    row = MessageFactory(
        recipient_name="Tomás Łukaszewicz",
        subject="Änderung für „Depot“, 6. Dezember",
        text="Grüße\n",
    )

    mail = sent(row)

    assert mail["To"].addresses[0].display_name == "Tomás Łukaszewicz"
    assert mail["Subject"] == "Änderung für „Depot“, 6. Dezember"
    assert mail.get_body(("plain",)).get_content().strip() == "Grüße"


def test_a_calendar_entry_goes_along():
    row = MessageFactory()
    Attachment.objects.create(
        message=row,
        filename="window.ics",
        mimetype="text/calendar; method=REQUEST",
        content=b"BEGIN:VCALENDAR\r\nSUMMARY:Caf\xc3\xa9\r\nEND:VCALENDAR\r\n",
    )

    [part] = sent(row).iter_attachments()

    assert part.get_filename() == "window.ics"
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "REQUEST"
    assert "SUMMARY:Café" in part.get_content()


def test_a_letter_without_html_is_plain():
    assert sent(MessageFactory(html="")).get_content_type() == "text/plain"
