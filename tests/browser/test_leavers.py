"""Bob leaves Acme: Alice settles what he held, in a real browser without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from companies.models import User
from contacts.models import TechnicalContact
from tests.browser.conftest import check_page, picture
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.tickets import TicketFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def depot(acme, bob):
    """Bob is its contact and waits for support; Carl is on its team."""
    application = ApplicationFactory(company=acme, name="Depot Control")
    TechnicalContactFactory(application=application, user=bob)
    carl = UserFactory(name="Carl Ek", company=acme)
    MembershipFactory(application=application, user=carl)
    TicketFactory(application=application, opened_by=bob, subject="Empty plans")
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


def test_bob_leaves_once_all_is_settled_and_comes_back(plain, depot, bob):
    leaving = reverse("companies:deactivate", args=[bob.pk])
    plain.goto(reverse("companies:people"))
    plain.get_by_role("link", name="Bob Weber").click()
    plain.get_by_role("link", name="Deactivate").click()
    expect(plain.locator("h1")).to_have_text("Deactivate Bob Weber?")
    expect(plain.locator("tbody tr")).to_have_count(2)

    plain.get_by_role("link", name="Name a successor").click()
    plain.get_by_label("Who").select_option(index=1)
    plain.get_by_label("Why").fill("Bob leaves Acme.")
    plain.locator("main form button[type=submit]").click()
    plain.goto(leaving)
    plain.get_by_role("link", name="Solve the ticket").click()
    plain.locator("main form button[type=submit]").click()
    plain.goto(leaving)
    expect(plain.locator("tbody tr")).to_have_count(0)
    plain.get_by_role("button", name="Deactivate").click()

    expect(plain.get_by_text("Bob Weber is deactivated.")).to_be_visible()
    assert not User.objects.get(pk=bob.pk).is_active
    assert TechnicalContact.objects.get().user.name == "Carl Ek"
    plain.get_by_role("link", name="Reactivate").click()
    plain.get_by_role("button", name="Reactivate").click()
    expect(plain.get_by_text("Bob Weber is active again.")).to_be_visible()
    assert User.objects.get(pk=bob.pk).is_active


def test_the_pages_of_leaving(page, sign_in, alice, bob, depot):
    carl = User.objects.get(name="Carl Ek")
    gone = UserFactory(name="Zoe Vermeulen", company=alice.company, deactivated=True)
    sign_in(alice)

    for name, address in {
        "leaver-blocked": reverse("companies:deactivate", args=[bob.pk]),
        "leaver-free": reverse("companies:deactivate", args=[carl.pk]),
        "leaver-gone": gone.get_absolute_url(),
        "leaver-back": reverse("companies:reactivate", args=[gone.pk]),
    }.items():
        page.goto(address)
        picture(page, name)
        picture(page, name, width=390)
        check_page(page)
