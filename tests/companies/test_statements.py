"""Statements kept for many readers say for each what a fresh query would."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from apps.models import Application
from companies import statements
from companies.models import Company, User
from companies.statements import KeptCounts, KeptRows, attach
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.marks import on_postgresql
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def visible(reader):
    return Application.objects.visible_to(reader).order_by("name", "id")


@pytest.fixture
def fleets(acme, globex, dora):
    mine = [ApplicationFactory(company=acme, name=f"App {n}") for n in range(3)]
    ApplicationFactory(company=globex, name="Theirs")
    MembershipFactory(application=mine[1], user=dora)
    return mine


def test_each_kind_of_reader_sees_their_own(fleets, alice, bob, charlie, dora, stella):
    kept = KeptRows(visible)

    for reader in (alice, bob, charlie, dora, stella, alice):
        assert kept(reader) == list(visible(reader))


def test_another_reader_of_the_same_kind_sees_other_rows(fleets, alice, charlie):
    kept = KeptRows(visible)

    assert [row.name for row in kept(alice)] == ["App 0", "App 1", "App 2"]
    assert [row.name for row in kept(charlie)] == ["Theirs"]


def test_whoever_was_deactivated_reads_nothing_kept_for_others(fleets, alice):
    kept = KeptRows(visible)
    counted = KeptCounts(lambda reader: {"apps": visible(reader)})
    assert (len(kept(alice)), counted(alice)["apps"]) == (3, 3)
    alice.is_active = False

    for gone in (alice, AnonymousUser()):
        assert kept(gone) == []
        assert counted(gone) == {"apps": 0}


def test_no_process_runs_what_another_has_planned(fleets, alice, monkeypatch):
    """Two that count alike, one after the other on one connection of a pool."""
    found = []

    for build in (visible, lambda reader: visible(reader)[:1]):
        monkeypatch.setattr(statements, "_numbers", count(1_900_000_000))
        found.append(KeptRows(build)(alice))

    assert found == [fleets, fleets[:1]]


def test_values_take_their_places(fleets, alice, django_assert_num_queries):
    kept = KeptRows(lambda reader, pk: visible(reader).filter(pk=pk))

    for row in fleets:
        with django_assert_num_queries(1):
            assert kept(alice, pk=row.pk) == [row]


def test_lists_of_any_length_find_their_rows(fleets, alice, django_assert_num_queries):
    kept = KeptRows(lambda reader, keys: visible(reader).filter(pk__in=keys))
    keys = [row.pk for row in fleets]

    assert kept(alice, keys=keys[:1]) == fleets[:1]
    assert kept(alice, keys=keys[1:]) == fleets[1:]
    assert kept(alice, keys=keys + [uuid.uuid4() for _ in range(30)]) == fleets
    with django_assert_num_queries(0):
        assert kept(alice, keys=[]) == []


def test_days_and_moments_are_asked_anew(fleets, stella):
    Application.objects.filter(pk=fleets[0].pk).update(ordered_at=NOW)
    kept = KeptRows(lambda reader, at: visible(reader).filter(ordered_at__gte=at))

    assert fleets[0] in kept(stella, at=NOW)
    assert fleets[0] not in kept(stella, at=NOW + timedelta(seconds=1))


def test_related_rows_and_columns_come_along(fleets, alice, django_assert_num_queries):
    kept = KeptRows(
        lambda reader, pk: visible(reader).filter(pk=pk).select_related("company")
    )
    tuples = KeptRows(lambda reader: visible(reader).values_list("name", "company_id"))

    [row] = kept(alice, pk=fleets[0].pk)
    with django_assert_num_queries(0):
        assert row.company.name == "Acme"
    assert tuples(alice)[0] == ("App 0", alice.company_id)


@on_postgresql("nothing is kept elsewhere")
@pytest.mark.parametrize("forgotten", [uuid.uuid4(), NOW])
def test_what_a_statement_would_remember_is_refused(alice, forgotten):
    column = "pk" if isinstance(forgotten, uuid.UUID) else "ordered_at__gte"
    kept = KeptRows(lambda reader: visible(reader).filter(**{column: forgotten}))

    with pytest.raises(TypeError, match="would remember"):
        kept(alice)


@on_postgresql("nothing is kept elsewhere")
def test_no_more_of_the_reader_than_decides_what_they_see(alice):
    kept = KeptRows(lambda reader: User.objects.filter(email=reader.email))

    with pytest.raises(AttributeError):
        kept(alice)


def test_texts_take_each_others_places(fleets, alice):
    kept = KeptRows(
        lambda reader, name, names: (
            visible(reader).filter(name=name).filter(name__in=names)
        )
    )

    for name in ("App 1", "App 2", "App '; --", "%s", "App 1"):
        found = kept(alice, name=name, names=["App 0", name])
        assert [row.name for row in found] == ([name] if name in NAMES else [])


NAMES = {"App 0", "App 1", "App 2"}


def test_a_number_beyond_all_rows_finds_none(stella):
    kept = KeptRows(lambda _, number: Ticket.objects.filter(pk=number))

    assert kept(stella, number=10**30) == []
    with pytest.raises(Http404):
        kept.one_or_404(stella, number=10**30)


def test_counts_are_the_readers_own(fleets, alice, charlie, django_assert_num_queries):
    kept = KeptCounts(
        lambda reader: {
            "apps": visible(reader),
            "companies": Company.objects.visible_to(reader),
        }
    )

    assert kept(alice) == {"apps": 3, "companies": 1}
    with django_assert_num_queries(1):
        assert kept(charlie) == {"apps": 1, "companies": 1}


def test_attached_rows_are_read_without_a_query(fleets, django_assert_num_queries):
    company = Company.objects.get(pk=fleets[0].company_id)
    attach(company, applications=fleets)

    with django_assert_num_queries(0):
        assert list(company.applications.all()) == fleets
