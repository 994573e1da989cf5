"""Devices on which somebody has signed in before, by a signed cookie of theirs.

Wrong passwords are counted for each known device by itself: whoever guesses elsewhere,
even from the same network, does not lock the owner out. The cookie opens nothing.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "known_device"
SALT = "companies.known_devices"
LASTS = timedelta(days=180)
ATTEMPTS = "5/5m/key"
MOST_ACCOUNTS = 5


def device_of(request: HttpRequest, login: str) -> str:
    """The name of this device if the account has been used on it, else nothing."""
    device, accounts = _read(request)
    return device if _mark(login) in accounts else ""


def remember(request: HttpRequest, response: HttpResponse, login: str) -> None:
    device, accounts = _read(request)
    mark = _mark(login)
    accounts = [one for one in accounts if one != mark][-MOST_ACCOUNTS + 1 :]
    facts = {"device": device or secrets.token_hex(8), "accounts": [*accounts, mark]}
    response.set_cookie(
        COOKIE,
        signing.dumps(facts, salt=SALT),
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        facts = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return "", []
    return facts["device"], facts["accounts"]


def _mark(login: str) -> str:
    """An account without its address, which a cookie need not tell."""
    return salted_hmac(SALT, login.strip().lower()).hexdigest()[:16]
