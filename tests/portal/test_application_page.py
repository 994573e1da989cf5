"""The page of one application: what it says first, what it shows, what it costs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from companies import audit
from companies.verbs import Verb
from portal.application_page import ApplicationPage, fetch_application
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import ServiceLevelFactory, UserFactory
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory
from tests.factories.licenses import LicenseFactory, LicenseKeyFactory
from tests.factories.operations import MaintenanceWindowFactory
from tests.factories.tickets import TicketFactory
from tests.portal.conftest import NOW

pytestmark = pytest.mark.django_db


def page_of(application, user, at=NOW):
    return ApplicationPage(fetch_application(user, application.pk), user, at)


def html_of(client, user, application, tab="application_detail"):
    client.force_login(user)
    return client.get(reverse(tab, args=[application.pk])).content.decode()


def furnish(application, bob):
    """One row of everything that the page shows."""
    environment = EnvironmentFactory(application=application, platform_version="11.6.2")
    license = LicenseFactory(environment=environment, ends_on=timezone.localdate())
    if application.is_on_premises:
        LicenseKeyFactory(license=license, in_use=True)
    to_user = UserFactory(company=application.company)
    MembershipFactory(application=application, user=to_user)
    TechnicalContactFactory.create(application=application) if (
        application.is_on_premises
    ) else None
    HandoverFactory(
        application=application,
        from_user=UserFactory(company=application.company),
        to_user=to_user,
    )
    TicketFactory(application=application)
    window = MaintenanceWindowFactory()
    window.environments.add(environment)
    audit.record(
        company=application.company,
        by=bob,
        verb=Verb.APPLICATION_ORDERED,
        thing=application,
        about=application.pk,
    )


@pytest.mark.usefixtures("releases")
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("hosting", ["depot", "driver_app"])
def test_page_asks_as_often_for_one_row_as_for_three(
    request, client, bob, hosting, rows, django_assert_num_queries
):
    application = request.getfixturevalue(hosting)
    for _ in range(rows):
        furnish(application, bob)
    client.force_login(bob)
    address = reverse("application_detail", args=[application.pk])
    client.get(address)

    with django_assert_num_queries(9):
        client.get(address)


@pytest.mark.parametrize("tab", ["application_detail", "application_activity"])
def test_strangers_find_nothing(client, charlie, depot, tab):
    """E25"""
    client.force_login(charlie)

    assert client.get(reverse(tab, args=[depot.pk])).status_code == 404


def test_person_on_the_team_of_a_foreign_company_sees_the_app(client, dora, depot):
    """E32"""
    MembershipFactory(application=depot, user=dora)

    assert "Depot Control" in html_of(client, dora, depot)


# What is said first


def test_renewed_license_says_what_to_do_and_what_happens_otherwise(
    license_ending, depot, bob
):
    license = license_ending(12, renewed=True)

    (banner,) = page_of(depot, bob).banners

    assert banner.title == (
        f"The license of {license.environment.name} ends in 12 days,"
        " on Sunday 6 December 2026."
    )
    assert banner.text == (
        "The renewal is signed. Put the new key into the app and activate it. If"
        " nothing happens, the app runs on for 30 days with warnings, then in trial"
        " mode."
    )
    assert banner.tone == "danger"


def test_renewed_licenses_name_to_an_admin_who_makes_their_keys(
    license_ending, depot, alice
):
    """TC-33"""
    license_ending(12, renewed=True)
    license_ending(12, renewed=True)

    (banner,) = page_of(depot, alice).banners

    assert banner.text.startswith(
        "The renewal is signed. Bob Weber can activate the new keys. If nothing"
    )


def test_licenses_that_end_on_one_day_are_one_banner(depot, bob, license_ending):
    first = license_ending(24)
    second = license_ending(24)
    license_ending(31)

    (banner,) = page_of(depot, bob).banners

    names = f"{first.environment.name} and {second.environment.name}"
    assert banner.title == (
        f"The licenses of {names} end in 24 days, on Friday 18 December 2026."
    )
    assert banner.text.startswith(
        "No renewal is signed yet. Your account executive is Willem Fraser."
    )
    assert banner.tone == "warning"


@pytest.mark.parametrize(
    ("days", "title", "text"),
    [
        (0, "ends today.", "then in trial mode."),
        (-3, "ended 3 days ago, on Saturday 21 November 2026.", "for 27 days"),
        (-31, "ended 31 days ago, on Saturday 24 October 2026.", "in trial mode."),
    ],
)
def test_the_end_and_what_follows(license_ending, depot, bob, days, title, text):
    """LI-26, LI-28"""
    license_ending(days)

    (banner,) = page_of(depot, bob).banners

    assert banner.title.endswith(title)
    assert text in banner.text


def test_cloud_app_warns_of_no_end(driver_app, bob, license_ending):
    """LI-05"""
    license_ending(5, application=driver_app)

    assert page_of(driver_app, bob).banners == []


@pytest.mark.parametrize(
    ("stage", "title"),
    [
        ({"ordered": True}, "Ordered. The order is not signed yet."),
        ({"signed": True}, "This app waits for its technical contact."),
        ({"offboarded": True}, "This app was off-boarded on"),
    ],
)
def test_an_app_on_its_way_says_where_it_is(acme, alice, stage, title):
    application = ApplicationFactory(company=acme, **stage)

    (banner,) = page_of(application, alice).banners

    assert banner.title.startswith(title)


def test_signed_app_with_an_account_is_the_vendors_turn(acme, alice, bob):
    application = ApplicationFactory(company=acme, signed=True)
    TechnicalContactFactory(application=application, user=bob)

    (banner,) = page_of(application, alice).banners

    assert banner.title == "The order is signed. Aldwick sets the app up."


# Who may do what


def test_contact_is_offered_to_make_the_key_that_is_needed_first(
    license_ending, depot, bob
):
    license_ending(300)
    waiting = license_ending(40, renewed=True)

    page = page_of(depot, bob)

    assert page.manages_licenses
    assert page.generate_url == f"/licenses/{waiting.pk}/generate/"


def test_nobody_is_offered_a_key_for_a_contract_that_has_ended(
    license_ending, depot, bob
):
    license_ending(-3)

    assert not page_of(depot, bob).manages_licenses


def test_company_admin_who_is_no_contact_is_offered_no_key(
    license_ending, depot, alice
):
    license_ending(300)

    page = page_of(depot, alice)

    assert not page.manages_licenses
    assert page.is_in_charge


def test_cloud_app_offers_no_key(client, driver_app, bob, license_ending):
    """E9"""
    license_ending(40, application=driver_app)

    assert "Generate key" not in html_of(client, bob, driver_app)


# What is shown


def test_servers_show_the_key_in_use_and_never_the_key(
    client, license_ending, depot, bob
):
    license = license_ending(300)
    LicenseKeyFactory(license=license, server_id="7C41-E09B", fingerprint="A81F-03C7",
                      activated_at=NOW)  # fmt: skip
    LicenseKeyFactory(license=license, server_id="0000-0000", fingerprint="5D20-9BE4")

    page = html_of(client, bob, depot)

    assert "7C41-E09B" in page
    assert "A81F-03C7" in page
    assert "5D20-9BE4" not in page


def test_handover_shows_who_is_and_who_will_be(client, driver_app, bob, acme):
    aiko = UserFactory(company=acme, name="Aiko Tanaka")
    MembershipFactory(application=driver_app, user=aiko)
    HandoverFactory(application=driver_app, from_user=bob, to_user=aiko)

    assert "Bob Weber stays until Aiko Tanaka accepts." in html_of(
        client, bob, driver_app
    )
    assert ">Remind or withdraw</a>" in html_of(client, bob, driver_app)
    assert ">Answer</a>" in html_of(client, aiko, driver_app)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "This contact gets the renewal reminders."),
        (2, "Both get the renewal reminders."),
        (3, "All three get the renewal reminders."),
    ],
)
def test_contacts_are_told_what_they_get(depot, bob, count, words):
    for _ in range(count - 1):
        TechnicalContactFactory(application=depot)

    assert page_of(depot, bob).contacts_note.startswith(words)


def test_agreement_and_account_executive_are_named(client, depot, alice, acme):
    acme.service_level = ServiceLevelFactory()
    acme.save()

    page = html_of(client, alice, depot)

    assert "Platform SLA" in page
    assert '<a href="mailto:willem@aldwick.example">Willem Fraser</a>' in page


def test_cloud_app_says_that_the_vendor_renews(client, driver_app, bob):
    page = html_of(client, bob, driver_app)

    assert "by Aldwick <small>nothing for you to do</small>" in page
    assert "Nothing is planned for this app." in page


def test_cloud_app_shows_its_own_maintenance_only(driver_app, acme, alice):
    """E18"""
    mine, other = MaintenanceWindowFactory.create_batch(2, starts_at=NOW + timedelta(2))
    mine.environments.add(EnvironmentFactory(application=driver_app))
    claims = ApplicationFactory(company=acme, cloud=True)
    other.environments.add(EnvironmentFactory(application=claims))

    assert page_of(driver_app, alice).windows == [mine]


@pytest.mark.usefixtures("releases")
def test_version_support_is_told_of_the_oldest_version(client, depot, bob):
    EnvironmentFactory(application=depot, platform_version="11.8.0")
    EnvironmentFactory(application=depot, platform_version="9.24.3")

    page = html_of(client, bob, depot)

    assert "11.8.0 and 9.24.3" in page
    assert '<span class="is-danger">unsupported</span>' in page


def test_runway_reaches_far_enough_to_show_the_renewal(license_ending, depot, bob):
    license_ending(12, renewed=True)

    page = page_of(depot, bob)

    assert page.axis == {"months": 16, "back": 2}
    assert page.runway[0].renewed_until == page.standing.licenses[0].ends_on


# Activity


def test_activity_is_told_to_the_whole_team_newest_first(client, depot, bob, alice):
    for day, verb in ((3, Verb.APPLICATION_ORDERED), (1, Verb.LICENSE_RENEWED)):
        audit.record(
            company=depot.company,
            by=alice,
            verb=verb,
            thing="LIC-20417",
            old="2025-12-06",
            new="2026-12-06",
            about=depot.pk,
            at=NOW - timedelta(days=day),
        )

    page = html_of(client, bob, depot, "application_activity")

    renewed = "<b>Alice Moreau</b> renewed LIC-20417 from 6 Dec 2025 until 6 Dec 2026"
    assert page.index(renewed) < page.index("<b>Alice Moreau</b> ordered LIC-20417")


def test_activity_is_told_page_by_page(client, depot, bob):
    for number in range(51):
        audit.record(
            company=depot.company,
            by=bob,
            verb=Verb.TICKET_OPENED,
            thing=f"#{number}.",
            about=depot.pk,
            at=NOW - timedelta(hours=number),
        )
    client.force_login(bob)
    address = reverse("application_activity", args=[depot.pk])

    first = client.get(address)
    second = client.get(address + first.context["page"].next)

    assert "1 to 50 of 51" in first.content.decode()
    assert "opened ticket #50." in second.content.decode()


def test_words_of_others_are_told_and_not_run(client, depot, bob):
    """E31"""
    audit.record(
        company=depot.company,
        by=bob,
        verb=Verb.TICKET_OPENED,
        thing="<script>alert(1)</script>",
        about=depot.pk,
    )

    assert "&lt;script&gt;alert(1)" in html_of(client, bob, depot)


def test_nothing_has_happened(client, depot, bob):
    page = html_of(client, bob, depot, "application_activity")

    assert "Nothing has happened yet" in page
