"""The second factor in a browser without JavaScript; each page as people see it."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from tests.browser.conftest import check_page, picture
from tests.companies.test_second_factor import PASSWORD, app_code, next_half_minute

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def plain(chromium, live_server):
    """A window in which no script runs."""
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="en-GB"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def sign_in(page):
    page.goto("/account/")
    page.get_by_label("Work e-mail").fill("alice@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def begin(page):
    """From the account to the page with the drawing; returns the secret on it."""
    sign_in(page)
    page.get_by_role("link", name="Switch it on").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    return page.locator(".code-inline").inner_text().replace(" ", "")


def finish(page, secret):
    page.get_by_label("Code in the app now").fill(app_code(secret))
    page.get_by_role("button", name="Switch it on").click()
    next_half_minute()


def test_alice_switches_it_on_uses_it_and_switches_it_off(plain, alice):
    secret = begin(plain)
    finish(plain, secret)
    expect(plain.locator("h1")).to_have_text("Recovery codes")
    codes = plain.locator("#codes").inner_text().split()
    assert len(codes) == 10
    plain.get_by_role("link", name="I have kept them").click()
    expect(plain.locator("#security")).to_contain_text("On")

    plain.locator("summary.menu-who").click()
    plain.get_by_role("button", name="Sign out").click()
    sign_in(plain)
    expect(plain.locator("h1")).to_have_text("Enter your code")
    plain.get_by_label("Code").fill("000000")
    plain.get_by_role("button", name="Sign in", exact=True).click()
    expect(plain.get_by_role("alert")).to_contain_text("This code is not right")
    plain.get_by_label("Code").fill(codes[0])
    plain.get_by_role("button", name="Sign in", exact=True).click()
    expect(plain.locator("h1")).to_have_text("Your account")
    expect(plain.locator("#security")).to_contain_text("9 are left")

    plain.get_by_role("link", name="Switch it off").click()
    expect(plain.locator("h1")).to_have_text("Is it you?")
    plain.get_by_label("Code").fill(app_code(secret))
    plain.get_by_role("button", name="Go on").click()
    plain.get_by_role("button", name="Switch it off").click()
    expect(plain).to_have_url(re.compile("/account/#security$"))
    expect(plain.locator("#security")).to_contain_text("Off")


def test_who_has_only_the_password_can_begin_anew_as_somebody_else(plain, alice):
    finish(plain, begin(plain))
    plain.context.clear_cookies()
    sign_in(plain)

    plain.get_by_role("button", name="Sign in as somebody else").click()

    expect(plain.locator("h1")).to_have_text("Sign in")


def test_each_page(page, alice):
    sign_in(page)
    page.get_by_role("link", name="Switch it on").click()
    look(page, "is-it-you")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    look(page, "second-factor-on")
    finish(page, page.locator(".code-inline").inner_text().replace(" ", ""))
    look(page, "recovery-codes")
    copy(page)
    page.get_by_role("link", name="Make new ones").click()
    look(page, "recovery-codes-new")
    page.goto("/account/")
    look(page, "account-second-factor")
    page.goto("/accounts/second-factor/off/")
    look(page, "second-factor-off")
    page.context.clear_cookies()
    sign_in(page)
    look(page, "second-factor-sign-in")


def copy(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.split() == page.locator("#codes").inner_text().split()


def look(page, name):
    picture(page, name)
    picture(page, name, width=390)
    picture(page, name, scheme="dark")
    check_page(page)
