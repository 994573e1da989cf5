"""Beat looks up when it starts what was missed; a second one does no harm."""

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.utils import timezone

from portal.beat import CatchingUp
from portal.models import ErrandRun
from portal.schedule import ERRANDS
from tests.outbox.processes import running, wait_for
from tests.smtp import SmtpServer


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / "beat-schedule")


@pytest.fixture
def start(file):
    """Starts beat's scheduler, as often as one likes; the file outlives it."""
    started = []

    def begin():
        started.append(CatchingUp(current_app, schedule_filename=file))
        return started[-1]

    yield begin
    for scheduler in started:
        scheduler.close()


def due(scheduler):
    return {name for name, entry in scheduler.schedule.items() if entry.is_due()[0]}


def begun(name, ago):
    return ErrandRun.objects.create(errand=name, started_at=timezone.now() - ago)


@pytest.mark.django_db
def test_on_the_very_first_start_everything_is_due(start):
    """Celery alone would wait an hour, or a day."""
    assert due(start()) == set(ERRANDS)


@pytest.mark.django_db
def test_what_was_missed_is_due_at_once_and_nothing_else(start):
    for name, errand in ERRANDS.items():
        begun(name, timedelta(seconds=errand.every - 30))
    ErrandRun.objects.filter(errand="remind-of-renewal").delete()
    begun("remind-of-renewal", timedelta(minutes=61))

    assert due(start()) == {"remind-of-renewal"}


@pytest.mark.django_db
def test_what_was_handed_over_and_never_begun_is_due_again(start):
    """The broker lost it; the file says that it was sent."""
    first = start()
    for entry in list(first.schedule.values()):
        first.reserve(entry)
    assert due(first) == set()
    first.close()

    assert due(start()) == set(ERRANDS)


@pytest.mark.django_db
def test_a_run_of_the_future_does_not_keep_an_errand_waiting(start):
    """A clock was put back."""
    begun("deliver-due", timedelta(days=-3))

    entry = start().schedule["deliver-due"]

    assert entry.is_due().next <= ERRANDS["deliver-due"].every


def test_beat_starts_without_a_database(start, monkeypatch):
    def refuse():
        raise DatabaseTrouble("away")

    monkeypatch.setattr("portal.beat.runs.latest", refuse)

    assert set(start().schedule) == set(ERRANDS)


def test_beat_is_ours():
    assert settings.CELERY_BEAT_SCHEDULER == "portal.beat:CatchingUp"


@pytest.mark.django_db(transaction=True)
def test_two_beats_and_a_worker_run_everything_at_once(tmp_path):
    """Real processes, on a portal whose clock has never run."""
    with current_app.connection_for_write(settings.REDIS_URL) as connection:
        connection.default_channel.queue_purge("celery")
    celery = ("-m", "celery", "-A", "portal")
    beats = [
        (*celery, "beat", "-l", "warning", "--pidfile", "", "-s", str(tmp_path / name))
        for name in ("one", "two")
    ]
    worker = (*celery, "worker", "-P", "solo", "-l", "warning")

    def all_done():
        ended = ErrandRun.objects.exclude(ended_at=None)
        return set(ended.values_list("errand", flat=True)) == set(ERRANDS)

    with (
        SmtpServer() as server,
        running(server, *worker),
        running(server, *beats[0]),
        running(server, *beats[1]),
    ):
        wait_for(all_done, seconds=90)

    assert set(ErrandRun.objects.values_list("outcome", flat=True)) == {"done"}
