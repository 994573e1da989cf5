"""Rights given in a real browser without a script; and how the page looks."""

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from companies import audit
from companies.verbs import Verb
from contacts import actions, rights
from contacts.models import Right
from outbox.models import Message
from tests.browser.conftest import check_page, picture
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import UserFactory
from tests.factories.contacts import GrantFactory, TechnicalContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def driver(acme, bob, dora):
    """A Cloud application: Bob is its contact, Dora of Globex is on the team."""
    application = ApplicationFactory(company=acme, name="Driver App", cloud=True)
    EnvironmentFactory(application=application, name="production")
    EnvironmentFactory(application=application, name="test", purpose="test")
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


def test_the_contact_gives_rights_and_the_member_sees_them(
    window_of, driver, bob, dora
):
    """PE-01, TC-15"""
    giver = window_of(bob)
    giver.goto(f"/applications/{driver.pk}/access/")
    giver.get_by_role("navigation", name="Environment").get_by_text("test").click()
    giver.get_by_label("Dora Lind: Deploy, start and stop").check()
    giver.get_by_label("Dora Lind: Monitoring and logs").check()
    expect(giver.get_by_label("Bob Weber: Receive alerts")).to_be_disabled()
    giver.get_by_role("button", name="Save rights on test").click()

    said = "Dora Lind: given Deploy, start and stop, Monitoring and logs."
    expect(giver.get_by_text(said)).to_be_visible()
    place = driver.environments.get(name="test")
    assert rights.rights_on(dora, place) == {Right.DEPLOY, Right.MONITORING}
    mail = Message.objects.get(recipient="dora@globex.example")
    assert mail.subject == "Driver App, test: what you may do has changed"

    reader = window_of(dora)
    reader.goto(f"/applications/{driver.pk}/access/?environment=test")
    alerts = reader.get_by_label("Dora Lind: Receive alerts")
    expect(reader.get_by_label("Dora Lind: Backups")).to_be_disabled()
    alerts.check()
    reader.get_by_role("button", name="Save rights on test").click()
    expect(reader.get_by_label("Dora Lind: Receive alerts")).to_be_checked()

    giver.reload()
    giver.get_by_label("Dora Lind: Deploy, start and stop").uncheck()
    giver.get_by_role("button", name="Save rights on test").click()
    assert rights.rights_on(dora, place) == {Right.MONITORING, Right.ALERTS}


@pytest.fixture
def crowd(acme, driver):
    """More people, some with rights, one deactivated."""
    place = driver.environments.get(name="production")
    for name, facts in {
        "Mira Kovac": {},
        "Samuel Okafor-Lindqvist": {},
        "Noor Bakker": {"is_active": False},
    }.items():
        person = UserFactory(name=name, company=acme, **facts)
        for right in (Right.DEPLOY, Right.MONITORING, Right.MANAGE_PERMISSIONS):
            GrantFactory(environment=place, user=person, right=right)
    return acme.people.get(name="Mira Kovac")


@pytest.mark.parametrize("who", ["bob", "crowd", "dora"])
def test_the_page_is_sound_for_the_contact_a_manager_and_a_member(
    page, sign_in, driver, crowd, who, request
):
    sign_in(request.getfixturevalue(who))
    page.goto(f"/applications/{driver.pk}/access/")

    expect(page.get_by_role("heading", name="Rights per environment")).to_be_visible()
    check_page(page)
    picture(page, f"access-{who}")
    picture(page, f"access-{who}-390", width=390)


def test_on_premises_the_page_is_sound(page, sign_in, acme, alice):
    depot = ApplicationFactory(company=acme, name="Depot Control")
    TechnicalContactFactory(application=depot, user=alice)
    sign_in(alice)
    page.goto(f"/applications/{depot.pk}/access/")

    check_page(page)
    picture(page, "access-on-premises")


def test_the_log_is_looked_through_without_a_script(window_of, driver, alice, bob):
    """CO-18"""
    actions.grant(
        environment=driver.environments.get(name="test"),
        person=bob.applications.get().members.get(name="Dora Lind"),
        right=Right.BACKUPS,
        by=bob,
        at=timezone.now(),
    )
    reader = window_of(alice)
    reader.goto("/company/activity/")
    reader.get_by_label("Find in the log").fill("dora")
    reader.get_by_label("Kind").select_option(label="Team and rights")
    reader.get_by_role("button", name="Apply").click()

    said = "changed the rights of Dora Lind on Driver App, test from no rights to"
    expect(reader.get_by_role("cell", name=said)).to_be_visible()
    with reader.expect_download() as saving:
        reader.get_by_role("link", name="Save what is found as CSV").click()
    assert "Dora Lind on Driver App, test" in saving.value.path().read_text()


@pytest.mark.parametrize("who", ["alice", "stella"])
def test_the_log_is_sound(page, sign_in, driver, acme, bob, who, request):
    for number in range(60):
        audit.record(
            company=acme,
            by=bob,
            verb=Verb.RIGHTS_CHANGED,
            thing=f"Samuel Okafor-Lindqvist on {driver}, production {number}",
            old="no rights",
            new="Deploy, start and stop, Backups, Monitoring and logs, Use the API",
            about=driver.pk,
        )
    sign_in(request.getfixturevalue(who))
    page.goto("/company/activity/?q=samuel&kind=access")
    check_page(page)
    picture(page, f"log-{who}")
    picture(page, f"log-{who}-390", width=390)

    page.goto(f"/applications/{driver.pk}/activity/")
    check_page(page)
    picture(page, f"log-app-{who}")
