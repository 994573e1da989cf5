"""The inbox and the choice of what one gets, without JavaScript as well [LI-03]."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from companies.topics import Topic
from tests.browser.conftest import check_page, picture
from tests.factories.notices import NoticeFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOLD = [
    (Topic.RENEWAL, "Depot Control: two licenses end in 15 days", 2, False),
    (Topic.TICKET, "[#10482] Parcel list stays empty", 3, False),
    (Topic.CONTACT, "Weighbridge: you are asked to be its technical contact", 26, True),
    (Topic.MAINTENANCE, "Track and Trace: work on Sat 28 Nov is moved", 50, True),
]


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def told(bob):
    now = timezone.now()
    for topic, title, hours, is_read in TOLD:
        at = now - timedelta(hours=hours)
        NoticeFactory(
            person=bob,
            topic=topic,
            title=title,
            text="The renewal is signed. Generate two keys.",
            link=reverse("companies:account"),
            created_at=at,
            read_at=at if is_read else None,
        )


@pytest.fixture
def plain(chromium, live_server, sign_in, page, bob, told):
    """Bob's window without JavaScript."""
    sign_in(bob)
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="en-GB"
    )
    context.add_cookies(page.context.cookies())
    yield context.new_page()
    context.close()


def test_the_inbox_looks_well(page, sign_in, bob, told):
    sign_in(bob)
    page.goto("/notices/")

    expect(page.locator(".notice")).to_have_count(4)
    expect(page.locator(".notice.is-unread")).to_have_count(2)
    picture(page, "notices")
    picture(page, "notices", scheme="dark")
    picture(page, "notices", width=390)
    check_page(page)


def test_the_empty_inbox_looks_well(page, sign_in, alice):
    sign_in(alice)
    page.goto("/notices/")

    expect(page.get_by_role("heading", name="No notices yet")).to_be_visible()
    check_page(page)


def test_bob_reads_without_javascript(plain):
    plain.goto("/notices/")
    unread = plain.locator(".nav-link", has_text="Notices").locator(".nav-count")
    expect(unread).to_contain_text("2")

    plain.get_by_role("button", name=TOLD[0][1], exact=True).click()
    expect(plain.locator("h1")).to_have_text("Your account")
    plain.goto("/notices/?which=unread")
    expect(plain.locator(".notice")).to_have_count(1)

    plain.get_by_role("button", name=f"Mark as read {TOLD[1][1]}").click()
    expect(plain.get_by_text("You have read everything")).to_be_visible()
    plain.get_by_role("link", name="All", exact=True).click()
    plain.get_by_role("button", name=f"Mark as unread {TOLD[2][1]}").click()
    expect(plain.locator(".notice.is-unread")).to_have_count(1)

    plain.get_by_role("button", name="Mark all as read").click()
    expect(plain.get_by_role("status").first).to_contain_text("1 notice is marked")
    expect(plain.locator(".notice.is-unread")).to_have_count(0)
    expect(unread).to_have_count(0)


def test_bob_looks_at_one_topic_without_javascript(plain):
    plain.goto("/notices/")

    plain.get_by_role("link", name="Maintenance", exact=True).last.click()

    expect(plain.locator(".notice")).to_have_count(1)
    expect(plain.locator(".notice-title")).to_have_text(TOLD[3][1])


def test_bob_chooses_what_he_gets_without_javascript(plain, bob):
    plain.goto("/account/")
    plain.get_by_role("link", name="Choose what you get").click()
    box = plain.get_by_role("checkbox", name="Tickets: By e-mail", exact=True)
    expect(box).to_be_checked()
    expect(plain.get_by_role("checkbox", name="Renewals: By e-mail")).to_be_disabled()

    box.uncheck()
    plain.get_by_role("button", name="Save").click()

    expect(plain.get_by_role("status").first).to_contain_text("saved")
    expect(box).not_to_be_checked()
    assert bob.notice_choices.count() == 1

    plain.get_by_role("button", name="Back to what everybody gets").click()
    expect(box).to_be_checked()
    assert not bob.notice_choices.exists()


def test_the_choice_looks_well(page, sign_in, bob):
    sign_in(bob)
    page.goto("/account/notices/")

    picture(page, "notice-choices")
    picture(page, "notice-choices", width=390)
    check_page(page)
