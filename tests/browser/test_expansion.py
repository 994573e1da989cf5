"""More users: asked for by a contact, agreed at the desk, read again; how it looks."""

import pytest
from playwright.sync_api import expect

from licenses import actions
from licenses.models import ExpansionRequest
from tests.browser.conftest import check_page, picture
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.licenses import ExpansionRequestFactory, LicenseFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def license(acme, bob):
    depot = ApplicationFactory(company=acme, name="Depot Control")
    TechnicalContactFactory(application=depot, user=bob)
    acceptance = EnvironmentFactory(application=depot, name="acceptance")
    ExpansionRequestFactory(
        license=LicenseFactory(environment=acceptance), asked_by=bob, agreed=True
    )
    production = EnvironmentFactory(application=depot, name="production")
    return LicenseFactory(environment=production, users=300)


def test_ask_for_more_users_and_withdraw(page, sign_in, license, bob):
    sign_in(bob)
    page.goto(license.get_absolute_url())
    page.get_by_role("link", name="Ask for more users").click()
    check_page(page)
    picture(page, "expand")
    picture(page, "expand", width=390, scheme="dark")

    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("alert")).to_contain_text("This field is required")
    check_page(page)
    picture(page, "expand-error", width=390)
    page.get_by_label("Users in all").fill("350")
    page.get_by_label("External").fill("40")
    page.get_by_label("Why").fill("A second shift starts in January.")
    page.get_by_role("button", name="Send the request").click()

    expect(page.get_by_text("Willem Fraser has your request.")).to_be_visible()
    check_page(page)
    picture(page, "expansion")
    picture(page, "expansion", width=390, scheme="dark")
    page.get_by_role("link", name="Requests for more").click()
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(3)
    check_page(page)
    picture(page, "expansions")
    picture(page, "expansions", width=390)

    page.get_by_role("link", name="350 users in all, 40 external users").click()
    page.get_by_role("link", name="Withdraw the request").click()
    page.get_by_role("button", name="Withdraw the request").click()
    expect(page.get_by_text("The request is withdrawn.")).to_be_visible()
    check_page(page)


def test_ask_without_a_script(window, live_server, license, bob, client):
    client.force_login(bob)
    page = window()
    page.context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": client.cookies["sessionid"].value,
                "url": live_server.url,
            }
        ]
    )
    page.goto(license.get_absolute_url())
    page.get_by_role("link", name="Ask for more users").click()
    page.get_by_label("Users in all").fill("350")
    page.get_by_label("Why").fill("A second shift.")
    page.get_by_role("button", name="Send the request").click()
    page.get_by_role("link", name="Withdraw the request").click()
    page.get_by_role("button", name="Withdraw the request").click()

    expect(page.get_by_text("The request is withdrawn.")).to_be_visible()


def test_the_tab_and_the_license_say_what_is_open(page, sign_in, license, alice):
    ExpansionRequestFactory(license=license, asked_by=alice)
    sign_in(alice)

    page.goto(f"/applications/{license.application.pk}/licenses/")
    check_page(page)
    picture(page, "expansion-tab")
    page.get_by_role("link", name="350 users in all").click()
    expect(page.get_by_role("heading", name="350 users in all")).to_be_visible()
    page.goto(license.get_absolute_url())
    check_page(page)
    picture(page, "expansion-license")
    picture(page, "expansion-license", width=390, scheme="dark")


def test_agree_at_the_desk(page, sign_in, license, bob, willem):
    row = ExpansionRequestFactory(license=license, asked_by=bob, executive=willem)
    actions.take_up_expansion(request=row, by=willem, at=row.asked_at)
    sign_in(willem)
    page.goto("/admin/licenses/expansionrequest/?open=yes")
    page.get_by_role("link", name="350 users in all").click()
    picture(page, "expansion-desk")
    page.get_by_role("link", name="Agree").click()
    picture(page, "expansion-agree")
    page.get_by_label("Answer").fill("350 from January on.")
    page.get_by_role("button", name="Agree").click()

    expect(page.get_by_text("Bob Weber is told.")).to_be_visible()
    assert ExpansionRequest.objects.get(license=license).state == "agreed"
    assert page.faults == []


def test_renew_many_after_a_look(page, sign_in, license, stella):
    sign_in(stella)
    page.goto("/admin/licenses/license/")
    for box in page.locator("input.action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("renew")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("columnheader", name="Renewed until")).to_be_visible()
    picture(page, "renew-look")
    page.get_by_role("button", name="Renew 2 licenses").click()

    expect(page.get_by_text("2 licenses are renewed.")).to_be_visible()
    assert page.faults == []
