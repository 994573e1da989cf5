"""What the machines that run the portal ask: does it live, and can it work?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import Error as DatabaseTrouble
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError

from companies.access import public
from outbox import delivery
from portal import heartbeat

# Worker and beat give a sign of life at least once a minute.
SILENT_FOR_LONG = timedelta(minutes=3)
MAIL_LATE_AFTER = timedelta(minutes=10)


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
    """503 when no page can be served, 200 with `degraded` when work is left undone."""
    at = timezone.now()
    due_at = ask(lambda: delivery.oldest_due(at))
    facts = {
        "database": works(database_answers),
        "broker": works(broker_answers),
        "worker": sign_of_life(heartbeat.WORKER, at),
        "beat": sign_of_life(heartbeat.BEAT, at),
        "oldest_due_mail": {
            "ok": due_at is None or at - due_at < MAIL_LATE_AFTER,
            "due_at": due_at,
        },
    }
    can_serve = facts["database"]["ok"] and facts["broker"]["ok"]
    all_well = all(fact["ok"] for fact in facts.values())
    status = "ready" if all_well else "degraded" if can_serve else "unavailable"
    return JsonResponse({"status": status, **facts}, status=200 if can_serve else 503)


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


def sign_of_life(who: str, at: datetime) -> dict[str, Any]:
    seen_at = ask(lambda: heartbeat.seen_at(who))
    is_alive = seen_at is not None and at - seen_at < SILENT_FOR_LONG
    return {"ok": is_alive, "seen_at": seen_at}
