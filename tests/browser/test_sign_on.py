"""From a claimed domain to members who come in through a real provider; no script."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from companies import actions
from companies.models import ClaimedDomain, User
from tests.browser.conftest import check_page, picture
from tests.provider import CLIENT_ID, CLIENT_SECRET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a sentence nobody guesses"


@pytest.fixture
def people(settings, live_server, alice, bob, stella):
    """With passwords, in a portal that knows where it is."""
    settings.PUBLIC_URL = live_server.url
    for person in (alice, bob, stella):
        person.set_password(PASSWORD)
        person.save()


@pytest.fixture
def plain(chromium, live_server):
    """A window without JavaScript."""

    def window():
        context = chromium.new_context(
            base_url=live_server.url, java_script_enabled=False, locale="en-GB"
        )
        return context.new_page()

    return window


def sign_in_with_password(page, address):
    page.goto(reverse("account_login"))
    page.get_by_label("Work e-mail").fill(address)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def come_in(page, address):
    page.goto(reverse("account_login"))
    page.get_by_label("Work e-mail").fill(address)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign in here").click()


def prove(page):
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(lambda url: "/reauthenticate/" not in url)


def test_the_whole_way_without_a_script(people, plain, provider, alice, bob, stella):
    """CO-07, CO-17"""
    admin = plain()
    sign_in_with_password(admin, alice.email)
    admin.goto(reverse("companies:sign_in"))
    admin.get_by_role("button", name="Claim this domain").click()
    expect(admin.locator("main")).to_contain_text("We check with you")

    # The support desk needs scripts; test_domains.py walks through it.
    actions.confirm_domain(ClaimedDomain.objects.get(), by=stella, at=timezone.now())
    admin.goto(reverse("companies:sign_in"))
    admin.get_by_role("link", name="Enter the provider").click()
    prove(admin)
    redirect_address = admin.locator("code").inner_text()
    provider.seat(alice.email, name="Alice Moreau", redirect_uri=redirect_address)
    admin.get_by_label("Issuer").fill(provider.issuer)
    admin.get_by_label("Client ID").fill(CLIENT_ID)
    admin.get_by_label("Client secret").fill(CLIENT_SECRET)
    admin.get_by_role("button", name="Save").click()
    admin.get_by_role("link", name="Test it now").click()
    admin.get_by_role("button", name="Sign in here").click()
    expect(admin.locator("main")).to_contain_text("The test was successful")
    admin.get_by_role("link", name="Switch on").click()
    expect(admin.locator("main")).to_contain_text("2 people sign in through 127.0.0.1")
    admin.get_by_role("button", name="Switch on").click()
    expect(admin.locator("main")).to_contain_text("Single sign-on is on")

    provider.seat(bob.email, name="Bob Weber")
    member = plain()
    come_in(member, bob.email)
    expect(member.locator(".menu-who")).to_contain_text("Bob Weber")

    newcomer = plain()
    provider.seat("nora@acme.example", name="Nora Blake")
    come_in(newcomer, "nora@acme.example")
    expect(newcomer.locator(".menu-who")).to_contain_text("Nora Blake")
    assert User.objects.get(email="nora@acme.example").company == alice.company

    refused = plain()
    refused.goto(reverse("account_login") + "?with=password")
    refused.get_by_label("Work e-mail").fill(bob.email)
    refused.locator("#id_password").fill(PASSWORD)
    refused.get_by_role("button", name="Sign in", exact=True).click()
    expect(refused.locator("main")).to_contain_text("do not belong together")


@pytest.mark.parametrize(
    ("story", "words"),
    [
        ({"email": "bob@else.example"}, "none of the mail domains of Acme"),
        ({"email_verified": False}, "is not confirmed"),
        ({"spoil": "audience"}, "a proof that we cannot believe"),
        ({"spoil": "nonce"}, "a proof that we cannot believe"),
        ({"spoil": "expired"}, "a proof that we cannot believe"),
    ],
)
def test_what_a_provider_says_wrongly_lets_nobody_in(
    people, plain, provider, on, bob, story, words
):
    """CO-17"""
    provider.seat(**{"email": bob.email, **story}, redirect_uri=on.redirect_address)
    member = plain()

    come_in(member, bob.email)

    expect(member.locator("h1")).to_have_text("You are not signed in")
    expect(member.locator("main")).to_contain_text(words)


def test_each_page_of_it(people, page, sign_in, provider, sign_on, alice, bob):
    """As a browser with scripts shows them, which obeys our policy for contents."""
    provider.seat(alice.email, spoil="audience", redirect_uri=sign_on.redirect_address)
    sign_in_with_password(page, alice.email)
    page.goto(reverse("companies:sign_on_provider"))
    prove(page)
    picture(page, "sign-on-provider")
    picture(page, "sign-on-provider", width=390)
    check_page(page)

    page.goto(reverse("companies:sign_in"))
    picture(page, "sign-on-steps")
    picture(page, "sign-on-steps", width=390, scheme="dark")
    check_page(page)

    page.get_by_role("link", name="Test it now").click()
    page.get_by_role("button", name="Sign in here").click()
    expect(page.locator("h1")).to_have_text("The test failed")
    picture(page, "sign-on-failed")
    page.faults = [one for one in page.faults if "403" not in one]
    check_page(page)

    provider.seat(alice.email)
    page.goto(reverse("companies:sign_on_test"))
    page.get_by_role("button", name="Sign in here").click()
    picture(page, "sign-on-tested")
    page.get_by_role("link", name="Switch on").click()
    picture(page, "sign-on-question")
    check_page(page)
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("main")).to_contain_text("Single sign-on is on")
    picture(page, "sign-on-on")
    check_page(page)
    page.get_by_role("link", name="Switch off").click()
    picture(page, "sign-on-off")
    check_page(page)

    page.context.clear_cookies()
    page.goto(reverse("account_login"))
    page.get_by_label("Work e-mail").fill(bob.email)
    page.route("**/accounts/sign-on/go/", lambda route: route.fulfill(status=204))
    with page.expect_response("**/accounts/sign-on/go/"):
        page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("h1")).to_have_text("You sign in through Acme")
    picture(page, "sign-on-between")
    page.unroute("**/accounts/sign-on/go/")
    page.goto(reverse("account_login"))
    page.get_by_label("Work e-mail").fill(bob.email)
    page.get_by_role("button", name="Sign in", exact=True).click()
    # The page between goes on by itself.
    expect(page.locator("h1")).to_have_text("The provider of Acme")
