"""Endpoints about the servers that hold a license: `machines`, as the network says."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from companies.access import public
from licenses import actions, documents
from licenses.actions import SeatsTakenError, ServerTakenError
from licenses.api import bearers
from licenses.api.endpoints import endpoint, resource_of
from licenses.api.errors import RefusedError, as_json, forbidden, not_found
from licenses.api.holders import Bearer
from licenses.api.lists import listed
from licenses.api.machine_facts import POINTER, MachineFacts, facts_in
from licenses.api.tokens import Vendor
from licenses.models import Seat


@public("an app shows its license key")
@endpoint("GET")
def of_license(request: HttpRequest, license: str) -> HttpResponse:
    bearer = bearers.authenticate(request, timezone.now()).about(license)
    return _list(request, bearer)


@public("an app shows its license key")
@endpoint("GET", "POST")
def machines(request: HttpRequest) -> HttpResponse:
    """The bearer's servers, and one more: the app activates its license there."""
    bearer = bearers.authenticate(request, timezone.now())
    if request.method == "GET":
        return _list(request, bearer)
    data = resource_of(request)
    seat = _activated(_of_named_license(bearer, data), facts_in(data))
    return as_json({"data": documents.machine_of(seat, at=bearer.at)}, status=201)


@public("an app shows its license key")
@endpoint("GET", "DELETE")
def machine(request: HttpRequest, machine: str) -> HttpResponse:
    """By its id, or by its fingerprint. Deleted, it gives its place back."""
    bearer = bearers.authenticate(request, timezone.now())
    seat = bearer.server(machine)
    if request.method == "GET":
        return as_json({"data": documents.machine_of(seat, at=bearer.at)})
    try:
        actions.deactivate_server(seat=seat, by=None, at=bearer.at)
    except ValidationError:  # somebody else was quicker
        raise not_found() from None
    return HttpResponse(status=204)


@public("an app shows its license key")
@endpoint("POST")
def ping(request: HttpRequest, machine: str) -> HttpResponse:
    """A heartbeat. One that comes too late for the policy finds its place gone."""
    bearer = bearers.authenticate(request, timezone.now())
    seat = bearer.beating(machine)
    if not actions.note_heartbeat(seat=seat, at=bearer.at):
        raise RefusedError(
            422, "MACHINE_HEARTBEAT_DEAD", "The server was silent for too long."
        )
    return as_json({"data": documents.machine_of(seat, at=bearer.at)})


@public("a machine of the vendor shows its token")
@endpoint("POST")
def reset(request: HttpRequest, machine: str) -> HttpResponse:
    """To forget a heartbeat is the vendor's; an app would hide its silence."""
    bearer = bearers.authenticate(request, timezone.now())
    seat = bearer.server(machine)
    if not isinstance(bearer, Vendor):
        raise forbidden("A license key may not reset a heartbeat.")
    actions.forget_heartbeat(seat=seat)
    return as_json({"data": documents.machine_of(seat, at=bearer.at)})


@public("an app shows its license key")
@endpoint("GET")
def parts(request: HttpRequest, machine: str) -> HttpResponse:
    """Components and processes of a server: we keep none."""
    bearer = bearers.authenticate(request, timezone.now())
    bearer.server(machine)
    return listed(request, [], dict)


def _list(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """The latest first."""
    rows = bearer.servers.order_by("-activated_at", "pk")
    return listed(request, rows, lambda seat: documents.machine_of(seat, at=bearer.at))


def _activated(bearer: Bearer, facts: MachineFacts) -> Seat:
    try:
        if bearer.bound:
            return _with_bound_key(bearer, facts)
        return actions.activate_server(
            license=bearer.license,
            server_id=facts.fingerprint,
            by=None,
            at=bearer.at,
            facts=facts.told,
        )
    except ServerTakenError as problem:
        raise _taken(_words(problem)) from None
    except SeatsTakenError as problem:
        raise _full(_words(problem)) from None
    except ValidationError as problem:  # it was stopped a moment ago
        raise RefusedError(422, "LICENSE_STOPPED", _words(problem)) from None


@transaction.atomic
def _with_bound_key(bearer: Bearer, facts: MachineFacts) -> Seat:
    """The server of this key, by the verb behind the portal's button.

    Another server than the one it was made for is a move to other hardware, which
    somebody decides by making a key for it [E15].
    """
    key = bearer.bound
    key.license.lock()
    key.refresh_from_db(fields=["activated_at", "superseded_at"])
    if key.server_id != facts.fingerprint:
        if bearer.servers.exists():
            raise _full("The license is active on another server.")
        detail = "The key was made for another server."
        raise RefusedError(422, "FINGERPRINT_INVALID", detail, pointer=POINTER)
    if not key.is_waiting:
        raise _taken("The license is active on this server already.")
    try:
        actions.activate_key(key=key, by=None, at=bearer.at)
    except ValidationError as problem:  # it has ended: nothing else is left
        raise RefusedError(403, "LICENSE_EXPIRED", _words(problem)) from None
    return actions.note_facts(seat=key.seat, facts=facts.told)


def _of_named_license(bearer: Bearer, data: dict[str, Any]) -> Bearer:
    """Clients name the license they mean."""
    try:
        named = data["relationships"]["license"]["data"]["id"]
    except (KeyError, TypeError):
        pointer = "/data/relationships/license"
        raise RefusedError(
            422, "LICENSE_BLANK", "Name the license.", pointer=pointer
        ) from None
    return bearer.about(str(named))


def _taken(detail: str) -> RefusedError:
    return RefusedError(422, "FINGERPRINT_TAKEN", detail, pointer=POINTER)


def _full(detail: str) -> RefusedError:
    return RefusedError(422, "MACHINE_LIMIT_EXCEEDED", detail, pointer="/data")


def _words(problem: ValidationError) -> str:
    return " ".join(problem.messages)
