"""A security contact, in a browser without JavaScript, with letters over real SMTP."""

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
from tests.factories.companies import SecurityContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = "desk@acme.example"


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def name_desk(page):
    enter(page, "alice@acme.example", PASSWORD)
    page.goto("/company/")
    page.locator("#security-contact ~ a").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("Security Desk")
    page.get_by_label("E-mail address").fill(DESK)


def test_named_confirmed_and_removed(plain, alice, post_office, browser_of):  # noqa: F811
    """CO-16"""
    name_desk(plain)
    plain.get_by_role("button", name="Send the link").click()
    part = plain.locator("section:has(#security-contact)")
    expect(part).to_contain_text("Waits to be confirmed")

    reader = browser_of()
    reader.goto(link_in(newest_letter(post_office, DESK)))
    expect(reader.locator("h1")).to_have_text("Be the security contact of Acme?")
    reader.get_by_role("button", name="Yes, write to this address").click()
    expect(reader.locator("h1")).to_have_text("You are the security contact of Acme")

    plain.goto("/company/")
    expect(part).to_contain_text("Confirmed")
    told = newest_letter(post_office, "alice@acme.example")
    assert told["Subject"] == "Security Desk is your security contact"
    part.get_by_role("link", name="Remove").click()
    plain.get_by_role("button", name="Remove").click()
    expect(part).to_contain_text("Nobody is named")


@pytest.fixture
def browser_of(chromium, live_server):
    """Opens the window of somebody else, without JavaScript and without an account."""
    contexts = []

    def opened():
        contexts.append(
            chromium.new_context(base_url=live_server.url, java_script_enabled=False)
        )
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def test_each_page(page, alice, post_office):  # noqa: F811
    SecurityContactFactory(
        company=alice.company, named_by=alice, name="Vera Sand", confirmed=True
    )
    name_desk(page)
    look(page, "security-name")
    page.get_by_role("button", name="Send the link").click()
    look(page, "security-company")
    link = link_in(newest_letter(post_office, DESK))
    page.goto(link)
    look(page, "security-confirm")
    page.get_by_role("button", name="Yes, write to this address").click()
    look(page, "security-done")
    page.goto(link)
    look(page, "security-link-dead")
    page.goto("/company/")
    page.locator("section:has(#security-contact) a.btn").click()
    look(page, "security-remove")


def look(page, name):
    picture(page, name)
    check_page(page)
