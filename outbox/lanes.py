"""The state of the way out: closed for a while after trouble, open otherwise."""

from datetime import datetime

from outbox.backoff import pause_after
from outbox.models import Lane

MAIL = "mail"


def mail_lane() -> Lane:
    """The lane as last seen; one that never had trouble needs no row."""
    return Lane.objects.filter(name=MAIL).first() or Lane(name=MAIL)


def close_lane(*, words: str, at: datetime, jitter: float) -> Lane:
    """Rests the lane after connection trouble, longer each time in a row."""
    lane = mail_lane()
    troubles = lane.troubles + 1
    lane, _ = Lane.objects.update_or_create(
        name=MAIL,
        defaults={
            "troubles": troubles,
            "words": words,
            "since": lane.since or at,
            "closed_until": at + pause_after(troubles, jitter),
        },
    )
    return lane


def open_lane() -> None:
    """A letter went through: whatever the trouble was, it is over."""
    Lane.objects.filter(name=MAIL, troubles__gt=0).update(
        troubles=0, words="", since=None, closed_until=None
    )


def try_lane_now() -> None:
    """A person wants a try at once; the count of troubles stays until it succeeds."""
    Lane.objects.filter(name=MAIL).update(closed_until=None)
