"""Who was told what about an app: read, looked through, saved as a file."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import check_page, picture
from tests.factories.apps import ApplicationFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.notices import NoticeFactory
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def depot(acme, bob):
    application = ApplicationFactory(company=acme, name="Depot Control", cloud=True)
    TechnicalContactFactory(application=application, user=bob)
    return application


@pytest.fixture
def told(depot, alice, bob, dora):
    """One letter of every outcome."""
    at = timezone.now()
    contact = "You get this because you are the technical contact of Depot Control."
    facts = [
        (bob, "Depot Control: two licenses end in 15 days", {"sent": True}),
        (bob, "Storage upgrade on Sat 28 Nov, 22:00 CET", {"tries": 2}),
        (dora, "Ticket 10482: the plans stay empty", {"failed": True}),
        (alice, "Nobody can be reached for Depot Control", {"bounced": True}),
        (bob, "Key activated on rtm-app-01", {"cancelled": True}),
    ]
    for number, (person, subject, outcome) in enumerate(facts):
        row = MessageFactory(
            about_id=depot.pk,
            recipient=person.email,
            recipient_name=person.name,
            subject=subject,
            audience=contact if person == bob else "",
            created_at=at - timedelta(hours=7 * number),
            **outcome,
        )
        if row.state == "waiting":
            row.last_words = "451 4.7.1 Greylisted, try again later"
            row.save(update_fields=["last_words"])
        if row.state == "cancelled":
            AttemptFactory(message=row, outcome="unwanted")
    NoticeFactory(
        person=dora,
        title="Dora Lind joined the team of Depot Control",
        about=depot.pk,
        by_email=False,
        created_at=at - timedelta(days=4),
    )


@pytest.mark.usefixtures("told")
def test_a_contact_sees_what_arrived_and_what_did_not(page, sign_in, depot, bob):
    sign_in(bob)
    page.goto(reverse("application_detail", args=[depot.pk]))
    page.get_by_role("link", name="E-mail", exact=True).click()

    expect(page.get_by_role("table")).to_contain_text("451 4.7.1 Greylisted")
    expect(page.get_by_role("table")).to_contain_text("e-mail is switched off")
    expect(page.get_by_role("table")).to_contain_text("A company admin")
    check_page(page)
    for width in (1440, 390):
        for scheme in ("light", "dark"):
            picture(page, "past", width=width, scheme=scheme)


@pytest.mark.usefixtures("told")
def test_the_list_is_looked_through_and_saved(page, sign_in, depot, alice):
    sign_in(alice)
    page.goto(reverse("application_past", args=[depot.pk]))
    page.get_by_label("Outcome").select_option(label="Not delivered")
    page.get_by_role("textbox", name="Who").fill("dora")
    page.get_by_role("button", name="Apply").click()

    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("the mail server says: 550 no such person")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Export CSV").click()
    assert saved.value.suggested_filename == "told-depot-control.csv"
    assert page.faults == []


def test_an_app_nobody_was_told_about(page, sign_in, depot, alice):
    sign_in(alice)
    page.goto(reverse("application_past", args=[depot.pk]))

    expect(page.locator("main")).to_contain_text("Nobody was told anything yet")
    picture(page, "past-empty")
    check_page(page)
