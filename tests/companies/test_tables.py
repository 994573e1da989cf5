"""Tables read page by page: every row once, in order, in few statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies import tables
from companies.models import User
from companies.tables import Table, rows_of
from tests.factories.companies import UserFactory


@pytest.fixture
def crowd(acme, globex):
    """Seven people of Acme, some with the same name, and two of Globex."""
    for number, name in enumerate("CABBABC"):
        UserFactory(company=acme, name=name, email=f"{number}@acme.example")
    UserFactory.create_batch(2, company=globex)
    return acme


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("order", [("pk",), ("name", "pk"), ("email",)])
def test_every_row_comes_once_and_in_order(crowd, monkeypatch, size, order):
    monkeypatch.setattr(tables, "PAGE", size)
    rows = rows_of(User, crowd)
    table = Table("people", "", rows, {"name": "name", "email": "email"}, order)

    pages = list(table.pages())

    found = [row for page in pages for row in page]
    assert found == list(rows.order_by(*order).values_list("name", "email"))
    assert len(found) == 7
    assert max(map(len, pages)) == min(size, 7)


def test_a_page_is_one_statement(crowd, monkeypatch):
    monkeypatch.setattr(tables, "PAGE", 3)
    table = Table("people", "", rows_of(User, crowd), {"company": "company__name"})

    with CaptureQueriesContext(connection) as asked:
        assert len(list(table.pages())) == 3

    assert len(asked) == 3
    assert all("LIMIT 3" in query["sql"] for query in asked)
