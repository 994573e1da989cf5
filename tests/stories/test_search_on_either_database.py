"""Every list can be searched, on the trial's database as on PostgreSQL."""

import pytest

from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.licenses import LicenseFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.sqlite


@pytest.mark.parametrize("words", ["Évry", "LIC-31415", "31415"])
@pytest.mark.parametrize(
    "address",
    ["/search/", "/licenses/", "/applications/", "/tickets/", "/people/"],
)
def test_every_list_can_be_searched(client, acme, alice, stella, address, words):
    application = ApplicationFactory(company=acme, name="Évry Depot")
    environment = EnvironmentFactory(application=application)
    LicenseFactory(environment=environment, number=31415)
    TicketFactory(application=application, opened_by=alice)

    for person in (alice, stella):
        client.force_login(person)
        assert client.get(address, {"q": words}).status_code == 200


@pytest.mark.parametrize("which", ["", "ending", "ended", "activate"])
def test_every_tab_of_the_licenses_opens(client, acme, alice, which):
    application = ApplicationFactory(company=acme)
    LicenseFactory(environment=EnvironmentFactory(application=application))
    client.force_login(alice)

    assert client.get("/licenses/", {"show": which}).status_code == 200
