"""Sign-in and its kin, and the pages for when something is wrong."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check_page, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
    "reset-sent": "/accounts/password/reset/done/",
    "reset-done": "/accounts/password/reset/key/done/",
    "reset-bad-link": "/accounts/password/reset/key/1-nothing/",
    "confirm-bad-link": "/accounts/confirm-email/nothing/",
    "confirm-sent": "/accounts/confirm-email/",
    "inactive": "/accounts/inactive/",
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_before_signing_in(page, name):
    page.goto(PAGES[name])

    expect(page.locator("h1")).to_have_count(1)
    for width in (1440, 390):
        picture(page, f"gate-{name}", width=width)
    picture(page, f"gate-{name}", scheme="dark")
    check_page(page)


@pytest.mark.parametrize("path", ["logout", "password/change"])
def test_each_page_of_the_account(page, sign_in, alice, path):
    sign_in(alice)

    page.goto(f"/accounts/{path}/")

    picture(page, f"account-{path.replace('/', '-')}")
    check_page(page)


def test_a_wrong_password_says_so_on_top(page, alice):
    page.goto("/accounts/login/")
    page.get_by_label("Work e-mail").fill("alice@acme.example")
    page.get_by_label("Password").fill("something else")

    page.get_by_role("button", name="Sign in").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: Sign in"))
    picture(page, "gate-login-error")
    check_page(page)
