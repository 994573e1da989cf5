"""Choosing when e-mail comes, and leaving a list from a letter, without JavaScript."""

from datetime import time

import pytest
from playwright.sync_api import expect

from companies import unsubscribing
from companies.models import NoticeChoice
from companies.topics import Topic
from tests.browser.conftest import check_page, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plain(window, sign_in, page, bob):
    """Bob's window without JavaScript."""
    sign_in(bob)
    opened = window()
    opened.context.add_cookies(page.context.cookies())
    return opened


@pytest.fixture
def path(settings, live_server, bob):
    settings.PUBLIC_URL = live_server.url
    return unsubscribing.url_of(bob, Topic.TICKET)


def test_bob_wants_one_letter_a_day_and_quiet_nights(plain, bob):
    plain.goto("/account/notices/")
    plain.get_by_role("link", name="Choose when e-mail comes").click()
    expect(plain.get_by_role("radio", name="At once")).to_be_checked()

    plain.get_by_role("radio", name="Once a day, in one letter").check()
    plain.get_by_label("The letter of the day comes at").fill("18:00")
    plain.get_by_label("No e-mail from").fill("22:00")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("Say until when").first).to_be_visible()
    plain.get_by_label("Until").fill("07:00")
    plain.get_by_role("button", name="Save").click()

    expect(plain.get_by_role("status").first).to_contain_text("saved")
    expect(plain.get_by_text("It is quiet from 22:00 to 07:00")).to_be_visible()
    bob.refresh_from_db()
    assert (bob.daily_at, bob.quiet_until) == (time(18), time(7))


def test_the_choice_looks_well(page, sign_in, bob):
    sign_in(bob)
    page.goto("/account/notices/times/")

    picture(page, "mail-times")
    picture(page, "mail-times", scheme="dark")
    picture(page, "mail-times", width=390)
    check_page(page)


def test_a_stranger_to_the_portal_switches_off_and_on(window, path):
    plain = window()
    plain.goto(path)
    assert not NoticeChoice.objects.exists()

    plain.get_by_role("button", name="Switch these e-mails off").click()
    expect(plain.locator("h1")).to_have_text("No more e-mails about “Tickets”")
    assert NoticeChoice.objects.get().is_on is False

    plain.get_by_role("button", name="Switch them on again").click()
    expect(plain.locator("h1")).to_have_text("E-mails about “Tickets” are on again")
    assert not NoticeChoice.objects.exists()


def test_the_page_of_a_letter_looks_well(page, path):
    page.goto(path)

    picture(page, "unsubscribe")
    picture(page, "unsubscribe", width=390)
    check_page(page)
    page.get_by_role("button", name="Switch these e-mails off").click()
    picture(page, "unsubscribed")
    check_page(page)
