"""The support desk in a browser: its policy holds and its first page leads on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import findings, picture
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.companies import ServiceLevelFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.licenses import LicenseFactory
from tests.factories.outbox import MessageFactory
from tests.factories.tickets import TicketFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page, sign_in, stella, acme, bob):
    """Stella at her desk, with something of each kind waiting."""
    at = timezone.now()
    depot = ApplicationFactory(company=acme, name="Depot Control")
    ApplicationFactory(company=acme, name="Yard Planner")
    TechnicalContactFactory(application=depot, user=bob)
    for minutes, critical in ((-12, True), (40, False), (600, False)):
        TicketFactory(
            application=depot,
            due_at=at + timedelta(minutes=minutes),
            opened_by=bob,
            critical=critical,
        )
    today = timezone.localdate(at)
    LicenseFactory(
        environment=EnvironmentFactory(application=depot, name="production"),
        starts_on=today - timedelta(days=360),
        ends_on=today + timedelta(days=12),
    )
    MessageFactory(failed=True)
    ServiceLevelFactory()
    sign_in(stella)
    return page


def test_the_first_page_leads_to_what_waits(desk):
    desk.goto(reverse("admin:index"))
    picture(desk, "desk")
    picture(desk, "desk", width=390)

    desk.get_by_role("link", name="Apps without a reachable contact").click()

    expect(desk.locator("#result_list")).to_contain_text("Yard Planner")
    expect(desk.locator("#result_list")).not_to_contain_text("Depot Control")
    assert desk.faults == []


def test_the_first_page_has_no_finding(desk):
    desk.goto(reverse("admin:index"))

    found = [one for one in findings(desk) if ".desk-" in one or "desk-" in one]

    assert found == []


@pytest.mark.parametrize(
    "name",
    [
        "companies_company_changelist",
        "companies_user_changelist",
        "companies_user_add",
        "companies_company_add",
        "companies_activityentry_changelist",
    ],
)
def test_its_pages_keep_to_their_policy(desk, name):
    desk.goto(reverse(f"admin:{name}"))

    picture(desk, f"desk-{name}")
    expect(desk.locator("#page")).to_be_visible()
    assert desk.faults == []


def test_stella_opens_an_account_and_reads_a_refusal(desk):
    desk.goto(reverse("admin:companies_user_add"))
    desk.get_by_label("E-mail address").fill("carl@acme.example")
    desk.locator("#id_name").fill("Carl Ek")
    desk.locator("label[for=id_is_company_admin], #id_is_company_admin").first.click()
    desk.get_by_role("button", name="Save", exact=True).click()

    expect(desk.locator("#page")).to_contain_text("A company admin needs a company.")
    expect(desk.locator("#id_name")).to_have_value("Carl Ek")
    assert desk.faults == []
