"""The list of applications: whose, which, in what order, what stands beside each."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory
from tests.factories.licenses import LicenseFactory, LicenseKeyFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.django_db

LIST = reverse("application_list")
EXPORT = reverse("application_export")


def names(response):
    return [application.name for application in response.context["page"]]


def row(response, name="Depot Control"):
    rows = response.context["listing"].rows
    return next(row for row in rows if row.name == name)


def furnish(application, person):
    """One row of everything the list shows beside an application."""
    TechnicalContactFactory(application=application, user=person)
    environment = EnvironmentFactory(application=application, platform_version="11.6.2")
    LicenseFactory(environment=environment)
    TicketFactory(application=application)


@pytest.fixture
def license_of(depot):
    """Makes a license of Depot Control in days from the real today."""

    def make(days, runs=None, application=depot, **facts):
        today = timezone.localdate()
        return LicenseFactory(
            environment=EnvironmentFactory(application=application),
            starts_on=today - timedelta(days=900),
            ends_on=today + timedelta(days=days),
            runs_until=None if runs is None else today + timedelta(days=runs),
            **facts,
        )

    return make


# Whose


def test_company_admin_sees_all_apps_of_the_company(client, alice, acme, depot):
    ApplicationFactory(company=acme, name="Weighbridge")
    client.force_login(alice)

    assert names(client.get(LIST)) == ["Depot Control", "Weighbridge"]


def test_member_sees_the_apps_of_the_own_teams(client, bob, acme, depot):
    ApplicationFactory(company=acme, name="Weighbridge")
    client.force_login(bob)

    assert names(client.get(LIST)) == ["Depot Control"]


def test_stranger_sees_nothing_of_another_company(client, charlie, depot):
    ApplicationFactory(company=charlie.company, name="Ledger")
    client.force_login(charlie)

    assert names(client.get(LIST)) == ["Ledger"]


def test_foreign_app_names_its_company(client, dora, depot):
    MembershipFactory(application=depot, user=dora)
    client.force_login(dora)

    assert "<small>Acme, 0 servers</small>" in client.get(LIST).content.decode()


def test_support_sees_the_apps_of_every_company(client, stella, charlie, depot):
    ApplicationFactory(company=charlie.company, name="Ledger")
    client.force_login(stella)

    response = client.get(LIST)

    assert names(response) == ["Depot Control", "Ledger"]
    assert "The apps of every company you may see." in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_as_often_for_one_row_as_for_three(
    client, alice, acme, bob, rows, django_assert_num_queries
):
    for _ in range(rows):
        furnish(ApplicationFactory(company=acme), bob)
    client.force_login(alice)
    client.get(LIST)

    with django_assert_num_queries(7):
        response = client.get(LIST)

    assert len(response.context["page"]) == rows


def test_a_page_among_many_asks_no_more_than_one_alone(
    client, alice, acme, bob, django_assert_num_queries
):
    for _ in range(51):
        furnish(ApplicationFactory(company=acme), bob)
    client.force_login(alice)
    client.get(LIST)

    with django_assert_num_queries(7):
        response = client.get(LIST)

    assert len(response.content) < 60_000
    assert "1 to 50 of 51" in response.content.decode()


# Which


@pytest.fixture
def portfolio(acme, depot, driver_app, alice, client):
    ApplicationFactory(company=acme, name="Tachograph Archive", offboarded=True)
    ApplicationFactory(company=acme, name="Pallet Ledger", signed=True)
    client.force_login(alice)
    return depot


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Depot Control", "Driver App", "Pallet Ledger"]),
        ("hosting=cloud", ["Driver App"]),
        ("hosting=on_premises", ["Depot Control", "Pallet Ledger"]),
        ("hosting=archived", ["Tachograph Archive"]),
        ("hosting=nonsense", ["Depot Control", "Driver App", "Pallet Ledger"]),
        ("sort=-name", ["Pallet Ledger", "Driver App", "Depot Control"]),
        ("q=DEPOT", ["Depot Control"]),
        ("q=bob+weber", ["Depot Control", "Driver App"]),
        ("q=bob@acme", ["Depot Control", "Driver App"]),
        ("q=nothing+of+the+kind", []),
        ("q=%00", ["Depot Control", "Driver App", "Pallet Ledger"]),
        ("state=setup", ["Pallet Ledger"]),
        ("state=nonsense", ["Depot Control", "Driver App", "Pallet Ledger"]),
    ],
)
def test_the_address_says_which_apps(client, portfolio, query, found):
    """CO-13"""
    assert names(client.get(f"{LIST}?{query}")) == found


def test_tabs_count_what_is_behind_them(client, portfolio):
    """CO-13"""
    tabs = client.get(LIST).context["listing"].tabs

    assert [(tab.label, tab.count) for tab in tabs] == [
        ("All", "3"),
        ("Cloud", "1"),
        ("On-Premises", "2"),
        ("Archived", "1"),
    ]


def test_title_counts_in_words(client, portfolio):
    page = client.get(LIST).content.decode()

    assert "Three apps: one in the Aldwick Cloud, two on your servers." in page


def test_app_is_found_by_its_id_and_by_a_server_id(client, portfolio, license_of):
    """CO-13"""
    LicenseKeyFactory(license=license_of(100), server_id="7C41-E09B-55D2")

    assert names(client.get(f"{LIST}?q={portfolio.pk}")) == ["Depot Control"]
    assert names(client.get(f"{LIST}?q=e09b-55")) == ["Depot Control"]


def test_apps_by_version_take_the_major_as_a_whole(client, portfolio, driver_app):
    EnvironmentFactory(application=portfolio, platform_version="11.6.2")
    EnvironmentFactory(application=driver_app, platform_version="1.1")

    assert names(client.get(f"{LIST}?version=11")) == ["Depot Control"]
    assert names(client.get(f"{LIST}?version=1")) == ["Driver App"]
    assert len(names(client.get(f"{LIST}?version=x"))) == 3


def test_apps_by_license_and_ticket(client, portfolio, license_of, driver_app):
    license_of(20)

    assert names(client.get(f"{LIST}?state=ending")) == ["Depot Control"]
    assert names(client.get(f"{LIST}?state=keys")) == []
    assert names(client.get(f"{LIST}?state=tickets")) == []

    license_of(300, runs=40)
    TicketFactory(application=driver_app)

    assert names(client.get(f"{LIST}?state=keys")) == ["Depot Control"]
    assert names(client.get(f"{LIST}?state=tickets")) == ["Driver App"]


def test_filters_stay_on_the_next_page_and_in_the_export(client, alice, acme):
    for number in range(51):
        ApplicationFactory(company=acme, name=f"Gate {number:02}")
    client.force_login(alice)

    response = client.get(f"{LIST}?q=gate&hosting=on_premises")

    assert "q=gate" in response.context["page"].next
    assert response.context["listing"].export == (
        f"{EXPORT}?q=gate&hosting=on_premises"
    )
    assert names(client.get(LIST + response.context["page"].next)) == ["Gate 50"]


def test_nothing_matches_offers_the_way_back(client, portfolio):
    page = client.get(f"{LIST}?q=nothing&hosting=cloud").content.decode()

    assert "No app matches" in page
    assert 'href="/applications/?hosting=cloud">Show all of them</a>' in page


def test_nothing_at_all_says_how_it_begins(client, dora):
    client.force_login(dora)

    assert "No apps yet" in client.get(LIST).content.decode()
    archived = client.get(f"{LIST}?hosting=archived").content.decode()
    assert "No archived apps" in archived


# What stands beside each


def test_contacts_are_named_and_counted(client, portfolio, bob, acme):
    mira = UserFactory(company=acme, name="Mira Kovac")
    TechnicalContactFactory(application=portfolio, user=mira)

    page = client.get(LIST).content.decode()

    assert 'Bob Weber <span class="muted">and 1 more</span>' in page


def test_handover_and_order_are_told(client, portfolio, bob, acme):
    aiko = UserFactory(company=acme, name="Aiko Tanaka")
    HandoverFactory(application=portfolio, from_user=bob, to_user=aiko)
    ApplicationFactory(company=acme, name="Dock", ordered=True, named_contact=aiko)

    page = client.get(LIST).content.decode()

    assert "<small>handover to Aiko Tanaka pending</small>" in page
    assert "Aiko Tanaka<small>once the order is signed</small>" in page


@pytest.mark.parametrize(
    ("licenses", "word", "tone"),
    [
        ([], "No key yet", ""),
        ([(300, None)], "No key yet", ""),
        ([(300, 300)], "Key active", "ok"),
        ([(300, 300), (300, 40)], "1 key to activate", "warn"),
        ([(300, 20), (300, 40)], "2 keys to activate", "warn"),
        ([(300, 300), (-3, -3)], "In grace", "danger"),
        ([(300, 20), (-31, -31)], "Expired", "danger"),
    ],
)
def test_state_of_an_app_on_premises(
    client, portfolio, license_of, licenses, word, tone
):
    for ends, runs in licenses:
        license_of(ends, runs)

    state = row(client.get(LIST)).state

    assert word in state
    assert f'class="state state-{tone}"' in state or not tone


def test_end_of_the_license_is_told_with_its_days(client, portfolio, license_of):
    license_of(300)
    license_of(12)

    license = row(client.get(LIST)).license

    assert '<small class="is-danger">12 days</small>' in license
    assert license in client.get(LIST).content.decode()


def test_cloud_app_shows_no_end(client, portfolio, driver_app, license_of):
    license_of(12, application=driver_app)

    response = client.get(f"{LIST}?hosting=cloud")

    assert "Renewed by Aldwick" in response.content.decode()
    assert "Delivered" in row(response, "Driver App").state


@pytest.mark.usefixtures("releases")
def test_version_out_of_support_is_told(client, portfolio):
    EnvironmentFactory(application=portfolio, platform_version="9.24.3")

    page = client.get(LIST).content.decode()

    assert '9.24<small class="is-danger">unsupported</small>' in page


def test_open_tickets_are_counted(client, portfolio):
    TicketFactory.create_batch(2, application=portfolio)
    TicketFactory(application=portfolio, solved=True)

    assert ">2 open</a>" in row(client.get(LIST)).tickets


# Export


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_export_has_what_is_filtered(client, portfolio, license_of, bob):
    """CO-13"""
    license = license_of(20, runs=20)

    response = client.get(f"{EXPORT}?q=depot")

    (line,) = rows_of(response)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="apps.csv"'
    assert line == {
        "App": "Depot Control",
        "Company": "Acme",
        "Hosting": "On-Premises",
        "State": "Key active",
        "Environments": license.environment.name,
        "Technical contacts": "Bob Weber",
        "Platform version": "",
        "License ends": license.ends_on.isoformat(),
        "Open tickets": "0",
        "Identifier": str(portfolio.pk),
    }


def test_export_holds_only_what_i_may_see(client, charlie, depot):
    client.force_login(charlie)

    assert rows_of(client.get(EXPORT)) == []


def test_export_asks_as_often_for_many_rows(
    client, alice, acme, bob, django_assert_num_queries
):
    for _ in range(12):
        furnish(ApplicationFactory(company=acme), bob)
    client.force_login(alice)

    with django_assert_num_queries(5):
        assert len(rows_of(client.get(EXPORT))) == 12


def test_a_name_like_a_formula_does_no_harm(client, alice, acme):
    ApplicationFactory(company=acme, name='=HYPERLINK("https://x.example")')
    client.force_login(alice)

    (line,) = rows_of(client.get(EXPORT))

    assert line["App"] == '\'=HYPERLINK("https://x.example")'
