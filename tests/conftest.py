"""The cast of every story: two companies, their people, and the vendor's support."""

import pytest

from tests.factories.companies import CompanyFactory, UserFactory


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
