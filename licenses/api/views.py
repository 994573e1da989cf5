"""Endpoints about the license: who am I, and am I valid?"""

from __future__ import annotations

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from companies.access import public
from licenses.api import accounts, bearers, resources, validation
from licenses.api.bearers import Bearer
from licenses.api.endpoints import endpoint, meta_of, scope_of
from licenses.api.errors import as_json, not_found


@public("tells a client that somebody is here")
@endpoint("GET")
def ping(request: HttpRequest) -> HttpResponse:
    return HttpResponse("pong\n", content_type="text/plain")


@public("the vendor's public key, which every app holds anyway")
@endpoint("GET")
def account(request: HttpRequest) -> HttpResponse:
    signer = accounts.signer_of(request)
    if signer is None:
        raise not_found()
    hexadecimal = base64.b64encode(signer.public_key.encode()).decode()
    data = {
        "id": str(signer.id),
        "type": "accounts",
        "attributes": {},
        "relationships": {},
        "meta": {"keys": {"ed25519": hexadecimal}},
    }
    return as_json({"data": data})


@public("an app shows its license key")
@endpoint("GET")
def me(request: HttpRequest) -> HttpResponse:
    bearer = bearers.authenticate(request, timezone.now())
    return as_json({"data": resources.license_of(bearer)})


@public("an app shows its license key")
@endpoint("GET")
def license_detail(request: HttpRequest, license: str) -> HttpResponse:
    bearer = bearers.authenticate(request, timezone.now())
    bearers.refuse_other_license(bearer, license)
    return as_json({"data": resources.license_of(bearer)})


@public("an app shows its license key")
@endpoint("GET", "POST")
def validate(request: HttpRequest, license: str) -> HttpResponse:
    bearer = bearers.authenticate(request, timezone.now())
    bearers.refuse_other_license(bearer, license)
    # By GET it is the quick check: is the license valid anywhere?
    meta = meta_of(request) if request.method == "POST" else {}
    return _judged(bearer, meta)


@public("an app shows its license key")
@endpoint("GET")
def entitlements(request: HttpRequest, license: str) -> HttpResponse:
    """None: a license opens the whole product."""
    bearer = bearers.authenticate(request, timezone.now())
    bearers.refuse_other_license(bearer, license)
    return as_json({"data": []})


@public("the body carries the license key, and clients send nothing else")
@endpoint("POST")
@sensitive_variables()
def validate_key(request: HttpRequest) -> HttpResponse:
    meta = meta_of(request)
    text = meta.get("key")
    bearer = bearers.of_key(text if isinstance(text, str) else "", timezone.now())
    return _judged(bearer, meta)


@sensitive_variables()
def _judged(bearer: Bearer | None, meta: dict[str, Any]) -> HttpResponse:
    """The license and the verdict, with what was asked repeated for the client."""
    scope = scope_of(meta)
    verdict = validation.judge(_facts(bearer), scope)
    found = {
        "ts": resources.moment(timezone.now()),
        "valid": verdict.is_valid,
        "detail": verdict.detail,
        "code": verdict.code,
    }
    asked = {name: meta[name] for name in ("nonce", "scope") if name in meta}
    data = resources.license_of(bearer) if bearer else None
    return as_json({"data": data, "meta": found | asked})


def _facts(bearer: Bearer | None) -> validation.Facts | None:
    if bearer is None:
        return None
    license = bearer.license
    return validation.Facts(
        product=str(license.application.pk),
        environments=(str(license.environment.pk), license.environment.name),
        machines={str(key.pk): key.server_id for key in license.keys.in_use()},
        is_over=bearer.at >= license.grace_ends_at,
    )
