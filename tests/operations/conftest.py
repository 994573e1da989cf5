from datetime import UTC, datetime, timedelta

import pytest

from operations import actions
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.contacts import TechnicalContactFactory

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
START = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)


@pytest.fixture
def driver_app(acme, bob):
    """A Cloud app of Acme; Bob is its technical contact."""
    application = ApplicationFactory(company=acme, name="Driver App", cloud=True)
    TechnicalContactFactory(application=application, user=bob)
    return application


@pytest.fixture
def production(driver_app):
    return EnvironmentFactory(application=driver_app, name="production")


@pytest.fixture
def plan(stella, production):
    """Plans a window on Driver App; any fact can be said otherwise."""

    def plan_window(**facts):
        defaults = {
            "title": "Storage upgrade",
            "description": "We move the storage to faster disks.",
            "impact": "restarts once, not reachable for ten minutes",
            "starts_at": START,
            "ends_at": START + timedelta(hours=4),
            "environments": [production],
            "by": stella,
            "at": NOW,
        }
        return actions.plan_window(**(defaults | facts))

    return plan_window
