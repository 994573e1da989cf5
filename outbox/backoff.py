"""How long to wait before the next try: arithmetic without a clock.

Jitter is handed in as a number from 0 to 1, so that letters which failed together
do not come back together and a test can still name the exact moment.
"""

from datetime import timedelta

LADDER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
PAUSES = (
    timedelta(seconds=10),
    timedelta(seconds=20),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
)
REST = timedelta(minutes=1)
SPREAD = 0.2


def wait_after(tries: int, jitter: float) -> timedelta | None:
    """The wait after that many failed tries of one letter; None means give up."""
    if tries > len(LADDER):
        return None
    return _spread(LADDER[max(tries, 1) - 1], jitter)


def pause_after(troubles: int, jitter: float) -> timedelta:
    """How long the lane rests after that many connection troubles in a row.

    It never gives up: the letters are not at fault.
    """
    return _spread(PAUSES[min(max(troubles, 1), len(PAUSES)) - 1], jitter)


def rest_after(jitter: float) -> timedelta:
    """How long a mail domain that finds us too fast gets nothing more."""
    return _spread(REST, jitter)


def _spread(wait: timedelta, jitter: float) -> timedelta:
    """Up to a fifth longer, never shorter: a server that asked for time gets it."""
    return wait * (1 + SPREAD * jitter)
