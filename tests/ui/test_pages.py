"""Keyset pages over real rows: people, ordered by name and by date."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies.models import Company, User
from tests.factories.companies import CompanyFactory, UserFactory
from ui import pages
from ui.pages import Cursor, keyset

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven():
    for name in "ABCDEFG":
        CompanyFactory(name=f"{name} Freight")
    return Company.objects.all()


def names(page):
    return "".join(row.name[0] for row in page)


def get(query=""):
    return RequestFactory().get(f"/companies/{query}")


def test_the_first_page_leads_to_the_next(seven):
    page = keyset(seven, get(), size=3)

    assert names(page) == "ABC"
    assert (page.first, page.last, page.total) == (1, 3, 7)
    assert page.previous == ""
    assert page.next.startswith("?after=")


def test_pages_lead_on_to_the_end_and_back_to_the_start(seven):
    first = keyset(seven, get(), size=3)
    second = keyset(seven, get(first.next), size=3)
    third = keyset(seven, get(second.next), size=3)

    assert [names(second), names(third)] == ["DEF", "G"]
    assert (third.first, third.last, third.next) == (7, 7, "")

    back = keyset(seven, get(third.previous), size=3)
    start = keyset(seven, get(back.previous), size=3)

    assert [names(back), names(start)] == ["DEF", "ABC"]
    assert (back.first, back.last) == (4, 6)
    assert (start.first, start.previous) == (1, "")


def test_equal_names_are_neither_lost_nor_shown_twice(acme):
    for _ in range(7):
        UserFactory(company=acme, name="Jan Jansen")
    people = User.objects.filter(company=acme)

    seen, query = [], ""
    while query is not None:
        page = keyset(people, get(query), size=2)
        seen += [person.pk for person in page]
        query = page.next or None

    assert len(seen) == len(set(seen)) == 7


def test_newest_first_and_mixed_directions(seven):
    at = timezone.now()
    for days, company in enumerate(seven.order_by("name")):
        company.created_at = at - timedelta(days=days // 2)
        company.save(update_fields=["created_at"])
    order = ("-created_at", "name")

    first = keyset(seven, get(), order=order, size=3)
    second = keyset(seven, get(first.next), order=order, size=3)
    back = keyset(seven, get(second.previous), order=order, size=3)

    assert [names(first), names(second), names(back)] == ["ABC", "DEF", "ABC"]


def test_an_order_may_lead_through_a_relation(acme, globex):
    for company in (globex, acme):
        UserFactory.create_batch(2, company=company)
    people = User.objects.filter(company__isnull=False)
    order = ("company__name", "id")

    first = keyset(people.select_related("company"), get(), order=order, size=3)
    second = keyset(people, get(first.next), order=order, size=3)

    companies = [person.company for person in [*first, *second]]
    assert companies == [acme, acme, globex, globex]


def test_links_keep_the_filters(seven):
    page = keyset(seven, get("?q=freight&state=open&after=x"), size=3)

    assert page.next.startswith("?q=freight&state=open&after=")
    assert page.next.count("after=") == 1


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "AAAA",
        str(Cursor(3, [])),
        str(Cursor(3, ["C Freight"])),
        str(Cursor(3, ["C Freight", "no uuid"])),
        str(Cursor(-3, ["C Freight", "7d2c0f8e-3b0e-4d57-8f5e-6a1c2b3d4e5f"])),
        str(Cursor("3", ["C Freight", "7d2c0f8e-3b0e-4d57-8f5e-6a1c2b3d4e5f"])),
        str(Cursor(3, [None, None])),
        "W" * 5000,
    ],
)
def test_a_bad_cursor_shows_the_first_page(seven, cursor):
    assert names(keyset(seven, get(f"?after={cursor}"), size=3)) == "ABC"
    assert names(keyset(seven, get(f"?before={cursor}"), size=3)) == "ABC"


def test_a_page_that_has_emptied_since_shows_the_first(seven):
    last = keyset(seven, get(), size=6)
    Company.objects.filter(name__startswith="G").delete()

    assert names(keyset(seven, get(last.next), size=6)) == "ABCDEF"


def test_no_rows_are_a_page_too():
    page = keyset(Company.objects.none(), get())

    assert (len(page), page.total, page.next, page.previous) == (0, 0, "", "")


def test_a_single_page_is_not_counted(seven):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = keyset(seven, get(), size=10)

    assert page.total == 7
    assert len(queries) == 1


def test_counting_stops_at_the_cap(seven, monkeypatch):
    monkeypatch.setattr(pages, "COUNT_CAP", 5)

    with CaptureQueriesContext(connection) as queries:
        page = keyset(seven, get(), size=3)

    assert page.is_capped
    assert "LIMIT 6" in queries[1]["sql"]


def test_the_last_page_and_those_beyond_the_cap_are_not_counted(seven, monkeypatch):
    monkeypatch.setattr(pages, "COUNT_CAP", 4)
    first = keyset(seven, get(), size=3)

    with CaptureQueriesContext(connection) as queries:
        beyond = keyset(seven, get(first.next), size=3)
        last = keyset(seven, get(beyond.next), size=3)

    assert (beyond.last, beyond.cap, beyond.is_capped) == (6, 6, True)
    assert (last.last, last.total, last.is_capped) == (7, 7, False)
    assert len(queries) == 2


def test_a_later_page_asks_an_index_not_an_offset(seven):
    first = keyset(seven, get(), size=3)

    with CaptureQueriesContext(connection) as queries:
        keyset(seven, get(first.next), size=3)

    assert "OFFSET" not in queries[0]["sql"]
    assert '"name" >= ' in queries[0]["sql"]
