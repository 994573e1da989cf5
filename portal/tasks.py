"""What the clock starts that needs every floor."""

from celery import shared_task
from django.utils import timezone

from portal import archive, runs


@shared_task
def make_archives() -> dict[str, int]:
    """Makes the archives that wait, one after the other."""
    made = 0
    while archive.make_next(clock=timezone.now):
        made += 1
    return {"archives": made}


@shared_task
def purge_errand_runs() -> dict[str, int]:
    """Removes what was noted of errands long ago, but the last run of each."""
    return {"purged": runs.purge(at=timezone.now())}
