"""Several counts of a page in one statement."""

import pytest

from companies.models import Company, User
from tests.factories.companies import CompanyFactory
from ui import counting
from ui.counting import count_all, in_figures

pytestmark = pytest.mark.django_db


def test_all_are_counted_in_one_statement(alice, django_assert_num_queries):
    CompanyFactory(name="Aardvark")

    with django_assert_num_queries(1):
        counts = count_all(
            companies=Company.objects.all(),
            first=Company.objects.filter(name="Aardvark"),
            people=User.objects.filter(email=alice.email),
        )

    assert counts == {"companies": 2, "first": 1, "people": 1}


def test_what_can_have_no_rows_is_none(acme):
    assert count_all(acme=Company.objects.all(), none=Company.objects.none()) == {
        "acme": 1,
        "none": 0,
    }


def test_counting_ends_one_beyond_the_cap(monkeypatch):
    monkeypatch.setattr(counting, "CAP", 2)
    for _ in range(4):
        CompanyFactory()

    count = count_all(companies=Company.objects.all())["companies"]

    assert count == 3
    assert in_figures(count) == "2+"
    assert in_figures(2) == "2"
