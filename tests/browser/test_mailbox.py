"""The trial's mailbox and the outbox of support staff, in a real browser."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import expect

from outbox.envelopes import email_for
from outbox.mailbox import Mailbox
from outbox.posting import post
from outbox.rendering import Reader
from tests.browser.conftest import check_page, picture
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAMPLES = Path(__file__).parents[1] / "outbox" / "templates"


@pytest.fixture
def written(settings):
    """A letter with every part a letter can have."""
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], SAMPLES]}]
    context = {
        "thing": "Depot Control",
        "at": datetime(2026, 12, 6, 22, 0, tzinfo=UTC),
        "words": "The renewal is signed; what is missing is a new key.",
        "server": "rtm-app-01",
        "start": date(2026, 9, 7),
        "now": date(2026, 11, 21),
        "end": date(2026, 12, 6),
        "company_name": "Havenstad Logistics",
    }
    with transaction.atomic():
        return post(
            key="renewal:1",
            to="jonas@acme.example",
            template="sample/emails/notice",
            context=context,
            reader=Reader(name="Jonas Weber", language="en"),
            audience="a technical contact of Depot Control",
            attachments=[("window.ics", "text/calendar", b"BEGIN:VCALENDAR")],
        )


@pytest.fixture
def box(settings, tmp_path, written):
    settings.MAILBOX_DIR = str(tmp_path)
    box = Mailbox(tmp_path)
    for minutes in range(3):
        raw = email_for(written).message().as_bytes(linesep="\r\n")
        box.keep(
            raw,
            recipients=[written.recipient],
            at=datetime(2026, 11, 21, 9, minutes, tzinfo=UTC),
        )
    return box


def test_the_mailbox_is_read_in_the_browser(page, box):
    page.goto("/mailbox/")
    check_page(page)
    picture(page, "mailbox")
    picture(page, "mailbox", width=390)

    page.get_by_role("link", name="Depot Control: two licenses end").first.click()

    heading = page.frame_locator("iframe").get_by_role("heading", level=1)
    expect(heading).to_have_text("Depot Control ends in 15 days")
    expect(page.get_by_role("link", name="window.ics")).to_be_visible()
    check_page(page)
    picture(page, "letter")
    picture(page, "letter", width=390)


def test_a_link_in_a_letter_opens_beside_it(page, box):
    page.context.route("http://testserver/**", lambda route: route.fulfill(body="ok"))
    page.goto(f"/mailbox/{box.names()[0]}/")
    letter = page.frame_locator("iframe")

    with page.context.expect_page() as opened:
        letter.get_by_role("link", name="Generate the keys").click()

    expect(opened.value).to_have_url("http://testserver/licenses/keys/")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_letter_fits_the_screen(page, box, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/mailbox/{box.names()[0]}/html/")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.faults == []
    picture(page, "mail", width=width, scheme=scheme)


def test_support_staff_read_the_outbox(page, sign_in, stella, written):
    failed = MessageFactory(failed=True, html=written.html)
    AttemptFactory(message=failed, outcome="refused", code=550, words="no such person")
    sign_in(stella)

    page.goto("/admin/outbox/message/")
    picture(page, "admin-outbox")
    page.goto(f"/admin/outbox/message/{failed.pk}/change/")

    heading = page.frame_locator("iframe").get_by_role("heading", level=1)
    expect(heading).to_have_text("Depot Control ends in 15 days")
    expect(page.get_by_text("no such person").first).to_be_visible()
    picture(page, "admin-letter")
