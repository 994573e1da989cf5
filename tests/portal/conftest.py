"""One application of everything that the roof's pages speak of."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.models import PlatformRelease
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory
from tests.factories.licenses import LicenseFactory
from tests.factories.operations import MaintenanceWindowFactory
from tests.factories.tickets import TicketFactory

NOW = datetime(2026, 11, 24, 11, 6, tzinfo=ZoneInfo("Europe/Amsterdam"))
TODAY = NOW.date()


def in_days(days):
    return TODAY + timedelta(days=days)


@pytest.fixture
def releases(db):
    """9 is out of support, 10 ends with 13, 11 and 12 have years."""
    days = {9: (2022, 9, 30), 10: (2024, 3, 31), 12: (2026, 9, 30), 11: (2025, 6, 1)}
    for major, day in days.items():
        PlatformRelease.objects.update_or_create(
            major=major, defaults={"available_on": date(*day), "is_planned": False}
        )
    PlatformRelease.objects.update_or_create(
        major=13, defaults={"available_on": date(2027, 3, 31), "is_planned": True}
    )


@pytest.fixture
def depot(acme, bob):
    """On-Premises; Bob is its contact."""
    application = ApplicationFactory(company=acme, name="Depot Control")
    TechnicalContactFactory(application=application, user=bob)
    return application


@pytest.fixture
def driver_app(acme, bob):
    """On Cloud; Bob is its contact."""
    application = ApplicationFactory(company=acme, name="Driver App", cloud=True)
    TechnicalContactFactory(application=application, user=bob)
    return application


@pytest.fixture
def license_ending(depot):
    """Makes a license of Depot Control that runs out in so many days."""

    def make(days, *, application=depot, renewed=False, **facts):
        environment = EnvironmentFactory(application=application)
        end = in_days(days)
        return LicenseFactory(
            environment=environment,
            starts_on=end - timedelta(days=365),
            ends_on=end + timedelta(days=365) if renewed else end,
            runs_until=end,
            **facts,
        )

    return make


@pytest.fixture
def one_of_everything(acme, bob):
    """Makes an application with a row of everything that can need somebody."""

    def make():
        own = ApplicationFactory(company=acme)
        TechnicalContactFactory(application=own, user=bob)
        environment = EnvironmentFactory(application=own, platform_version="9.24.3")
        LicenseFactory(
            environment=environment, starts_on=in_days(-300), ends_on=in_days(10)
        )
        cloud = ApplicationFactory(company=acme, cloud=True)
        contact = TechnicalContactFactory(application=cloud)
        MembershipFactory(application=cloud, user=bob)
        HandoverFactory(
            application=cloud,
            from_user=contact.user,
            to_user=bob,
            offered_at=NOW,
            lapses_at=NOW + timedelta(days=7),
        )
        window = MaintenanceWindowFactory(starts_at=NOW + timedelta(days=4))
        window.environments.add(EnvironmentFactory(application=cloud))
        ordered = ApplicationFactory(company=acme, signed=True)
        MembershipFactory(application=ordered, user=bob)
        TicketFactory(
            application=own, state="pending", paused_at=NOW - timedelta(days=2)
        )
        TicketFactory(
            application=own, due_at=NOW + timedelta(minutes=14), resolution_minutes=480
        )

    return make
