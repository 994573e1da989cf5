"""“Still me”, in a browser without JavaScript and without signing in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts import actions
from contacts.models import TechnicalContact
from outbox.models import AddressStanding, Message
from tests.browser.conftest import check_page, picture
from tests.factories.apps import ApplicationFactory
from tests.factories.contacts import TechnicalContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def letter(live_server, settings, acme, bob):
    """Bob was appointed to two apps long ago, and is asked about them today."""
    settings.PUBLIC_URL = live_server.url
    at = timezone.now()
    for name in ("Depot Control", "Weighbridge"):
        application = ApplicationFactory(company=acme, name=name)
        TechnicalContactFactory(
            application=application, user=bob, appointed_at=at - timedelta(days=200)
        )
    actions.ask_contacts(at=at)
    return Message.objects.get()


def link_in(letter):
    return next(line for line in letter.text.split() if "/contacts/still/" in line)


def test_a_contact_says_still_me_without_script_or_sign_in(chromium, letter):
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(link_in(letter))

    page.get_by_role("checkbox", name="Weighbridge").uncheck()
    page.get_by_role("button", name="Yes, I still am").click()

    assert page.get_by_text("Noted: you are still the technical contact.").is_visible()
    said = dict(
        TechnicalContact.objects.values_list("application__name", "confirmed_at")
    )
    assert said["Depot Control"] is not None
    assert said["Weighbridge"] is None
    page.get_by_role("link", name="Name a successor for Weighbridge").click()
    assert page.get_by_role("heading", name="Sign in").is_visible()


def test_the_pages_of_reachability_are_for_everybody(
    page, sign_in, letter, alice, bob, live_server
):
    page.goto(link_in(letter))
    picture(page, "still-me")
    check_page(page)
    picture(page, "still-me-narrow", width=390, scheme="dark")
    words = "550 5.1.1 <bob@acme.example>: Recipient address rejected"
    AddressStanding.objects.note_bounce(bob.email, words, timezone.now())
    contact = TechnicalContact.objects.select_related("application").first()

    sign_in(alice)
    for name, path in {
        "overview-raised": "/",
        "contacts-bounced": f"/applications/{contact.application_id}/contacts/",
        "ask-again": f"/contacts/{contact.pk}/ask/",
        "person-bounced": f"/people/{bob.pk}/",
    }.items():
        page.goto(live_server.url + path)
        picture(page, name)
        check_page(page)
        picture(page, f"{name}-narrow", width=390)
