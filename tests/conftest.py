"""The cast of every story: two companies, their people, and the vendor's support."""

import pytest
from django.db import connection
from django.utils import timezone

from companies import actions
from outbox.models import Message
from tests.factories.companies import (
    ClaimedDomainFactory,
    CompanyFactory,
    UserFactory,
)
from tests.provider import CLIENT_ID, CLIENT_SECRET, Provider

AT = timezone.now()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, which nobody else holds open when it is dropped.

    A thread or process that a test started may still be on its way out by then.
    """
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def willem(db):
    """Account executive of both companies."""
    return UserFactory(email="willem@aldwick.example", name="Willem Fraser", staff=True)


@pytest.fixture
def stella(db):
    """Support staff of the vendor."""
    return UserFactory(email="stella@aldwick.example", name="Stella Brandt", staff=True)


@pytest.fixture
def acme(willem):
    return CompanyFactory(name="Acme", account_executive=willem)


@pytest.fixture
def globex(willem):
    return CompanyFactory(name="Globex", account_executive=willem)


@pytest.fixture
def alice(acme):
    """Company admin of Acme."""
    return UserFactory(
        email="alice@acme.example", name="Alice Moreau", company=acme, admin=True
    )


@pytest.fixture
def bob(acme):
    """On Acme's teams where a test puts him."""
    return UserFactory(email="bob@acme.example", name="Bob Weber", company=acme)


@pytest.fixture
def charlie(globex):
    """Company admin of Globex; must see nothing of Acme."""
    return UserFactory(
        email="charlie@globex.example", name="Charlie Novak", company=globex, admin=True
    )


@pytest.fixture
def dora(globex):
    """Of Globex; on an Acme team where a test puts her."""
    return UserFactory(email="dora@globex.example", name="Dora Lind", company=globex)


@pytest.fixture(scope="session")
def running_provider():
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running_provider):
    """A real OpenID provider, a process of its own, with nobody before it."""
    running_provider.seat(redirect_uri="")
    return running_provider


@pytest.fixture
def domain(alice):
    return ClaimedDomainFactory(
        name="acme.example", company=alice.company, claimed_by=alice, confirmed=True
    )


@pytest.fixture
def sign_on(alice, domain, provider):
    """Entered, not tested."""
    row = actions.configure_sign_on(
        issuer=provider.issuer,
        client_id=CLIENT_ID,
        secret=CLIENT_SECRET,
        by=alice,
        at=AT,
    )
    provider.seat(redirect_uri=row.redirect_address)
    return row


@pytest.fixture
def on(sign_on, alice, bob):
    """Tested and switched on."""
    actions.note_sign_on_test(
        sign_on, subject="alice", address=alice.email, by=alice, at=AT
    )
    actions.switch_sign_on_on(by=alice, at=AT)
    Message.objects.all().delete()
    for row in (sign_on, alice, bob):
        row.refresh_from_db()
    return sign_on
