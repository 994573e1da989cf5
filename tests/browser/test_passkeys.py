"""Passkeys in Chromium, whose own authenticator stands in for a fingerprint."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from tests.browser.conftest import check_page, picture
from tests.factories.second_factors import switch_on

PASSWORD = "a sentence nobody guesses"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _at_home(settings, live_server):
    """Passkeys belong to the public address; a rate limit outlives one test."""
    settings.PUBLIC_URL = live_server.url
    cache.clear()


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


@pytest.fixture
def device(page):
    """A fingerprint reader in the window; `verified(False)` is the wrong finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"options": AUTHENTICATOR}
    name = session.send("WebAuthn.addVirtualAuthenticator", options)["authenticatorId"]

    def verified(is_verified):
        session.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": name, "isUserVerified": is_verified},
        )

    return verified


def sign_in(page):
    page.goto("/accounts/login/?next=/account/")
    page.get_by_label("Work e-mail").fill("alice@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.locator("summary.menu-who").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")


def add(page):
    sign_in(page)
    begin(page)


def begin(page, look=None):
    """From the account to the recovery codes that come with the first passkey."""
    page.get_by_role("link", name="Add one").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    if look:
        look(page, "passkey-add")
    page.get_by_label("Name of this passkey").fill("My laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")


def test_alice_adds_one_and_signs_in_with_it(page, alice, device):
    add(page)
    page.goto("/accounts/passkeys/")
    expect(page.locator("tbody tr")).to_contain_text("My laptop")
    sign_out(page)

    page.goto("/accounts/login/?next=/account/")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.locator("h1")).to_have_text("Your account")
    expect(page.locator("#security")).to_contain_text("Name, add or remove them")
    assert page.faults == []


def test_it_serves_as_second_factor_and_before_what_is_sensitive(page, alice, device):
    add(page)
    sign_out(page)
    sign_in(page)
    expect(page.locator("h1")).to_have_text("Show your passkey")
    page.get_by_role("button", name="Show a passkey").click()
    expect(page.locator("h1")).to_have_text("Your account")

    page.goto("/accounts/passkeys/")
    page.get_by_role("link", name="Remove My laptop").click()
    expect(page.locator("h1")).to_have_text("Is it you?")
    page.get_by_role("button", name="Show a passkey").click()
    expect(page.locator("h1")).to_have_text("Remove My laptop?")
    page.get_by_role("button", name="Remove it").click()

    expect(page.locator("main")).to_contain_text("No passkey yet")
    sign_out(page)
    sign_in(page)
    expect(page.locator("h1")).to_have_text("Your account")
    assert page.faults == []


def test_the_wrong_finger_is_said_and_the_next_try_may_be_right(page, alice, device):
    add(page)
    sign_out(page)
    page.goto("/accounts/login/?next=/account/")
    device(False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was shown")
    picture(page, "passkey-none-shown")

    device(True)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.locator("h1")).to_have_text("Your account")


def test_one_device_holds_one_for_an_account(page, alice, device):
    add(page)
    page.goto("/accounts/passkeys/new/")

    page.get_by_role("button", name="Add the passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("has a passkey for your account")


def test_it_is_renamed(page, alice, device):
    add(page)
    page.goto("/accounts/passkeys/")

    page.get_by_role("link", name="Rename My laptop").click()
    page.get_by_label("Name of this passkey").fill("In the drawer")
    page.get_by_role("button", name="Rename").click()

    expect(page.locator("tbody tr")).to_contain_text("In the drawer")


def test_each_page(page, alice, device):
    page.goto("/accounts/login/")
    look(page, "passkey-sign-in")
    sign_in(page)
    look(page, "passkey-account-none")
    page.goto("/accounts/passkeys/")
    look(page, "passkeys-none")
    page.goto("/account/")
    begin(page, look=look)
    page.goto("/accounts/passkeys/")
    look(page, "passkeys")
    page.get_by_role("link", name="Rename My laptop").click()
    look(page, "passkey-rename")
    page.goto("/accounts/passkeys/")
    page.get_by_role("link", name="Remove My laptop").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look(page, "passkey-remove")
    page.goto("/account/")
    look(page, "passkey-account")
    sign_out(page)
    sign_in(page)
    look(page, "passkey-second-step")
    page.get_by_role("button", name="Show a passkey").click()
    expect(page.locator("h1")).to_have_text("Your account")
    page.goto("/accounts/passkeys/new/")
    look(page, "passkey-is-it-you")


def look(page, name):
    for width in (1440, 390):
        for scheme in ("light", "dark"):
            picture(page, name, width=width, scheme=scheme)
    check_page(page)


# Where no script runs


@pytest.fixture
def plain(chromium, live_server):
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="en-GB"
    )
    yield context.new_page()
    context.close()


def test_without_script_each_page_says_so_and_names_another_way(plain, alice):
    plain.goto("/accounts/login/")
    expect(plain.get_by_role("button", name="passkey")).to_have_count(0)
    sign_in(plain)
    plain.goto("/accounts/passkeys/new/")
    plain.get_by_label("Your password").fill(PASSWORD)
    plain.get_by_role("button", name="Go on").click()
    expect(plain.locator("main")).to_contain_text("Passkeys need JavaScript")

    plain.get_by_role("link", name="use an app instead").click()

    expect(plain.locator("h1")).to_have_text("Switch on the second factor")


def test_without_script_a_recovery_code_signs_in(page, plain, alice, device):
    add(page)
    codes = page.locator("#codes").inner_text().split()
    sign_in(plain)
    expect(plain.locator("main")).to_contain_text("Passkeys need JavaScript")

    plain.get_by_label("Code").fill(codes[0])
    plain.get_by_role("button", name="Sign in", exact=True).click()

    expect(plain.locator("h1")).to_have_text("Your account")


def test_without_script_a_code_opens_what_is_sensitive(page, plain, alice, device):
    add(page)
    codes = page.locator("#codes").inner_text().split()
    sign_in(plain)
    plain.get_by_label("Code").fill(codes[0])
    plain.get_by_role("button", name="Sign in", exact=True).click()
    plain.goto("/accounts/email/")
    expect(plain.locator("h1")).to_have_text("Is it you?")

    plain.get_by_role("link", name="Enter a code instead").click()
    plain.get_by_label("Code").fill(codes[1])
    plain.get_by_role("button", name="Go on").click()

    expect(plain.locator("h1")).to_have_text("Change your address")


def test_who_has_an_app_as_well_is_asked_for_its_code_first(page, alice, device):
    switch_on(alice)
    sign_in(page)

    expect(page.locator("h1")).to_have_text("Enter your code")
    expect(page.get_by_role("button", name="Show a passkey")).to_have_count(0)
