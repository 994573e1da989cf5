"""Signs of life that worker and beat leave in the cache, for `/readyz` to read.

The worker leaves one while it is connected to the broker, beat one each time it hands
a task to the broker; both at least once a minute.
"""

from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from celery import signals
from django.core.cache import cache
from django.utils import timezone

WORKER, BEAT = "worker", "beat"
WATCHED = (BEAT, WORKER)
# The worker's own pulse comes every two seconds, which nobody needs to know.
LEAST_SECONDS_BETWEEN = 10
REMEMBERED_FOR = timedelta(days=1)

_left_at: dict[str, float] = {}


def seen_at(who: str) -> datetime | None:
    """When `who` last gave a sign of life; None when that is a day ago, or never."""
    return cache.get(_key(who))


def leave(who: str) -> None:
    """Leave a sign of life; a broker that is away must not stop anybody's work."""
    now = monotonic()
    if now - _left_at.get(who, -LEAST_SECONDS_BETWEEN) < LEAST_SECONDS_BETWEEN:
        return
    _left_at[who] = now
    cache.set(_key(who), timezone.now(), REMEMBERED_FOR.total_seconds())


def _key(who: str) -> str:
    return f"heartbeat:{who}"


@signals.heartbeat_sent.connect
def worker_lives(**kwargs: Any) -> None:
    leave(WORKER)


@signals.beat_init.connect
def watch_beat(**kwargs: Any) -> None:
    """Only in the process of beat does handing over a task mean that beat lives."""
    leave(BEAT)
    signals.after_task_publish.connect(beat_lives)


def beat_lives(**kwargs: Any) -> None:
    leave(BEAT)
