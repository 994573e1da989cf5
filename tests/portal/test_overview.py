"""The overview: whose rows it shows, its figures, and what it costs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.overview import Overview
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.licenses import LicenseFactory
from tests.factories.operations import MaintenanceWindowFactory
from tests.factories.tickets import TicketFactory
from tests.portal.conftest import NOW, in_days

pytestmark = pytest.mark.django_db

HOME = reverse("home")


def stats(user):
    page = Overview(user, NOW)
    return {stat.label: (stat.value, stat.note, stat.tone) for stat in page.stats}


def test_signed_out_people_are_sent_to_the_sign_in_page(client):
    response = client.get(HOME)

    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/"


@pytest.fixture
def three_ends(acme, globex, depot, license_ending):
    """A license of Bob's application, one of another of Acme, one of Globex."""
    for company, name in ((acme, "Weighbridge"), (globex, "Ledger")):
        license_ending(12, application=ApplicationFactory(company=company, name=name))
    license_ending(12)


@pytest.mark.parametrize(
    ("person", "apps"),
    [
        ("alice", ["Depot Control", "Weighbridge"]),
        ("bob", ["Depot Control"]),
        ("charlie", ["Ledger"]),
        ("dora", []),
        ("stella", ["Depot Control", "Ledger", "Weighbridge"]),
    ],
)
def test_everybody_reads_their_own(request, three_ends, person, apps):
    page = Overview(request.getfixturevalue(person), NOW)

    assert [row.title for row in page.runway] == apps
    assert [need.title for need in page.attention.needs] == [
        f"The license of {app} ends" for app in apps
    ]


def test_person_on_a_foreign_team_reads_of_that_app_only(three_ends, depot, dora):
    """E32"""
    MembershipFactory(application=depot, user=dora)

    page = Overview(dora, NOW)

    assert [row.title for row in page.runway] == ["Depot Control"]


def test_nothing_needs_me(client, bob):
    client.force_login(bob)

    page = client.get(HOME).content.decode()

    assert "<h1>Nothing needs you</h1>" in page
    assert "Nothing else waits for you." not in page
    assert "No ticket is open." in page
    assert "Nothing is planned for your apps." in page


@pytest.mark.parametrize("person", ["alice", "bob", "charlie", "dora", "stella"])
def test_the_page_speaks_to_everybody(request, client, person, one_of_everything):
    one_of_everything()
    client.force_login(request.getfixturevalue(person))

    response = client.get(HOME)

    assert response.status_code == 200
    assert str(response.context["page"].attention.sentence) in response.content.decode()


@pytest.mark.usefixtures("releases")
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("person", "queries"), [("alice", 16), ("bob", 16)])
def test_page_asks_as_often_for_one_row_as_for_three(
    request, client, person, queries, rows, one_of_everything, django_assert_num_queries
):
    for _ in range(rows):
        one_of_everything()
    client.force_login(request.getfixturevalue(person))
    client.get(HOME)

    with django_assert_num_queries(queries):
        client.get(HOME)


@pytest.mark.usefixtures("releases")
@pytest.mark.parametrize("rows", [1, 3])
def test_support_reads_no_table_to_its_end(
    client, stella, rows, one_of_everything, django_assert_num_queries
):
    for _ in range(rows):
        one_of_everything()
    client.force_login(stella)
    client.get(HOME)

    with django_assert_num_queries(12):
        client.get(HOME)


# Figures


def test_figures_of_somebody_with_nothing(dora):
    assert stats(dora) == {
        "Open tickets": ("0", "all in time", ""),
        "Licenses ending in 30 days": ("0", "none to renew now", ""),
        "Unsupported versions": ("0", "of 0 apps", ""),
        "Next maintenance": ("none planned", "nothing to prepare", ""),
    }


