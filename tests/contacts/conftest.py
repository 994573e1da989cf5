"""An application of Acme with Bob as its contact, in both hostings."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbox.models import Message
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.contacts import TechnicalContactFactory


@pytest.fixture
def at():
    return datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def depot(acme, bob):
    """On-Premises, delivered, Bob is its contact."""
    application = ApplicationFactory(company=acme, name="Depot Control")
    TechnicalContactFactory(application=application, user=bob)
    return application


@pytest.fixture
def driver(acme, bob):
    """Cloud, delivered, Bob is its contact."""
    application = ApplicationFactory(company=acme, name="Driver App", cloud=True)
    TechnicalContactFactory(application=application, user=bob)
    return application


@pytest.fixture
def joins():
    """Puts people on a team, as an earlier day did."""

    def join(application, *people):
        for person in people:
            MembershipFactory(application=application, user=person)

    return join


@pytest.fixture
def contacts_of():
    """The names of today's contacts, in alphabetical order."""

    def names(application):
        contacts = application.technical_contacts.select_related("user")
        return sorted(contact.user.name for contact in contacts)

    return names


@pytest.fixture
def letters(db):
    """(recipient, what it is about) of every letter written, in order."""

    def read():
        rows = Message.objects.order_by("created_at", "pk")
        return sorted((row.recipient, row.template.split("/")[-1]) for row in rows)

    return read


@pytest.fixture
def queries_of():
    """How many queries a page takes once the reader's session is warm."""

    def count(client, address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    return count
