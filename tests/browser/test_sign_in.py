"""The way in, in a real browser without JavaScript, with letters over real SMTP."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from companies.models import User
from tests.browser.conftest import check_page
from tests.browser.letters import link_in, newest_letter
from tests.smtp import SmtpServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a sentence nobody guesses"
NEW_PASSWORD = "another sentence nobody guesses"


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def post_office(settings, live_server):
    """A mail server; letters lead to the server that this browser talks to."""
    settings.PUBLIC_URL = live_server.url
    with SmtpServer() as server:
        for name, value in server.settings().items():
            setattr(settings, name, value)
        yield server


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


def sign_in(page, email, password):
    page.goto("/account/")
    page.get_by_label("Work e-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_alice_signs_in_and_out(plain, alice):
    sign_in(plain, "alice@acme.example", PASSWORD)

    expect(plain).to_have_url(re.compile("/account/$"))
    expect(plain.locator("h1")).to_have_text("Your account")
    plain.locator("summary.menu-who").click()
    plain.get_by_role("button", name="Sign out").click()
    plain.goto("/account/")
    expect(plain.locator("h1")).to_have_text("Sign in")


def test_a_wrong_password_keeps_what_was_typed_and_says_what_to_do(plain, alice):
    sign_in(plain, "alice@acme.example", "wrong")

    expect(plain).to_have_title(re.compile("^Error: Sign in"))
    expect(plain.get_by_role("alert")).to_contain_text("do not belong together")
    expect(plain.get_by_label("Work e-mail")).to_have_value("alice@acme.example")
    expect(plain.get_by_label("Password")).to_have_value("")
    expect(plain.get_by_role("link", name="I forgot my password")).to_be_visible()


def test_a_new_password_comes_through_the_mailbox(plain, alice, post_office):
    plain.goto("/accounts/login/")
    plain.get_by_role("link", name="I forgot my password").click()
    plain.get_by_label("Work e-mail").fill("alice@acme.example")
    plain.get_by_role("button", name="Send the link").click()
    expect(plain.locator("h1")).to_have_text("Look into your inbox")

    letter = newest_letter(post_office, "alice@acme.example")
    assert letter["Subject"] == "Choose a new password for the Aldwick customer portal"
    assert letter.get_body(("html",)) is not None
    plain.goto(link_in(letter))
    plain.get_by_label("New password", exact=False).fill(NEW_PASSWORD)
    plain.get_by_label("The same password again").fill(NEW_PASSWORD)
    plain.get_by_role("button", name="Set the password").click()
    expect(plain.locator("h1")).to_have_text("Your new password is set")

    sign_in(plain, "alice@acme.example", NEW_PASSWORD)
    expect(plain.locator("h1")).to_have_text("Your account")
    notice = newest_letter(post_office, "alice@acme.example")
    assert "was changed" in notice["Subject"]


def test_alice_signs_in_by_a_letter(plain, alice, post_office):
    plain.goto("/accounts/login/")
    plain.get_by_role("link", name="Sign in with a link by e-mail").click()
    plain.get_by_label("Work e-mail").fill("alice@acme.example")
    plain.get_by_role("button", name="Send the link").click()
    expect(plain.locator("h1")).to_have_text("Look into your inbox")

    letter = newest_letter(post_office, "alice@acme.example")
    plain.goto(link_in(letter))
    expect(plain.locator("h1")).to_have_text("Sign in with this code?")
    plain.get_by_role("button", name="Sign in").click()

    plain.goto("/account/")
    expect(plain.locator("h1")).to_have_text("Your account")


def test_the_pages_about_a_letter_are_ours(page, alice):
    page.goto("/accounts/login/code/")
    check_page(page)
    page.get_by_label("Work e-mail").fill("alice@acme.example")
    page.get_by_role("button", name="Send the link").click()
    expect(page.locator("h1")).to_have_text("Look into your inbox")
    check_page(page)
    page.context.clear_cookies()
    page.goto("/accounts/login/code/confirm/?code=ABCD-EFGH")
    expect(page.locator("h1")).to_have_text("This link does not work here")
    check_page(page)


def test_nora_registers_confirms_and_comes_in(plain, post_office, db):
    plain.goto("/accounts/login/")
    plain.get_by_role("link", name="Create one").click()
    plain.get_by_label("Your name").fill("Nora Blake")
    plain.get_by_label("Work e-mail").fill("nora@new.example")
    plain.get_by_label("Password", exact=False).first.fill(PASSWORD)
    plain.get_by_label("The same password again").fill(PASSWORD)
    plain.get_by_role("button", name="Create account").click()
    expect(plain.locator("h1")).to_have_text("Look into your inbox")

    plain.goto(link_in(newest_letter(post_office, "nora@new.example")))
    plain.get_by_role("button", name="Confirm the address").click()
    sign_in(plain, "nora@new.example", PASSWORD)

    expect(plain.locator("h1")).to_have_text("Your account")
    assert User.objects.get(email="nora@new.example").has_account


def test_the_page_after_too_many_attempts_is_one_of_ours(page, alice):
    for _attempt in range(6):
        sign_in(page, "alice@acme.example", "wrong")
        expect(page.get_by_role("alert")).to_be_visible()

    expect(page.get_by_role("alert")).to_contain_text("Too many attempts failed")
    check_page(page)
