"""Endpoints about the server that a license is in use on: at most one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from companies.access import public
from licenses import actions
from licenses.api import bearers, resources
from licenses.api.bearers import Bearer
from licenses.api.endpoints import endpoint, resource_of
from licenses.api.errors import RefusedError, as_json, not_found
from licenses.models import LicenseKey

POINTER = "/data/attributes/fingerprint"


@public("an app shows its license key")
@endpoint("GET")
def of_license(request: HttpRequest, license: str) -> HttpResponse:
    bearer = bearers.authenticate(request, timezone.now())
    bearers.refuse_other_license(bearer, license)
    in_use = bearer.license.keys.in_use()
    return as_json({"data": [resources.machine_of(key) for key in in_use]})


@public("an app shows its license key")
@endpoint("GET")
def detail(request: HttpRequest, machine: str) -> HttpResponse:
    """By its id, or by its fingerprint."""
    bearer = bearers.authenticate(request, timezone.now())
    return as_json({"data": resources.machine_of(in_use_named(bearer, machine))})


@public("an app shows its license key")
@endpoint("POST")
def activate(request: HttpRequest) -> HttpResponse:
    bearer = bearers.authenticate(request, timezone.now())
    data = resource_of(request)
    _refuse_other_license(bearer, data)
    key = _activated(bearer, _fingerprint_in(data))
    return as_json({"data": resources.machine_of(key)}, status=201)


def in_use_named(bearer: Bearer, name: str) -> LicenseKey:
    """The key in use on the server of this id or fingerprint."""
    for key in bearer.license.keys.in_use():
        if name in {str(key.pk), key.server_id}:
            return key
    raise not_found()


@transaction.atomic
def _activated(bearer: Bearer, fingerprint: str) -> LicenseKey:
    """The key in use from now on, by the verb behind the portal's button.

    A key opens the server that it was made for. Another server than the one in use is a
    move to other hardware, which somebody has decided by making a key for it [E15].
    """
    key = bearer.key
    key.license.lock()
    key.refresh_from_db(fields=["activated_at", "superseded_at"])
    in_use = key.license.keys.in_use().first()
    if in_use and in_use.server_id == fingerprint and not key.is_waiting:
        raise _refused("FINGERPRINT_TAKEN", "The license is active on this server.")
    if key.server_id != fingerprint and in_use:
        raise RefusedError(
            422,
            "MACHINE_LIMIT_EXCEEDED",
            "The license is active on another server.",
            pointer="/data",
        )
    if key.server_id != fingerprint:
        raise _refused("FINGERPRINT_INVALID", "The key was made for another server.")
    try:
        return actions.activate_key(key=key, by=None, at=bearer.at)
    except ValidationError as problem:  # it has ended: nothing else is left
        detail = " ".join(problem.messages)
        raise RefusedError(403, "LICENSE_EXPIRED", detail) from None


def _refuse_other_license(bearer: Bearer, data: dict[str, Any]) -> None:
    """Clients name the license they mean."""
    try:
        named = data["relationships"]["license"]["data"]["id"]
    except (KeyError, TypeError):
        pointer = "/data/relationships/license"
        raise RefusedError(
            422, "LICENSE_BLANK", "Name the license.", pointer=pointer
        ) from None
    bearers.refuse_other_license(bearer, str(named))


def _fingerprint_in(data: dict[str, Any]) -> str:
    attributes = data.get("attributes")
    named = attributes.get("fingerprint") if isinstance(attributes, dict) else None
    if not isinstance(named, str) or not named:
        raise _refused("FINGERPRINT_BLANK", "Name the server by its fingerprint.")
    return named


def _refused(code: str, detail: str) -> RefusedError:
    return RefusedError(422, code, detail, pointer=POINTER)
