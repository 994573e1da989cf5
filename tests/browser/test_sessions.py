"""Signing out a device from another one, in a browser without JavaScript."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from tests.browser.conftest import check_page, picture
from tests.companies.test_sessions import browser, is_signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


def test_alice_signs_out_the_other_device(page, sign_in, alice):
    elsewhere = browser(alice)
    sign_in(alice)
    page.goto("/account/")
    page.get_by_role("link", name="Where you are signed in").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    picture(page, "sessions")
    picture(page, "sessions", width=390)
    check_page(page)

    page.get_by_role("button", name="Sign out Firefox on Linux").click()

    expect(page.get_by_role("status").first).to_contain_text("signed out")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert not is_signed_in(elsewhere)


def test_alice_signs_out_everywhere_else(chromium, live_server, sign_in, page, alice):
    elsewhere = browser(alice)
    sign_in(alice)
    cookies = page.context.cookies()
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="en-GB"
    )
    context.add_cookies(cookies)
    plain = context.new_page()
    plain.goto("/accounts/sessions/")

    plain.get_by_role("button", name="Sign out everywhere else").click()

    expect(plain.locator("h1")).to_have_text("Where you are signed in")
    expect(plain.locator("tbody tr")).to_have_count(1)
    assert not is_signed_in(elsewhere)
    context.close()
