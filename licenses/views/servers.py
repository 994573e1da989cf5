"""The servers of a license: all of them, and giving a place back."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from companies.access import fetch_visible, member, staff
from contacts.views.deeds import press
from licenses import actions, rights, servers
from licenses.actions import seats
from licenses.models import License, Seat
from licenses.server_forms import DeactivateForm
from ui import pages

PAGE_SIZE = 50


@member
@require_GET
def server_list(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Also those that gave their place back, the newest first."""
    at, user = timezone.now(), request.user
    license = fetch_visible(
        License.objects.on_premises()
        .with_rules()
        .with_servers_taken(at)
        .with_current_keys(),
        user,
        pk=pk,
    )
    found = Seat.objects.visible_to(user).filter(license=license)
    page = pages.keyset(
        found.with_people().with_last_file(),
        request,
        order=("-made_at", "id"),
        size=PAGE_SIZE,
    )
    context = {
        "license": license,
        "application": license.application,
        "page": page,
        "place": servers.shown(license, page.rows, at),
        "may_generate": rights.may_generate_keys(user, license),
    }
    return render(request, "licenses/servers.html", context)


@member
def deactivate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    at, seat = timezone.now(), fetch_seat(request, pk)
    if not seat.is_live:
        messages.info(request, _("This server has given its place back already."))
        return redirect(seat.license)
    held_until = seats.off_line_until(seat, at)
    given = request.POST if request.method == "POST" else None
    form = DeactivateForm(given, is_due=bool(held_until))
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and (_deactivated(request, seat, form, at)):
        return redirect(seat.license)
    context = {
        "seat": seat,
        "license": seat.license,
        "application": seat.license.application,
        "held_until": held_until,
        "form": form,
        "cancel": seat.license.get_absolute_url(),
    }
    return render(request, "licenses/deactivate.html", context)


@staff
def free(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Support lets another server have a place that is held for what is out there."""
    at = timezone.now()
    seat = fetch_visible(Seat.objects.with_license(), request.user, pk=pk)
    if not seat.is_held(at):
        messages.info(request, _("This place is free already."))
        return redirect(seat.license)
    if request.method == "POST":
        words = _("The place of %(server)s is free.") % {"server": seat}
        press(request, actions.free_seat, words, seat=seat, by=request.user)
        return redirect(seat.license)
    context = {
        "seat": seat,
        "license": seat.license,
        "application": seat.license.application,
        "cancel": seat.license.get_absolute_url(),
    }
    return render(request, "licenses/free.html", context)


def _deactivated(
    request: HttpRequest, seat: Seat, form: DeactivateForm, at: datetime
) -> bool:
    try:
        actions.deactivate_server(
            seat=seat, by=request.user, at=at, reason=form.cleaned_data["reason"]
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    words = {"server": seat}
    done = _("The license is off %(server)s. To undo it, generate a key for it.")
    messages.success(request, done % words)
    return True


def fetch_seat(request: HttpRequest, pk: uuid.UUID) -> Seat:
    """A server of a license one sees (else 404) and may make keys of (else 403)."""
    seat = fetch_visible(Seat.objects.with_license(), request.user, pk=pk)
    if not rights.may_generate_keys(request.user, seat.license):
        raise PermissionDenied
    return seat
