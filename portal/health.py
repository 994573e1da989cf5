"""What the machines that run the portal ask: does it live, and can it work?

Anybody may ask, so the answer names parts and times. Why a part is not well, and what
to run, stands in the log and in red at the support desk.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import Error as DatabaseTrouble
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError

from companies.access import public
from portal import heartbeat, pulse

LOGS_READ = "en"

logger = logging.getLogger(__name__)


@dataclass
class Journal:
    """What this process said last: asked every few seconds, it says each thing once.

    Until all was well once, the portal may be starting. Then it says nothing for as
    long as a silence may last.
    """

    said: list[str] = field(default_factory=list)
    was_well: bool = False
    began_at: datetime | None = None

    def note(self, found: list[str], at: datetime) -> None:
        """Into the log, when something became worse or better."""
        self.began_at = self.began_at or at
        self.was_well = self.was_well or not found
        is_starting = not self.was_well and at - self.began_at < pulse.patience()
        if found == self.said or is_starting:
            return
        self.said = found
        if found:
            logger.warning("not ready: %s", " ".join(found))
        else:
            logger.warning("ready again")


journal = Journal()


@public("asked by whatever restarts the portal")
@never_cache
@require_safe
def liveness(request: HttpRequest) -> HttpResponse:
    """This process answers; it looks at nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@public("asked by whatever sends requests here or raises an alarm")
@never_cache
@require_safe
def readiness(request: HttpRequest) -> JsonResponse:
    """503 when no page can be served, or nobody does the work behind the pages.

    Whoever only sends requests here asks with `?pages`: a clock that stands still is
    no reason to take the pages away. Late mail alone is 200 with `degraded`.
    """
    at = timezone.now()
    felt = pulse.feel(at)
    facts = {
        "database": works(database_answers),
        "broker": works(broker_answers),
        "worker": sign_of_life(felt, heartbeat.WORKER),
        "beat": sign_of_life(felt, heartbeat.BEAT),
        "errands": {"ok": not felt.late},
        "oldest_due_mail": {"ok": not felt.is_mail_late, "due_at": felt.mail_due_at},
    }
    can_serve = facts["database"]["ok"] and facts["broker"]["ok"]
    all_well = all(fact["ok"] for fact in facts.values())
    status = "ready" if all_well else "degraded" if can_serve else "unavailable"
    is_red = not can_serve or ("pages" not in request.GET and bool(felt.silences))
    journal.note(reasons(felt, facts), at)
    answer = JsonResponse({"status": status, **facts}, status=503 if is_red else 200)
    # Asked every few seconds: Django's line about each 503 would fill the log.
    answer._has_been_logged = True
    return answer


def reasons(felt: pulse.Pulse, facts: dict[str, Any]) -> list[str]:
    """Why it is not ready, in words for whoever reads the log after the alarm."""
    found = [
        f"The {name} does not answer."
        for name in ("database", "broker")
        if not facts[name]["ok"]
    ]
    with translation.override(LOGS_READ):
        found += [in_words(one, felt) for one in felt.silences]
    if not facts["oldest_due_mail"]["ok"]:
        found.append("Mail is due and has not been sent for ten minutes.")
    return found


def in_words(silence: pulse.Silence, felt: pulse.Pulse) -> str:
    since = silence.since
    words = f"{silence.title} "
    words += f"Since {since:%Y-%m-%d %H:%M} UTC." if since else "Never seen."
    if silence.who == pulse.ERRANDS_LATE:
        words += f" Late: {', '.join(felt.late)}."
    return f"{words} Run: {' or '.join(silence.commands)}"


def ask(question: Callable[[], Any]) -> Any:
    """The answer, or None when the server that knows it is away."""
    try:
        return question()
    except (DatabaseTrouble, RedisError):
        return None


def works(question: Callable[[], bool]) -> dict[str, Any]:
    return {"ok": bool(ask(question))}


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def broker_answers() -> bool:
    """Broker and cache are one server; a key that is not there is an answer too."""
    return cache.get("health", "answered") == "answered"


def sign_of_life(felt: pulse.Pulse, who: str) -> dict[str, Any]:
    return {"ok": felt.is_alive(who), "seen_at": felt.seen[who]}
