"""People, a person, the company and one's own account, as a browser shows them."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from companies import actions
from tests.browser.conftest import check_page, picture
from tests.factories.companies import ServiceLevelFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(acme, alice, bob, willem):
    """Acme with an agreement, a company contact, a newcomer and somebody who left."""
    level = ServiceLevelFactory(
        name="Platinum",
        availability="99.9 % a month",
        recovery_time="4 hours",
        recovery_point="1 hour",
    )
    for priority, answer, solution in ((1, 30, 240), (2, 60, 480), (3, 480, None)):
        level.targets.create(
            priority=priority,
            response_minutes=answer,
            resolution_minutes=solution,
            around_the_clock=priority == 1,
        )
    at = timezone.now()
    actions.name_contact(bob, by=alice, at=at)
    actions.change_account(
        bob, by=bob, at=at, phone="+31 6 5550 1842", job_title="Head of operations"
    )
    actions.change_company(
        acme, by=willem, at=at, service_level=level, customer_success_manager=willem
    )
    UserFactory(name="Carl Ek", company=acme, unregistered=True)
    UserFactory(name="Zoe Vermeulen", company=acme, deactivated=True)
    return acme


PAGES = {
    "people": reverse("companies:people") + "?state=all",
    "people-none": reverse("companies:people") + "?q=nobody",
    "company": reverse("companies:company"),
    "account": reverse("companies:account"),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page(page, sign_in, house, alice, name):
    sign_in(alice)

    page.goto(PAGES[name])

    picture(page, name)
    picture(page, name, width=390)
    picture(page, name, scheme="dark")
    check_page(page)


@pytest.mark.parametrize("name", ["name_admin", "name_contact"])
def test_each_question(page, sign_in, house, alice, name):
    carl = UserFactory(name="Carl Berg", company=house)
    sign_in(alice)

    page.goto(reverse(f"companies:{name}", args=[carl.pk]))

    picture(page, name)
    check_page(page)


def test_alice_makes_bob_company_admin(page, sign_in, house, alice, bob):
    sign_in(alice)
    page.goto(reverse("companies:people"))
    page.get_by_role("link", name="Bob Weber").click()
    picture(page, "person")
    picture(page, "person", width=390)
    check_page(page)

    page.get_by_role("link", name="Make company admin").click()
    page.get_by_role("button", name="Make company admin").click()

    expect(page.locator("h1")).to_have_text("Bob Weber")
    expect(page.locator(".page-title")).to_contain_text("Company admin")
    assert page.faults == []


def test_bob_changes_his_clock_and_his_colours(page, sign_in, house, bob):
    sign_in(bob)
    page.goto(reverse("companies:account"))

    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status").first).to_contain_text("Your account is changed")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    assert page.faults == []


@pytest.fixture
def abroad(chromium, live_server, client):
    """Opens somebody's account on a device in Tokyo."""
    contexts = []

    def opened(person, *, with_script):
        context = chromium.new_context(
            base_url=live_server.url,
            timezone_id="Asia/Tokyo",
            java_script_enabled=with_script,
            locale="en-GB",
        )
        contexts.append(context)
        client.force_login(person)
        session = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )
        page = context.new_page()
        page.faults = []
        page.goto(reverse("companies:account"))
        return page

    yield opened
    for context in contexts:
        context.close()


def test_the_time_zone_of_the_device_is_suggested_and_chosen_by_hand(abroad, bob):
    page = abroad(bob, with_script=True)
    hint = page.get_by_text("Your time zone here is another than that of this device")
    expect(hint).to_be_visible()
    picture(page, "account-zone")
    check_page(page)

    page.get_by_role("button", name="Use that of the device").click()
    expect(hint).to_be_hidden()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status").first).to_contain_text("Your account is changed")
    expect(hint).to_be_hidden()
    bob.refresh_from_db()
    assert bob.time_zone == "Asia/Tokyo"


def test_without_scripts_nothing_is_suggested(abroad, bob):
    page = abroad(bob, with_script=False)

    expect(page.get_by_label("Time zone")).to_have_value("Europe/Amsterdam")
    expect(page.get_by_text("Use that of the device")).to_be_hidden()


def test_a_time_zone_is_found_by_typing_the_place(page, sign_in, house, bob):
    sign_in(bob)
    page.goto(reverse("companies:account"))

    page.get_by_label("Time zone").focus()
    page.keyboard.type("Reykj")

    expect(page.get_by_label("Time zone")).to_have_value("Atlantic/Reykjavik")


def test_the_pages_speak_the_language_that_was_chosen(page, sign_in, house, bob):
    sign_in(bob)
    page.goto(reverse("companies:account"))

    page.get_by_label("Language").select_option("nl")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("html")).to_have_attribute("lang", "nl")
