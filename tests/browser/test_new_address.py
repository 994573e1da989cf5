"""Another address, in a browser without JavaScript, with a letter over real SMTP."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from tests.browser.conftest import check_page, picture
from tests.browser.letters import link_in, newest_letter
from tests.browser.test_sign_in import (
    PASSWORD,
    plain,  # noqa: F401 - a fixture
    post_office,  # noqa: F401 - a fixture
)
from tests.browser.test_sign_in import sign_in as enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def ask(page):
    enter(page, "alice@acme.example", PASSWORD)
    page.get_by_role("link", name="Change your address").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def want(page):
    ask(page)
    page.get_by_label("New e-mail address").fill("alice@new.example")
    page.get_by_role("button", name="Send the links").click()
    expect(page.locator("h1")).to_have_text("Look into both inboxes")


def test_alice_gets_another_address(plain, alice, post_office):  # noqa: F811
    want(plain)

    plain.goto(link_in(newest_letter(post_office, "alice@new.example")))
    plain.get_by_role("button", name="Confirm the address").click()
    expect(plain.locator("main")).to_contain_text("One word is missing")
    expect(plain.locator("#security")).to_contain_text("alice@acme.example")
    plain.goto(link_in(newest_letter(post_office, "alice@acme.example")))
    plain.get_by_role("button", name="It was me, change it").click()
    plain.get_by_role("link", name="Go to your account").click()

    expect(plain.locator("#security")).to_contain_text("alice@new.example")
    told = newest_letter(post_office, "alice@acme.example")
    assert "was changed" in told["Subject"]


def test_who_did_not_ask_keeps_the_account(
    plain,  # noqa: F811
    page,
    alice,
    post_office,  # noqa: F811
):
    want(page)

    plain.goto(link_in(newest_letter(post_office, "alice@acme.example")))
    plain.get_by_role("button", name="This was not me").click()
    expect(plain.locator("h1")).to_have_text("Your address stays")
    plain.get_by_role("link", name="Choose a new password").click()
    plain.get_by_label("Work e-mail").fill("alice@acme.example")
    plain.get_by_role("button", name="Send the link").click()
    expect(plain.locator("h1")).to_have_text("Look into your inbox")

    page.goto("/account/")
    expect(page.locator("h1")).to_have_text("Sign in")
    enter(page, "alice@acme.example", PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")


def test_each_page(page, alice, post_office):  # noqa: F811
    ask(page)
    look(page, "address")
    page.get_by_label("New e-mail address").fill("alice@new.example")
    page.get_by_role("button", name="Send the links").click()
    look(page, "address-asked")
    page.goto("/accounts/email/")
    look(page, "address-waiting")
    page.goto(link_in(newest_letter(post_office, "alice@new.example")))
    look(page, "address-confirm")
    page.goto("/accounts/email/made-by-hand/")
    look(page, "address-link-dead")
    link = link_in(newest_letter(post_office, "alice@acme.example"))
    page.goto(link)
    look(page, "address-answer")
    page.get_by_role("button", name="This was not me").click()
    look(page, "address-refused")
    page.goto(link)
    look(page, "address-answer-dead")


def look(page, name):
    picture(page, name)
    picture(page, name, width=390, scheme="dark")
    check_page(page)