def test_figures_say_what_is_urgent(
    depot, driver_app, license_ending, bob, stella, releases
):
    license_ending(12)
    license_ending(24)
    EnvironmentFactory(application=depot, platform_version="9.24.3")
    TicketFactory(application=depot, pending=True)
    TicketFactory(application=depot, due_at=NOW - timedelta(hours=1))
    window = MaintenanceWindowFactory(starts_at=NOW + timedelta(days=4))
    window.environments.add(EnvironmentFactory(application=driver_app))

    assert stats(bob) == {
        "Open tickets": ("2", "1 waits for you", "warn"),
        "Licenses ending in 30 days": ("2", "the first: 12 days", "danger"),
        "Unsupported versions": ("1", "of 2 apps", "warn"),
        "Next maintenance": ("Sat 28 Nov", "11:06, 1 app", ""),
    }
    assert stats(stella)["Open tickets"] == ("2", "1 overdue", "danger")


def test_ended_license_is_louder_than_one_that_ends(license_ending, bob):
    license_ending(-3)
    license_ending(12)

    assert stats(bob)["Licenses ending in 30 days"] == ("1", "1 has ended", "danger")


# Runway and the right column


def test_cloud_apps_are_one_calm_line(driver_app, license_ending, bob):
    """LI-05"""
    license_ending(40)

    rows = Overview(bob, NOW).runway

    assert [(row.title, row.sub, row.ends_on) for row in rows] == [
        ("Depot Control", rows[0].sub, in_days(40)),
        ("1 Cloud app", "Renewed by Aldwick", None),
    ]


def test_runway_shows_the_renewal_that_waits_for_its_key(license_ending, bob):
    license = license_ending(12, renewed=True)

    (row,) = Overview(bob, NOW).runway

    assert (row.ends_on, row.renewed_until) == (in_days(12), license.ends_on)


def test_runway_is_short_and_in_order(acme, alice, license_ending):
    for days in range(20, 5, -1):
        license_ending(days, application=ApplicationFactory(company=acme))

    rows = Overview(alice, NOW).runway

    assert [row.ends_on for row in rows] == [in_days(days) for days in range(6, 13)]


@pytest.mark.usefixtures("releases")
def test_versions_count_apps_and_not_environments(depot, driver_app, acme, bob):
    for version in ("11.6.2", "11.8.0", "9.24.3"):
        EnvironmentFactory(application=depot, platform_version=version)
    EnvironmentFactory(application=driver_app, platform_version="12.1.3")
    EnvironmentFactory(application=driver_app, platform_version="")

    lines = Overview(bob, NOW).version_lines

    assert [(line.support.major, line.count, line.support.word) for line in lines] == [
        (12, "1 app", "current"),
        (11, "1 app", "supported"),
        (9, "1 app", "unsupported"),
    ]


def test_a_version_without_a_release_is_unknown(depot, bob):
    EnvironmentFactory(application=depot, platform_version="77.1")

    (line,) = Overview(bob, NOW).version_lines

    assert line.support.word == "unknown"


def test_most_urgent_tickets_stand_first(depot, bob):
    for subject, priority in (("Low", 4), ("High", 2), ("Critical", 1), ("Medium", 3)):
        TicketFactory(application=depot, subject=subject, priority=priority)
    TicketFactory(application=depot, subject="Low too", priority=4)

    lines = Overview(bob, NOW).ticket_lines

    assert [line.ticket.subject for line in lines] == [
        "Critical",
        "High",
        "Medium",
        "Low",
    ]


def test_time_is_told_in_the_readers_zone(client, bob):
    bob.time_zone = "Asia/Tokyo"
    bob.save()
    client.force_login(bob)

    page = client.get(HOME).content.decode()

    with timezone.override("Asia/Tokyo"):
        assert f"{timezone.localtime():%Y, %H:}" in page
    assert "JST" in page


def test_no_page_is_heavy(client, alice, one_of_everything):
    for _ in range(10):
        one_of_everything()
    client.force_login(alice)

    assert len(client.get(HOME).content) < 60_000


def test_licenses_of_many_apps_are_not_asked_one_by_one(acme, alice):
    """The rows of the page are bounded whatever the portfolio holds."""
    for _ in range(45):
        LicenseFactory(
            environment=EnvironmentFactory(
                application=ApplicationFactory(company=acme)
            ),
            ends_on=in_days(20),
        )

    page = Overview(alice, NOW)

    assert len(page.ending) == 40
    assert page.attention.sentence == "More than 40 things need you"
