import pytest
from django.urls import reverse

from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.licenses import LicenseFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.django_db

LIST = reverse("application_list")


def names(response):
    return [application.name for application in response.context["page"]]


@pytest.fixture
def depot(acme, bob):
    application = ApplicationFactory(company=acme, name="Depot Control")
    MembershipFactory(application=application, user=bob)
    TechnicalContactFactory(application=application, user=bob)
    return application


def furnish(application, person):
    """One row of everything the list shows beside an application."""
    MembershipFactory(application=application, user=person)
    TechnicalContactFactory(application=application, user=person)
    environment = EnvironmentFactory(application=application, platform_version="11.6.2")
    LicenseFactory(environment=environment)
    TicketFactory(application=application, company=application.company)


def test_company_admin_sees_all_apps_of_the_company(client, alice, depot):
    ApplicationFactory(company=depot.company, name="Weighbridge")
    client.force_login(alice)

    response = client.get(LIST)

    assert names(response) == ["Depot Control", "Weighbridge"]


def test_member_sees_the_apps_of_the_own_teams(client, bob, depot):
    ApplicationFactory(company=depot.company, name="Weighbridge")
    client.force_login(bob)

    response = client.get(LIST)

    assert names(response) == ["Depot Control"]


def test_stranger_sees_nothing_of_another_company(client, charlie, depot):
    mine = ApplicationFactory(company=charlie.company, name="Ledger")
    client.force_login(charlie)

    response = client.get(LIST)

    assert names(response) == [mine.name]


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
