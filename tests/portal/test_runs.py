"""Every run of an errand is written down, whoever wrote its task."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string

from portal import runs
from portal.models import ErrandRun
from portal.schedule import ERRANDS, FIGURES, HEADER, beat
from tests.factories.outbox import MessageFactory
from tests.marks import on_postgresql
from ui.counting import count_all

pytestmark = pytest.mark.django_db

AT = timezone.now()


def run_errand(name, *, marked=True):
    """As a worker runs what beat hands over."""
    options = beat()[name]["options"] if marked else {}
    headers = options.get("headers", {})
    return import_string(ERRANDS[name].task).apply(headers=headers)


def done(errand, days=0, **facts):
    at = AT - timedelta(days=days)
    return ErrandRun.objects.create(
        errand=errand,
        started_at=at,
        ended_at=at + timedelta(seconds=2),
        outcome="done",
        **facts,
    )


@pytest.mark.parametrize("name", ERRANDS)
def test_every_errand_leaves_a_row_and_says_what_it_did(name):
    run_errand(name)

    run = ErrandRun.objects.get()
    assert (run.errand, run.outcome, run.words) == (name, "done", "")
    assert run.figures, "its task must return figures"
    assert run.figures.keys() <= FIGURES.keys()
    assert set(run.figures.values()) == {0}
    assert run.took > timedelta(0)


def test_the_figures_are_those_of_the_run(mailoutbox):
    MessageFactory.create_batch(2)

    run_errand("deliver-due")

    assert ErrandRun.objects.get().figures["sent"] == len(mailoutbox) == 2


def test_a_nudge_in_between_is_no_run_of_the_errand():
    run_errand("deliver-due", marked=False)

    assert not ErrandRun.objects.exists()


def test_a_run_that_breaks_says_why(monkeypatch):
    def broken(**facts):
        raise ValueError("the ladder has no rungs\x00")

    monkeypatch.setattr("licenses.actions.remind_of_renewal", broken)

    run_errand("remind-of-renewal")

    run = ErrandRun.objects.get()
    assert (run.outcome, run.figures) == ("failed", {})
    assert run.words == "ValueError: the ladder has no rungs"
    assert run.ended_at


def test_a_run_is_there_while_it_lasts(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "licenses.actions.remind_of_renewal",
        lambda at: seen.append(ErrandRun.objects.get().outcome) or seen[9],
    )

    run_errand("remind-of-renewal")

    assert seen == ["running"]


def test_the_last_run_of_each():
    done("deliver-due", days=1)
    last = done("deliver-due")
    other = done("announce-due", days=9)

    assert runs.latest() == {"deliver-due": last, "announce-due": other}


@on_postgresql("reads its plan")
def test_the_last_run_of_each_is_looked_up_in_an_index():
    """`/readyz` asks every few seconds: it must not read the runs of two weeks."""
    starts = AT - timedelta(days=14)
    ErrandRun.objects.bulk_create(
        ErrandRun(errand=name, started_at=starts)
        for _number in range(300)
        for name in ERRANDS
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE portal_errandrun")

    with CaptureQueriesContext(connection) as asked:
        assert runs.latest().keys() == ERRANDS.keys()
    plan = ErrandRun.objects.latest_of_each(ERRANDS).explain()

    assert len(asked) == 1
    assert "Aggregate" not in plan
    assert "Seq Scan" not in plan


def test_old_runs_go_and_the_last_of_each_stays():
    lonely = done("announce-due", days=40)
    done("deliver-due", days=15)
    kept = done("deliver-due", days=13)

    assert runs.purge(at=AT) == 1
    assert set(ErrandRun.objects.all()) == {lonely, kept}


# What it would do


@pytest.mark.parametrize("name", ERRANDS)
def test_every_errand_says_what_it_would_do(name):
    outlook = import_string(ERRANDS[name].outlook)(AT)

    counted = count_all(**{key: rows for key, rows in outlook.items() if rows != 0})
    assert outlook.keys() <= FIGURES.keys()
    assert set(counted.values()) <= {0}


@pytest.mark.parametrize("name", ERRANDS)
def test_every_errand_has_its_word(name):
    assert str(ERRANDS[name].purpose).endswith(".")


def test_a_tick_is_worth_nothing_once_the_next_one_comes():
    for name, entry in beat().items():
        assert entry["options"]["expires"] == ERRANDS[name].every
        assert entry["options"]["headers"] == {HEADER: name}
