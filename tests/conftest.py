"""The cast of every story: two companies, their people, and the vendor's support."""

import pytest
from django.db import connection

from tests.factories.companies import CompanyFactory, UserFactory


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
