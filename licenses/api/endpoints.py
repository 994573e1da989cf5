"""What every endpoint shares: its methods, the limit, the account, refusals, bodies."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from licenses.api import accounts, limits
from licenses.api.errors import RefusedError, not_found

# More names in one scope than any client sends, and deeper bodies.
MOST_ASKED = 100
DEEPEST = 100


def endpoint(*methods: str) -> Callable[[Callable], Callable]:
    """A view for machines, which send no cookies: CSRF has nothing to guard."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answered(
            request: HttpRequest, account: str = "", **kwargs: Any
        ) -> HttpResponse:
            try:
                limits.count_address(request, timezone.now())
                _refuse_method(request, methods)
                _refuse_other_account(request, account)
                return view(request, **kwargs)
            except RefusedError as refusal:
                return refusal.answer()

        return csrf_exempt(answered)

    return around


def meta_of(request: HttpRequest) -> dict[str, Any]:
    """The `meta` of the body; clients may send none, and any content type."""
    meta = body_of(request).get("meta", {})
    if not isinstance(meta, dict):
        raise _malformed("/meta")
    return meta


def resource_of(request: HttpRequest) -> dict[str, Any]:
    """The `data` of the body, which is a resource to be made."""
    data = body_of(request).get("data")
    if not isinstance(data, dict):
        raise _malformed("/data")
    return data


def scope_of(meta: dict[str, Any]) -> dict[str, Any]:
    """What is to be judged; lists in it are compared, so they end somewhere."""
    scope = meta.get("scope") or {}
    if not isinstance(scope, dict):
        raise _malformed("/meta/scope")
    for name, asked in scope.items():
        if isinstance(asked, list) and len(asked) > MOST_ASKED:
            raise RefusedError(
                400,
                "PARAMETERS_INVALID",
                f"At most {MOST_ASKED} are looked at.",
                pointer=f"/meta/scope/{name}",
            )
    return scope


def target_of(request: HttpRequest) -> str:
    """Path and query as they were sent; decoded, %2F and / would look the same."""
    raw = request.META.get("RAW_URI") or request.META.get("REQUEST_URI")
    return raw or request.get_full_path()


def body_of(request: HttpRequest) -> dict[str, Any]:
    """All of it; empty where a client sends none."""
    if not request.body.strip():
        return {}
    try:
        body = json.loads(
            request.body, parse_constant=_refuse_constant, parse_float=_finite
        )
    except (ValueError, RecursionError):
        raise RefusedError(400, "JSON_INVALID", "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise _malformed("/")
    if _is_too_deep(body):
        raise RefusedError(400, "JSON_INVALID", "The body is nested too deeply.")
    return body


def _is_too_deep(body: Any) -> bool:
    """What is read may be too deep to be written: into an answer, or into a row."""
    level = [body]
    for _depth in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def _refuse_constant(name: str) -> None:
    """NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(name)


def _finite(text: str) -> float:
    """1e999 would be Infinity, which no answer could repeat."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _malformed(pointer: str) -> RefusedError:
    return RefusedError(
        400, "PARAMETERS_INVALID", "An object is needed.", pointer=pointer
    )


def _refuse_method(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in methods:
        allowed = ", ".join(methods)
        raise RefusedError(
            405,
            "METHOD_NOT_ALLOWED",
            f"This address takes {allowed}.",
            headers={"Allow": allowed},
        )


def _refuse_other_account(request: HttpRequest, account: str) -> None:
    """There is one vendor here, under the names of all its key pairs."""
    if not account:
        return
    signer = accounts.signer_of(request)
    if signer is None or account.lower() != str(signer.id):
        raise not_found()
