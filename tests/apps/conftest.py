from datetime import UTC, datetime

import pytest

from tests.factories.apps import ApplicationFactory


@pytest.fixture
def at():
    return datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def depot(acme):
    return ApplicationFactory(company=acme, name="Depot Control")
