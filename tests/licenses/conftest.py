"""Depot Control of Acme: On-Premises, Bob and Priya its contacts, two environments."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import UserFactory
from tests.factories.contacts import TechnicalContactFactory
from tests.factories.licenses import LicenseFactory

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def at():
    """Saturday 21 November 2026, 15 days before the licenses of Depot Control end."""
    return datetime(2026, 11, 21, 7, tzinfo=AMSTERDAM)


@pytest.fixture
def priya(acme):
    return UserFactory(email="priya@acme.example", name="Priya Raman", company=acme)


def appoint(application, *people):
    for person in people:
        MembershipFactory(application=application, user=person)
        TechnicalContactFactory(application=application, user=person)


@pytest.fixture
def depot(acme, bob, priya):
    application = ApplicationFactory(company=acme, name="Depot Control")
    appoint(application, bob, priya)
    return application


@pytest.fixture
def production(depot):
    environment = EnvironmentFactory(application=depot, name="production")
    return LicenseFactory(
        environment=environment,
        number=20417,
        users=300,
        starts_on=date(2021, 12, 7),
        ends_on=date(2026, 12, 6),
    )


@pytest.fixture
def acceptance(depot):
    environment = EnvironmentFactory(application=depot, name="acceptance")
    return LicenseFactory(
        environment=environment,
        number=20418,
        users=20,
        starts_on=date(2021, 12, 7),
        ends_on=date(2026, 12, 6),
    )


@pytest.fixture
def driver(acme, dora):
    """A Cloud app with Dora as its one contact."""
    application = ApplicationFactory(company=acme, name="Driver App", cloud=True)
    appoint(application, dora)
    return application


@pytest.fixture
def cloud_license(driver):
    environment = EnvironmentFactory(application=driver, name="production")
    return LicenseFactory(
        environment=environment, number=20500, ends_on=date(2026, 12, 6)
    )
