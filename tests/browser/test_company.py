"""The company's page in a browser: the level asked for, the facts corrected."""

import pytest
from playwright.sync_api import expect

from companies.models import Company
from tests.browser.conftest import check_page, picture
from tests.factories.apps import EnvironmentFactory
from tests.factories.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = make_world(rows=2)
    EnvironmentFactory(application=world.track, platform_version="9.24.1", name="old")
    return world


@pytest.fixture
def plain_page(page, live_server, chromium):
    """The same window in which no script runs."""
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="en-GB"
    )
    yield context.new_page()
    context.close()


def enter(plain_page, page):
    plain_page.context.add_cookies(page.context.cookies())


def test_the_level_is_asked_for_and_the_address_corrected(
    page, plain_page, sign_in, world
):
    """TI-11, PE-02"""
    Company.objects.update(service_level=None)
    sign_in(world.people.alice)
    enter(plain_page, page)
    plain_page.goto("/company/")
    plain_page.get_by_role("button", name="Ask for it").click()
    expect(plain_page.locator("main")).to_contain_text("Alice Moreau asked for it")
    expect(plain_page.get_by_role("button", name="Ask for it")).to_have_count(0)

    plain_page.get_by_role("link", name="Correct").click()
    plain_page.get_by_label("Address of record").fill("Harbour Road 12\nRotterdam")
    plain_page.get_by_role("button", name="Save").click()

    expect(plain_page.locator("main")).to_contain_text("Harbour Road 12")


def test_each_page(page, sign_in, world):
    sign_in(world.people.alice)
    page.goto("/company/")
    look(page, "company")
    picture(page, "company", width=390)
    picture(page, "company", scheme="dark")
    page.goto("/company/edit/")
    look(page, "company-edit")
    Company.objects.update(service_level=None)
    page.goto("/company/")
    look(page, "company-no-level")
    page.get_by_role("button", name="Ask for it").click()
    look(page, "company-level-asked")


def test_the_page_of_a_member(page, sign_in, world):
    sign_in(world.people.frank)
    page.goto("/company/")
    look(page, "company-member")


def look(page, name):
    picture(page, name)
    check_page(page)
