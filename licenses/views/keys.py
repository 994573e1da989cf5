"""The way to a key: for which server, the key itself, and that it is in use."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from companies.access import fetch_visible, member
from companies.models import User
from licenses import actions, keys, moves, rights
from licenses.actions.refusals import why_stopped
from licenses.forms import KeyLinkForm, ServerForm
from licenses.models import License, LicenseKey, Seat
from licenses.server_forms import MoveForm


@member
def generate_key(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    license = fetch_visible(
        License.objects.with_rules().with_current_keys(), request.user, pk=pk
    )
    if not rights.may_generate_keys(request.user, license):
        raise PermissionDenied
    form = ServerForm(request.POST or None, initial=_known_server(license, request))
    if request.method == "POST" and form.is_valid():
        server_id = form.cleaned_data["server_id"]
        old = moves.candidates(license, server_id, timezone.now())
        if old:
            return _move(request, license, old)
        if key := _generated(request, license, form):
            return redirect(key)
    context = {
        "license": license,
        "form": form,
        "waiting": _to_activate(license, request.user),
    }
    return render(request, "licenses/generate.html", context)


def _move(request: HttpRequest, license: License, old: list[Seat]) -> HttpResponse:
    """All places are taken: from which server does the new one take over?"""
    is_decided = "step" in request.POST
    form = MoveForm(
        request.POST if is_decided else None,
        initial=request.POST.dict(),
        servers=old,
    )
    if is_decided and form.is_valid() and (key := _generated(request, license, form)):
        return redirect(key)
    allowance = moves.allowance_of(license, timezone.now())
    is_staff = rights.may_renew(request.user)
    is_real = [seat for seat in old if not seat.is_waiting]
    context = {
        "license": license,
        "application": license.application,
        "form": form,
        "server": request.POST.get("server_name") or request.POST["server_id"],
        "old": old[0] if len(old) == 1 else None,
        "allowance": allowance,
        "is_shut": allowance.is_used_up and len(is_real) == len(old) and not is_staff,
        "is_override": allowance.is_used_up and is_staff,
    }
    return render(request, "licenses/move.html", context)


def _generated(
    request: HttpRequest, license: License, form: ServerForm | MoveForm
) -> LicenseKey | None:
    try:
        return actions.generate_key(
            license=license, by=request.user, at=timezone.now(), **form.cleaned_data
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None


@member
@require_GET
@never_cache
@sensitive_variables("text", "context")
def key_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    key = _fetch_key(request, pk)
    license = key.license
    stopped = why_stopped(license)
    text = "" if key.superseded_at or stopped else actions.text_of(key)
    context = {
        "key": key,
        "license": license,
        "before": _before(key) if key.is_waiting else None,
        "text": text,
        "stopped": stopped,
        "last": keys.last_characters(text),
        "waiting": _to_activate(license, request.user),
        "colleagues": KeyLinkForm(license=license, user=request.user).colleagues,
    }
    return render(request, "licenses/key.html", context)


@member
@require_GET
@never_cache
@sensitive_variables("text")
def key_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    key = _fetch_key(request, pk)
    if key.superseded_at or why_stopped(key.license):
        raise PermissionDenied
    text = actions.text_of(key)
    name = f"{key.license}-{key.fingerprint}.lic"
    return HttpResponse(
        f"{text}\n",
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@member
@require_POST
def activate_key(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    key = _fetch_key(request, pk)
    try:
        actions.activate_key(key=key, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(
            request, _("Key %(key)s is active.") % {"key": key.fingerprint}
        )
    return redirect(key)


@member
@require_POST
def send_key_link(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    key = _fetch_key(request, pk)
    form = KeyLinkForm(request.POST, license=key.license, user=request.user)
    if not form.is_valid():
        messages.error(request, _("Choose a technical contact of this app."))
        return redirect(key)
    contact = form.cleaned_data["contact"]
    try:
        is_new = actions.send_key_link(
            key=key, contact=contact, by=request.user, at=timezone.now()
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        words = _("Sent to %(person)s.") if is_new else _("%(person)s has it already.")
        messages.success(request, words % {"person": contact.user})
    return redirect(key)


def _fetch_key(request: HttpRequest, pk: uuid.UUID) -> LicenseKey:
    """A key of a license one sees (else 404) and may make keys of (else 403)."""
    key = fetch_visible(LicenseKey.objects.with_license(), request.user, pk=pk)
    if not rights.may_generate_keys(request.user, key.license):
        raise PermissionDenied
    return key


def _known_server(license: License, request: HttpRequest) -> dict[str, str]:
    """The server that the address names, or the only one there is.

    Mostly a new key is for the same server.
    """
    seats = {key.seat_id: key for key in license.keys.all()}
    wanted = request.GET.get("server")
    chosen = [key for key in seats.values() if str(key.seat_id) == wanted]
    found = chosen or list(seats.values())
    if len(found) != 1:
        return {}
    return {"server_id": found[0].server_id, "server_name": found[0].server_name}


def _before(key: LicenseKey) -> LicenseKey | None:
    """The key that runs until this one is activated: here, or where it takes over."""
    places = {key.seat_id, key.seat.replaces_id}
    in_use = [one for one in key.license.keys_in_use if one.seat_id in places]
    return in_use[0] if in_use else None


def _to_activate(license: License, user: User) -> list[License]:
    """What waits for a new key in the same application."""
    licenses = License.objects.visible_to(user).of(license.application).live()
    return list(licenses.to_activate().with_rules().with_current_keys().for_reading())
