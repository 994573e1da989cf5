"""One list out of two tables: nothing is lost between pages, nothing shown twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from companies.models import Notice
from outbox.models import Message
from tests.factories.notices import NoticeFactory
from tests.factories.outbox import MessageFactory
from ui import merging
from ui.merging import newest_first

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def get(query=""):
    return RequestFactory().get(f"/told/{query}")


def parts():
    return [Message.objects.all(), Notice.objects.all()]


def letter(name, minutes=0):
    MessageFactory(subject=name, created_at=AT - timedelta(minutes=minutes))


def notice(name, minutes=0):
    NoticeFactory(title=name, created_at=AT - timedelta(minutes=minutes))


def names(page):
    return [getattr(row, "subject", None) or row.title for row in page]


def there_and_back(size):
    """All pages forth, then all pages back."""
    forth = [newest_first(parts(), get(), size=size)]
    while forth[-1].next:
        forth.append(newest_first(parts(), get(forth[-1].next), size=size))
    back = [forth[-1]]
    while back[0].previous:
        back.insert(0, newest_first(parts(), get(back[0].previous), size=size))
    return forth, back


def test_both_sorts_stand_in_one_order():
    letter("old letter", 9)
    notice("new notice", 1)
    letter("new letter", 2)
    notice("old notice", 8)

    page = newest_first(parts(), get())

    assert names(page) == ["new notice", "new letter", "old notice", "old letter"]
    assert (page.first, page.last, page.total) == (1, 4, 4)
    assert (page.previous, page.next) == ("", "")


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_lead_through_all_rows_and_back(size):
    for number in range(7):
        letter(f"letter {number}", number)
        notice(f"notice {number}", number * 2)

    forth, back = there_and_back(size)

    everything = names(newest_first(parts(), get()))
    assert sum(map(names, forth), []) == everything
    assert len(set(everything)) == 14
    assert [names(page) for page in back] == [names(page) for page in forth]
    assert [page.first for page in back] == [page.first for page in forth]
    assert {page.total for page in forth} == {14}


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_what_was_written_in_one_moment_is_neither_lost_nor_shown_twice(size):
    for number in range(5):
        letter(f"letter {number}")
        notice(f"notice {number}")

    forth, back = there_and_back(size)

    shown = sum(map(names, forth), [])
    assert len(shown) == len(set(shown)) == 10
    assert [name[:6] for name in shown] == ["letter"] * 5 + ["notice"] * 5
    assert [names(page) for page in back] == [names(page) for page in forth]


def test_a_bad_place_shows_the_first_page():
    letter("one")
    for number in range(3):
        notice(f"notice {number}", number + 1)
    good = newest_first(parts(), get(), size=1).next.partition("=")[2]

    for place in (
        "x",
        "W10",
        "WyIxIl0",
        good[:-4],
        "WzEsICIyMDI2LTExLTIyIiwgOSwgIngiXQ",
    ):
        assert names(newest_first(parts(), get(f"?after={place}"), size=1)) == ["one"]


def test_a_place_beyond_the_end_shows_the_first_page():
    letter("one")
    letter("two", 1)
    last = newest_first(parts(), get(), size=1).next
    Message.objects.filter(subject="two").delete()

    assert names(newest_first(parts(), get(last), size=1)) == ["one"]


def test_a_list_of_nothing():
    page = newest_first(parts(), get())

    assert (list(page), page.total, page.next, page.previous) == ([], 0, "", "")


def test_filters_stay_in_the_address():
    for number in range(3):
        letter(f"letter {number}", number)

    page = newest_first(parts(), get("?q=depot&after=x"), size=2)

    assert page.next.startswith("?q=depot&after=")


def test_a_page_costs_two_statements_and_one_for_the_count():
    for number in range(4):
        letter(f"letter {number}", number)
    with CaptureQueriesContext(connection) as one_page:
        newest_first(parts(), get())
    with CaptureQueriesContext(connection) as first_of_many:
        newest_first(parts(), get(), size=3)

    assert (len(one_page), len(first_of_many)) == (2, 3)


def test_no_more_rows_are_counted_than_the_cap(monkeypatch):
    monkeypatch.setattr(merging, "COUNT_CAP", 5)
    for number in range(5):
        letter(f"letter {number}", number)
        notice(f"notice {number}", number)

    page = newest_first(parts(), get(), size=2)

    assert page.total == 6
