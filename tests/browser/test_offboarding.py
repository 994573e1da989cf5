"""An environment ends, the last one with its app, and comes back; how it looks."""

import pytest
from playwright.sync_api import expect

from apps.models import Environment
from tests.browser.conftest import check_page, picture
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.licenses import LicenseFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def license(acme, bob):
    depot = ApplicationFactory(company=acme, name="Depot Control")
    TechnicalContactFactory(application=depot, user=bob)
    test = EnvironmentFactory(application=depot, name="test", purpose="test")
    LicenseFactory(environment=test)
    production = EnvironmentFactory(application=depot, name="production")
    return LicenseFactory(environment=production, users=300)


def test_end_both_environments_and_bring_one_back(page, sign_in, license, bob, stella):
    sign_in(bob)
    page.goto(Environment.objects.get(name="test").license.get_absolute_url())
    page.get_by_role("link", name="Off-board the environment").click()
    check_page(page)
    picture(page, "offboard-test")
    page.get_by_role("button", name="Off-board the environment").click()
    expect(page.get_by_text("Depot Control, test is off-boarded.")).to_be_visible()
    check_page(page)
    picture(page, "offboarded")
    picture(page, "offboarded", width=390, scheme="dark")

    page.goto(f"/environments/{license.environment_id}/offboard/")
    expect(page.get_by_text("It is the last environment")).to_be_visible()
    page.get_by_label("Name of the environment").fill("prod")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("not the name")
    check_page(page)
    picture(page, "offboard-production", width=390, scheme="dark")
    page.get_by_label("Name of the environment").fill("production")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="as a whole?")).to_be_visible()
    check_page(page)
    picture(page, "offboard-last")
    page.get_by_label("Name of the app").fill("Depot Control")
    page.get_by_role("button", name="Off-board the app").click()
    expect(page.get_by_text("production is off-boarded.")).to_be_visible()

    sign_in(stella)
    page.goto(license.get_absolute_url())
    page.get_by_role("link", name="Bring it back").click()
    picture(page, "bring-back")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_text("Depot Control, production is back.")).to_be_visible()
    assert [row.name for row in Environment.objects.live()] == ["production"]
    assert page.faults == []


def test_the_last_one_ends_without_a_script(window, live_server, license, bob, client):
    client.force_login(bob)
    page = window()
    session = client.cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    other = Environment.objects.get(name="test")
    page.goto(f"/environments/{other.pk}/offboard/")
    page.get_by_role("button", name="Off-board the environment").click()
    page.goto(f"/environments/{license.environment_id}/offboard/")
    page.get_by_label("Name of the environment").fill("production")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of the app").fill("Depot Control")
    page.get_by_role("button", name="Off-board the app").click()

    expect(page.get_by_text("production is off-boarded.")).to_be_visible()
    assert not Environment.objects.live().exists()
