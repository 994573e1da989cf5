"""How often one address and one key may ask, in windows of a minute."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis import RedisError

from licenses.api.errors import RefusedError

WINDOW_SECONDS = 60

log = logging.getLogger(__name__)


def count_address(request: HttpRequest, at: datetime) -> None:
    """Refuse an address that asks too often, whatever it asks."""
    address = get_adapter().get_client_ip(request)
    _count(f"address:{address}", settings.LICENSING_REQUESTS[0], at)


def count_key(text: str, at: datetime) -> None:
    """Refuse a key that is tried too often, from wherever and right or wrong."""
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
    _count(f"key:{digest}", settings.LICENSING_REQUESTS[1], at)


def _count(who: str, limit: int, at: datetime) -> None:
    window, passed = divmod(int(at.timestamp()), WINDOW_SECONDS)
    name = f"licensing:{who}:{window}"
    try:
        asked = cache.count(name, timeout=2 * WINDOW_SECONDS)
    except RedisError:
        # No app stands still because the counter does.
        log.warning("Requests are not counted: the cache does not answer.")
        return
    if asked > limit:
        raise _too_many(asked, limit, resets_in=WINDOW_SECONDS - passed, at=at)


def _too_many(asked: int, limit: int, *, resets_in: int, at: datetime) -> RefusedError:
    return RefusedError(
        429,
        "TOO_MANY_REQUESTS",
        f"Only {limit} requests a minute are answered. Try again later.",
        headers={
            "Retry-After": str(resets_in),
            "X-RateLimit-Window": "minute",
            "X-RateLimit-Count": str(asked),
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(int(at.timestamp()) + resets_in),
        },
    )
