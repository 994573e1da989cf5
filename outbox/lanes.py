"""The state of the way out: closed for a while after trouble, open otherwise."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from outbox.backoff import pause_after
from outbox.models import Lane, Message

MAIL = "mail"
ENOUGH = 2
ENOUGH_BARRED = 3


class Heard(Protocol):
    """What a carrier heard, and how many letters had been taken when it began."""

    message: Message
    taken_before: int


class Omens:
    """What speaks for trouble of the server itself since it last took a letter.

    One letter may break a line, one mail domain may want less of us, and one address
    may be barred to us. When that happens again, and nothing was taken since the letter
    began, it is the server. A scout goes out after such trouble, and is wary.
    """

    def __init__(self, *, is_scout: bool = False) -> None:
        self.clear()
        self.are_good = False
        self._is_wary = is_scout

    def clear(self) -> None:
        """A letter was taken."""
        self.are_good = True
        self._cut_offs = 0
        self._slow: set[str] = set()
        self._barred: set[str] = set()
        self._is_wary = False

    def cut_off(self, heard: Heard, taken: int) -> bool:
        """True when the lane has to be closed."""
        self._cut_offs += heard.taken_before == taken
        return self._cut_offs >= ENOUGH

    def slowed_down(self, heard: Heard, taken: int) -> bool:
        """True when the lane has to be closed: it was no wish of one domain."""
        if heard.taken_before == taken:
            self._slow.add(heard.message.domain)
        return len(self._slow) >= ENOUGH

    def doubt(self, heard: Heard, taken: int) -> bool:
        """True when an address barred to us is tried once more before that counts.

        The server may have lost our authorisation: then every letter hears the same.
        """
        if heard.taken_before == taken:
            self._barred.add(heard.message.recipient)
        others = self._barred - {heard.message.recipient}
        return heard.message.tries == 0 or self._is_wary or bool(others)

    def are_barred(self) -> bool:
        """True when the lane has to be closed: several in a row heard the same."""
        return len(self._barred) >= ENOUGH_BARRED


def mail_lane() -> Lane:
    """The lane as last seen; one that never had trouble needs no row."""
    return Lane.objects.filter(name=MAIL).first() or Lane(name=MAIL)


def close_lane(*, words: str, at: datetime, jitter: float) -> Lane:
    """Rests the lane after connection trouble, longer each time in a row.

    Several workers may notice the same trouble: it counts once.
    """
    lane = mail_lane()
    if lane.is_closed(at):
        return lane
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
