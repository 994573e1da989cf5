"""What is asked of the settings before anything is sent or forgotten."""

from django.conf import settings
from django.core.checks import Error

SHORTEST_MEMORY = 365


def check_kept_days(**_kwargs: object) -> list[Error]:
    """At start: a letter forgotten too soon could be written a second time.

    Its row is what says that somebody was told of an occasion.
    """
    if settings.OUTBOX_KEPT_DAYS == 0 or settings.OUTBOX_KEPT_DAYS >= SHORTEST_MEMORY:
        return []
    words = f"OUTBOX_KEPT_DAYS is {SHORTEST_MEMORY} or more, or 0 for ever."
    return [Error(words, id="outbox.E004")]
