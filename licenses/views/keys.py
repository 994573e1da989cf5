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
from licenses import actions, keys, rights
from licenses.forms import KeyLinkForm, ServerForm
from licenses.models import License, LicenseKey


@member
def generate_key(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    license = fetch_visible(
        License.objects.with_company().with_current_keys(), request.user, pk=pk
    )
    if not rights.may_generate_keys(request.user, license):
        raise PermissionDenied
    form = ServerForm(request.POST or None, initial=_known_server(license))
    if request.method == "POST" and form.is_valid():
        try:
            key = actions.generate_key(
                license=license, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect(key)
    context = {
        "license": license,
        "form": form,
        "waiting": _to_activate(license, request.user),
    }
    return render(request, "licenses/generate.html", context)


@member
@require_GET
@never_cache
@sensitive_variables("text", "context")
def key_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    key = _fetch_key(request, pk)
    license = key.license
    text = "" if key.superseded_at else actions.text_of(key)
    context = {
        "key": key,
        "license": license,
        "before": license.key_in_use if key.is_waiting else None,
        "text": text,
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
    if key.superseded_at:
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


def _known_server(license: License) -> dict[str, str]:
    """The server the app runs on now: mostly the new key is for the same."""
    key = license.waiting_key or license.key_in_use
    return {"server_id": key.server_id, "server_name": key.server_name} if key else {}


def _to_activate(license: License, user: User) -> list[License]:
    """What waits for a new key in the same application."""
    licenses = License.objects.visible_to(user).of(license.application).live()
    return list(licenses.to_activate().with_company().with_current_keys().for_reading())
