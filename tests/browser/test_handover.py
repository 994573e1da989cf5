"""A role changes hands in a real browser, without a script; and how its pages look."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import expect

from contacts.models import Handover
from outbox.models import Message
from tests.browser.conftest import check_page, picture
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def driver(acme, bob, dora):
    """A Cloud application: Bob is its contact, Dora of Globex is on the team."""
    application = ApplicationFactory(company=acme, name="Driver App", cloud=True)
    EnvironmentFactory(application=application, name="production")
    TechnicalContactFactory(application=application, user=bob, appointed_by=bob)
    MembershipFactory(application=application, user=dora)
    return application


@pytest.fixture
def window_of(chromium, live_server):
    """A window without scripts for each person."""
    contexts = []

    def open_window(person):
        client = Client()
        client.force_login(person)
        context = chromium.new_context(
            base_url=live_server.url, java_script_enabled=False, locale="en-GB"
        )
        contexts.append(context)
        session = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def test_offer_mail_accept_and_the_contact_has_changed(window_of, driver, bob, dora):
    """TC-21, TC-25, TC-27"""
    giver = window_of(bob)
    giver.goto(f"/applications/{driver.pk}/contacts/")
    giver.get_by_role("link", name="Hand over").click()
    giver.get_by_label("Who").select_option(
        label="Dora Lind, dora@globex.example (Globex)"
    )
    giver.get_by_label("Message").fill("You know the phones better than I do.")
    giver.get_by_role("button", name="Offer the role").click()
    expect(giver.get_by_text("Waiting for an answer")).to_be_visible()

    mail = Message.objects.get(recipient="dora@globex.example")
    assert mail.subject == "Bob Weber asks you to take over Driver App"
    (link,) = re.findall(r"http://\S+/handovers/\S+", mail.text)
    taker = window_of(dora)
    taker.goto(urlsplit(link).path)
    assert Handover.objects.get().state == Handover.State.OFFERED
    expect(taker.get_by_text("You know the phones better")).to_be_visible()
    taker.get_by_role("button", name="Accept").click()

    expect(
        taker.get_by_text("You are technical contact of Driver App.")
    ).to_be_visible()
    assert driver.technical_contacts.get().user == dora
    told = {(row.recipient, row.subject) for row in Message.objects.exclude(pk=mail.pk)}
    assert told == {
        ("bob@acme.example", "Dora Lind is now technical contact of Driver App"),
        ("dora@globex.example", "You are technical contact of Driver App"),
    }
    giver.reload()
    expect(giver.get_by_role("cell", name="Dora Lind")).to_be_visible()
    expect(giver.get_by_role("link", name="Hand over")).to_have_count(0)


def test_declined_and_nothing_has_changed(window_of, driver, bob, dora):
    handover = HandoverFactory(application=driver, from_user=bob, to_user=dora)
    taker = window_of(dora)
    taker.goto(f"/handovers/{handover.pk}/")

    taker.get_by_label("Why not").fill("I am leaving the project.")
    taker.get_by_role("button", name="Decline").click()

    expect(taker.get_by_text("Bob Weber stays technical contact")).to_be_visible()
    assert driver.technical_contacts.get().user == bob


def test_withdrawn_through_the_page_that_asks(window_of, driver, bob, dora):
    handover = HandoverFactory(application=driver, from_user=bob, to_user=dora)
    giver = window_of(bob)
    giver.goto(f"/applications/{driver.pk}/contacts/")

    giver.get_by_role("link", name="Cancel handover").click()
    expect(giver.get_by_role("heading", level=1)).to_contain_text("Cancel the handover")
    giver.get_by_role("button", name="Cancel the handover").click()

    expect(giver.get_by_text("The handover to Dora Lind is withdrawn.")).to_be_visible()
    handover.refresh_from_db()
    assert handover.state == Handover.State.CANCELLED


@pytest.fixture
def places(driver, acme, bob, dora, alice):
    """Addresses of the pages, as an admin sees them."""
    depot = ApplicationFactory(company=acme, name="Depot Control")
    for person in (bob, alice):
        TechnicalContactFactory(application=depot, user=person, appointed_by=alice)
    MembershipFactory(application=depot, user=dora)
    handover = HandoverFactory(
        application=driver, from_user=bob, to_user=dora, message="You know it best."
    )
    contact = depot.technical_contacts.get(user=bob)
    membership = depot.memberships.get(user=dora)
    environment = EnvironmentFactory(application=depot)
    return {
        "new": "/applications/new/",
        "contacts-on-premises": f"/applications/{depot.pk}/contacts/",
        "contacts-cloud": f"/applications/{driver.pk}/contacts/",
        "appoint": f"/applications/{depot.pk}/contacts/add/",
        "replace": f"/contacts/{contact.pk}/replace/",
        "remove": f"/contacts/{contact.pk}/remove/",
        "offer": f"/applications/{depot.pk}/handover/",
        "handover": f"/handovers/{handover.pk}/",
        "cancel": f"/handovers/{handover.pk}/cancel/",
        "access": f"/applications/{depot.pk}/access/",
        "role": f"/memberships/{membership.pk}/role/",
        "leave": f"/memberships/{membership.pk}/leave/",
        "edit": f"/applications/{depot.pk}/edit/",
        "environment": f"/environments/{environment.pk}/edit/",
    }


@pytest.mark.parametrize(
    "name",
    [
        "new",
        "contacts-on-premises",
        "contacts-cloud",
        "appoint",
        "replace",
        "remove",
        "offer",
        "handover",
        "cancel",
        "access",
        "role",
        "leave",
        "edit",
        "environment",
    ],
)
def test_each_page_passes_what_every_page_must(page, sign_in, places, alice, name):
    sign_in(alice)

    page.goto(places[name])

    picture(page, f"contacts-{name}")
    picture(page, f"contacts-{name}", width=390)
    check_page(page)


def test_the_page_of_the_invited_passes_as_well(page, sign_in, places, dora):
    sign_in(dora)

    page.goto(places["handover"])

    picture(page, "contacts-answer", scheme="dark")
    check_page(page)


def test_staff_find_a_company_and_move_an_app(page, sign_in, places, stella):
    sign_in(stella)
    page.goto("/applications/new/?q=acme")
    check_page(page)

    page.goto(places["contacts-on-premises"].replace("contacts", "hosting"))

    picture(page, "contacts-hosting")
    check_page(page)
