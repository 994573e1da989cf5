"""Alice finds who is not of Acme on its teams, without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import check_page, picture
from tests.factories.apps import ApplicationFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def docks(acme, bob, dora):
    application = ApplicationFactory(company=acme, name="Dock Planner")
    for person in (bob, dora):
        MembershipFactory(application=application, user=person)
    return application


@pytest.fixture
def plain(chromium, live_server, client, alice):
    """Alice's window, in which no script runs."""
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="en-GB"
    )
    client.force_login(alice)
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    yield context.new_page()
    context.close()


def test_alice_asks_for_the_externals(plain, docks):
    plain.goto(reverse("companies:people"))
    expect(plain.locator("tbody tr")).to_have_count(3)
    plain.get_by_label("State").select_option("external")
    plain.get_by_role("button", name="Apply").click()
    expect(plain.locator("tbody tr")).to_have_count(1)

    plain.get_by_role("link", name="Dora Lind").click()

    expect(plain.locator(".page-title")).to_contain_text("External")
    expect(plain.get_by_role("link", name="Dock Planner")).to_be_visible()
    expect(plain.get_by_role("link", name="Deactivate")).to_have_count(0)


def test_the_pages_of_externals(page, sign_in, alice, docks, dora):
    sign_in(alice)

    for name, address in {
        "externals": reverse("companies:people"),
        "external": dora.get_absolute_url(),
    }.items():
        page.goto(address)
        picture(page, name)
        picture(page, name, width=390)
        check_page(page)
