"""Acme's app with its team, a licensed company and what its level promises."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import ServiceLevelFactory
from tests.factories.licenses import LicenseFactory
from tests.factories.tickets import ServiceTargetFactory
from tickets import actions
from tickets.models import Ticket

# A Tuesday, 10:00 in Amsterdam: the support desk has been open for an hour.
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def after(**span):
    return TUESDAY + timedelta(**span)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    """Files of a test go with the test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def level(acme):
    """Office hours for most; critical ones are worked on around the clock."""
    level = ServiceLevelFactory(name="Premium")
    for priority, (response, resolution, always) in {
        1: (30, 480, True),
        2: (120, 960, False),
        3: (480, 2400, False),
        4: (960, None, False),
    }.items():
        ServiceTargetFactory(
            service_level=level,
            priority=priority,
            response_minutes=response,
            resolution_minutes=resolution,
            around_the_clock=always,
        )
    acme.service_level = level
    acme.save()
    return level


@pytest.fixture
def fleet(acme, bob, dora, level):
    """Acme's app, licensed, with Bob of Acme and Dora of Globex on its team."""
    application = ApplicationFactory(company=acme, name="Fleet Planner")
    environment = EnvironmentFactory(application=application, name="production")
    LicenseFactory(
        environment=environment, starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1)
    )
    for person in (bob, dora):
        MembershipFactory(application=application, user=person)
    return application


@pytest.fixture
def depot(acme, bob):
    """Another app of Acme; Dora is not on its team."""
    application = ApplicationFactory(company=acme, name="Depot Control")
    MembershipFactory(application=application, user=bob)
    return application


@pytest.fixture
def open_ticket(fleet, bob):
    """Opens a ticket of Bob's, an incident that hampers many."""

    def opened(**facts):
        wanted = {
            "company": fleet.company,
            "application": fleet,
            "by": bob,
            "kind": Ticket.Kind.INCIDENT,
            "subject": "Route optimiser returns empty plans",
            "text": "Since 06:00 the plans are empty.",
            "impact": Ticket.Impact.MANY,
            "urgency": Ticket.Urgency.STOPPED,
            "at": TUESDAY,
        }
        return actions.open_ticket(**wanted | facts)

    return opened


@pytest.fixture
def ticket(open_ticket):
    return open_ticket()
