"""Do the workers work? What stands still, since when, and what to do about it.

Three witnesses: signs of life in the cache, which are quick; the runs of the errands in
the database, which tell that work is not only waited for but done; and the letter that
is due the longest, which tells whether it gets anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis import RedisError

from outbox import delivery
from portal import heartbeat, runs
from portal.models import ErrandRun
from portal.schedule import ERRANDS

ERRANDS_LATE = "errands"
MAIL_LATE = "mail"
MAIL_LATE_AFTER = timedelta(minutes=10)
COMPOSE = "docker compose up --detach {service}"


@dataclass(frozen=True)
class Silence:
    """One part that stands still; `since` is unknown where it was never seen."""

    who: str
    since: datetime | None
    commands: tuple[str, ...]
    late: tuple[str, ...] = ()

    @property
    def title(self) -> str | Promise:
        return TITLES[self.who]

    @property
    def meaning(self) -> str | Promise:
        return MEANINGS[self.who]

    @property
    def is_overdue(self) -> bool:
        """Whether `since` is when it was due, and not when it was seen last."""
        return self.who in {ERRANDS_LATE, MAIL_LATE}


TITLES = {
    heartbeat.BEAT: _("The clock (beat) stands still."),
    heartbeat.WORKER: _("The workers stand still."),
    ERRANDS_LATE: _("Errands are late, though clock and workers give signs of life."),
    MAIL_LATE: _("Mail is due and does not leave."),
}
MEANINGS = {
    heartbeat.BEAT: _(
        "Nobody is reminded of renewals and no maintenance is announced until it"
        " runs again. What was missed is caught up then."
    ),
    heartbeat.WORKER: _(
        "No letter leaves the house until they run again. Nothing is lost: every"
        " letter waits in the outbox."
    ),
    ERRANDS_LATE: _(
        "The workers may be held up by one long errand, or listen to another broker"
        " than the clock writes to."
    ),
    MAIL_LATE: _(
        "The workers work, so look at the way to the mail server, under Post and"
        " errands: it may be away, or refuse us. Nothing is lost: every letter waits."
    ),
}
COMMANDS = {
    heartbeat.BEAT: (COMPOSE.format(service="beat"), "celery -A portal beat"),
    heartbeat.WORKER: (COMPOSE.format(service="worker"), "celery -A portal worker"),
    ERRANDS_LATE: ("docker compose logs worker", "docker compose restart worker beat"),
    MAIL_LATE: ("docker compose logs worker", "manage.py check --deploy"),
}


@dataclass(frozen=True)
class Pulse:
    """How it goes: signs of life, the last run of every errand, what stands still."""

    at: datetime
    seen: dict[str, datetime | None]
    runs: dict[str, ErrandRun] = field(default_factory=dict)
    mail_due_at: datetime | None = None

    @property
    def late(self) -> list[str]:
        """Errands that no worker began in time; where none ever ran, all of them."""
        return [name for name in ERRANDS if self.is_late(name)]

    def is_late(self, name: str) -> bool:
        next_at = self.next_at(name)
        return next_at is None or self.at - next_at > patience()

    def next_at(self, name: str) -> datetime | None:
        """When the clock hands it over again; None where it never ran."""
        run = self.runs.get(name)
        return run and run.started_at + timedelta(seconds=ERRANDS[name].every)

    def is_alive(self, who: str) -> bool:
        seen_at = self.seen[who]
        return seen_at is not None and self.at - seen_at <= patience()

    @property
    def silences(self) -> list[Silence]:
        """What stands still, each with its cause only: a dead clock makes all late."""
        silent = [who for who in self.seen if not self.is_alive(who)]
        if not silent and self.late:
            silent = [ERRANDS_LATE]
        return [
            Silence(
                who,
                self._since(who),
                COMMANDS[who],
                tuple(self.late) if who == ERRANDS_LATE else (),
            )
            for who in silent
        ]

    @property
    def is_mail_late(self) -> bool:
        due_at = self.mail_due_at
        return due_at is not None and self.at - due_at >= MAIL_LATE_AFTER

    @property
    def alarms(self) -> list[Silence]:
        """What a person must look at: with all alive, also mail that gets nowhere."""
        if self.silences or not self.is_mail_late:
            return self.silences
        return [Silence(MAIL_LATE, self.mail_due_at, COMMANDS[MAIL_LATE])]

    def _since(self, who: str) -> datetime | None:
        """The last we know: the sign of life, or the last errand that was begun."""
        if who == ERRANDS_LATE:
            return min(filter(None, map(self.next_at, self.late)), default=None)
        begun = [run.started_at for run in self.runs.values()]
        return max(filter(None, [self.seen[who], *begun]), default=None)


def patience() -> timedelta:
    return timedelta(minutes=settings.WORKERS_SILENT_MINUTES)


def feel(at: datetime) -> Pulse:
    """Asks all witnesses; one that is away has seen nothing."""
    seen = {who: _seen(who) for who in heartbeat.WATCHED}
    return Pulse(at, seen, _runs(), _mail_due_at(at))


def is_somebody_silent(at: datetime) -> bool:
    """What every page can ask: it costs no statement."""
    signs = Pulse(at, {who: _seen(who) for who in heartbeat.WATCHED})
    return not all(signs.is_alive(who) for who in heartbeat.WATCHED)


def _seen(who: str) -> datetime | None:
    try:
        return heartbeat.seen_at(who)
    except RedisError:
        return None


def _runs() -> dict[str, ErrandRun]:
    try:
        return runs.latest()
    except DatabaseTrouble:
        return {}


def _mail_due_at(at: datetime) -> datetime | None:
    try:
        return delivery.oldest_due(at)
    except DatabaseTrouble:
        return None
