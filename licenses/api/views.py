"""Endpoints about the license: who am I, am I valid, and what does it open?"""

from __future__ import annotations

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from companies.access import public
from licenses import actions, documents
from licenses.api import accounts, bearers, validation
from licenses.api.endpoints import endpoint, meta_of, scope_of
from licenses.api.errors import as_json, not_found
from licenses.api.facts import facts_of
from licenses.api.holders import Bearer
from licenses.api.tokens import Vendor, token_of


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


@public("an app shows its license key, a machine of the vendor its token")
@endpoint("GET")
def me(request: HttpRequest) -> HttpResponse:
    """The license of the app; of a machine of the vendor the token itself."""
    bearer = bearers.authenticate(request, timezone.now())
    if isinstance(bearer, Vendor):
        return as_json({"data": token_of(bearer.token)})
    return as_json({"data": resource_of(bearer)})


@public("an app shows its license key")
@endpoint("GET", "POST")
def validate(request: HttpRequest, license: str) -> HttpResponse:
    """By GET it is the quick check: is the license valid anywhere?"""
    bearer = bearers.identify(request, timezone.now()).about(license)
    meta = meta_of(request)
    scope = scope_of(meta) if request.method == "POST" else None
    return _judged(bearer, scope, meta)


@public("the body carries the license key, and clients send nothing else")
@endpoint("POST")
@sensitive_variables()
def validate_key(request: HttpRequest) -> HttpResponse:
    """Unknown and revoked keys are answered alike, and by 200: NOT_FOUND."""
    meta = meta_of(request)
    text, scope = meta.get("key"), scope_of(meta)
    bearer = bearers.of_key(text if isinstance(text, str) else "", timezone.now())
    return _judged(bearer, scope, meta)


def resource_of(bearer: Bearer) -> dict[str, Any]:
    """The license under the key that the app has: clients verify that one."""
    return documents.license_of(bearer.license, key_text=bearer.key_text, at=bearer.at)


@sensitive_variables()
def _judged(
    bearer: Bearer | None, scope: dict[str, Any] | None, meta: dict[str, Any]
) -> HttpResponse:
    """The license and the verdict, with what was asked repeated for the client."""
    facts = facts_of(bearer, scope) if bearer else None
    verdict = validation.judge(facts, scope)
    found = {
        "ts": documents.moment(bearer.at if bearer else timezone.now()),
        "valid": verdict.is_valid,
        "detail": verdict.detail,
        "code": verdict.code,
    }
    asked = {name: meta[name] for name in ("nonce", "scope") if name in meta}
    if bearer:
        actions.note_validation(license=bearer.license, at=bearer.at)
    data = resource_of(bearer) if bearer else None
    return as_json({"data": data, "meta": found | asked})
