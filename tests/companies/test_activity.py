"""The log keeps what it must and lets go of the rest."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies import audit, reading, tasks
from companies.models import ActivityEntry
from companies.verbs import Verb


@pytest.fixture
def old_entries(acme):
    """Entries so many days old."""

    def make(*days):
        now = timezone.now()
        ActivityEntry.objects.bulk_create(
            ActivityEntry(
                company=acme,
                at=now - timedelta(days=age),
                actor="Bob",
                verb=Verb.TEAM_JOINED,
                thing=str(age),
            )
            for age in days
        )

    return make


def ages():
    return sorted(int(row.thing) for row in ActivityEntry.objects.all())


def test_entries_are_kept_for_a_year(old_entries):
    """CO-18"""
    old_entries(0, 364, 366, 900)

    tasks.purge_activity()

    assert ages() == [0, 364]


def test_how_long_is_a_setting(old_entries, settings):
    """CO-18"""
    old_entries(0, 20, 40)
    settings.ACTIVITY_KEPT_DAYS = 30

    assert audit.purge(at=timezone.now()) == 1
    assert ages() == [0, 20]


def test_without_an_end_nothing_goes(old_entries, settings):
    old_entries(4000)
    settings.ACTIVITY_KEPT_DAYS = 0

    assert audit.purge(at=timezone.now()) == 0
    assert ages() == [4000]


def test_many_go_in_batches_the_oldest_first_and_the_rest_another_day(
    old_entries, monkeypatch
):
    old_entries(*range(400, 407))
    monkeypatch.setattr(audit, "BATCH", 2)
    monkeypatch.setattr(audit, "MOST_AT_ONCE", 4)

    assert audit.purge(at=timezone.now()) == 4
    assert ages() == [400, 401, 402]
    assert audit.purge(at=timezone.now()) == 3


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_is_of_one_kind(verb):
    kinds = [kind for kind in reading.Kind if verb in reading.verbs_of(kind)]

    assert kinds == [reading.kind_of(verb)]


def test_the_first_word_of_every_verb_has_a_kind_and_no_other():
    assert reading.KINDS.keys() == {verb.partition("_")[0] for verb in Verb.values}
