"""Writes down every run of an errand, whoever wrote the task: no task can forget it.

Beat marks what it hands over with the errand's name. A nudge, which runs the same task
in between, bears no mark and leaves no row.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from celery import Task, signals
from django.utils import timezone

from portal.models import ErrandRun
from portal.schedule import ERRANDS, HEADER

KEPT = timedelta(days=14)
BATCH = 1_000
WORDS = 1_000

# Which row the task of this process writes to, by the id of the task.
_begun: dict[str, int] = {}


@signals.task_prerun.connect
def begin(task_id: str, task: Task, **kwargs: Any) -> None:
    errand = (task.request.headers or {}).get(HEADER)
    if errand in ERRANDS:
        run = ErrandRun.objects.create(errand=errand, started_at=timezone.now())
        _begun[task_id] = run.pk


@signals.task_failure.connect
def note_failure(task_id: str, exception: BaseException, **kwargs: Any) -> None:
    """Comes before the end of the same task."""
    words = f"{type(exception).__name__}: {exception}"[:WORDS].replace("\x00", "")
    _end(task_id, ErrandRun.Outcome.FAILED, words=words)


@signals.task_postrun.connect
def note_end(task_id: str, retval: Any, **kwargs: Any) -> None:
    """A task says what it did in figures with the names that `FIGURES` explains."""
    figures = retval if isinstance(retval, dict) else {}
    _end(task_id, ErrandRun.Outcome.DONE, figures=figures)


def _end(task_id: str, outcome: str, **facts: Any) -> None:
    run = _begun.pop(task_id, None)
    if run is not None:
        facts |= {"outcome": outcome, "ended_at": timezone.now()}
        ErrandRun.objects.filter(pk=run).update(**facts)


def latest() -> dict[str, ErrandRun]:
    """The last run of each errand, by its name."""
    return {run.errand: run for run in ErrandRun.objects.latest_of_each(ERRANDS)}


def purge(*, at: datetime) -> int:
    """Remove what is older than it is kept, but the last run of each errand stays."""
    old = ErrandRun.objects.before(at - KEPT).exclude(
        pk__in=[run.pk for run in latest().values()]
    )
    gone = 0
    while batch := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        gone += ErrandRun.objects.filter(pk__in=batch).delete()[0]
    return gone


def outlook(at: datetime) -> dict[str, Any]:
    """What the purge would remove now, the last run of each errand counted with it."""
    return {"purged": ErrandRun.objects.before(at - KEPT)}
