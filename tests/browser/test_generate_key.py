"""The contact's way from a reminder to an active key, in a browser."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from licenses import actions
from licenses.models import LicenseKey
from tests.browser.conftest import check_page, picture
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.licenses import LicenseFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SERVER = "7C41-E09B-55D2"


def days(count):
    return timezone.localdate() + timedelta(days=count)


def licensed(application, name, number, ends_on, users):
    environment = EnvironmentFactory(application=application, name=name)
    return LicenseFactory(
        environment=environment,
        number=number,
        users=users,
        starts_on=date(2021, 12, 7),
        ends_on=ends_on,
    )


def contact_of(application, person):
    MembershipFactory(application=application, user=person)
    TechnicalContactFactory(application=application, user=person)


@pytest.fixture
def production(acme, alice, bob):
    """Renewed for a year, and running on the key of the year before."""
    depot = ApplicationFactory(company=acme, name="Depot Control")
    contact_of(depot, bob)
    contact_of(depot, alice)
    license = licensed(depot, "production", 20417, days(12), 300)
    at = timezone.now() - timedelta(days=350)
    key = actions.generate_key(
        license=license, server_id=SERVER, server_name="rtm-app-01", by=bob, at=at
    )
    actions.activate_key(key=key, by=bob, at=at)
    acceptance = licensed(depot, "acceptance", 20418, days(12), 20)
    for one in (license, acceptance):
        actions.renew_license(
            license=one, ends_on=days(377), by=None, at=timezone.now()
        )
    return license


@pytest.fixture
def portfolio(production, acme, bob):
    for name, left, users in (
        ("Customs Declarations", 24, 120),
        ("Weighbridge", 127, 40),
        ("Yard Scheduler", -3, 80),
        ("HR Rosters", 311, 500),
    ):
        application = ApplicationFactory(company=acme, name=name)
        contact_of(application, bob)
        licensed(application, "production", 20500 + left, days(left), users)
    cloud = ApplicationFactory(company=acme, name="Driver App", cloud=True)
    contact_of(cloud, bob)
    licensed(cloud, "production", 20900, days(200), 60)
    return production


def test_pages_of_licenses_are_fit_for_everybody(page, sign_in, portfolio, bob):
    sign_in(bob)
    for name, path in (
        ("licenses", "/licenses/"),
        ("license", portfolio.get_absolute_url()),
        ("app-licenses", f"/applications/{portfolio.application.pk}/licenses/"),
        ("generate", f"/licenses/{portfolio.pk}/generate/"),
    ):
        page.goto(path)
        check_page(page)
        picture(page, f"portal-{name}")


def test_the_whole_way_without_a_script(chromium, live_server, production, bob):
    """Sign in, server ID, key, activated; no line of JavaScript runs."""
    bob.set_password("steward-demo")
    bob.save()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()

    page.goto(f"/licenses/{production.pk}/generate/")
    page.fill("[name=login]", bob.email)
    page.fill("[name=password]", "steward-demo")
    page.click("main button[type=submit]")
    expect(page.locator("[name=server_id]")).to_have_value(SERVER)
    page.fill("[name=server_id]", "Server ID: 7C41")
    page.click("text=Generate key")
    expect(page.locator(".error-summary")).to_contain_text("no spaces")
    page.fill("[name=server_id]", SERVER)
    page.click("main button:has-text('Generate key')")

    expect(page.locator(".key-text")).to_be_visible()
    key = LicenseKey.objects.waiting().get(license=production)
    expect(page).to_have_url(re.compile(f"{key.get_absolute_url()}$"))
    shown = re.sub(r"\s", "", page.inner_text(".key-text"))
    assert shown == actions.text_of(key)
    expect(page.locator("[data-copy]")).to_be_hidden()
    with page.expect_download() as download:
        page.click("text=Download .lic")
    assert download.value.path().read_text().strip() == shown
    assert download.value.suggested_filename.endswith(".lic")

    page.click("text=Mark as activated")

    expect(page.locator("main [role=status]").first).to_contain_text("is active")
    production.refresh_from_db()
    assert production.runs_until == production.ends_on
    context.close()


def test_copying_gives_the_key_without_the_spaces(page, sign_in, production, bob):
    key = actions.generate_key(
        license=production, server_id=SERVER, by=bob, at=timezone.now()
    )
    sign_in(bob)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.goto(key.get_absolute_url())
    page.click("text=Copy key")

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == actions.text_of(key)
    check_page(page)
    picture(page, "portal-key")
    picture(page, "portal-key", width=390)
    picture(page, "portal-key", scheme="dark")
