"""What the clock starts that needs every floor."""

from celery import shared_task
from django.utils import timezone

from portal import archive


@shared_task
def make_archives() -> None:
    """Makes the archives that wait, one after the other."""
    while archive.make_next(clock=timezone.now):
        pass
