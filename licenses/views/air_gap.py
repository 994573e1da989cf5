"""Activating a server without network: the app's request in, a file for it out."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from apps.models import Application
from companies import qr
from companies.access import fetch_visible, member
from contacts.rights import may_generate_keys
from licenses import actions
from licenses.actions import GivenFile
from licenses.actions.seats import SeatsTakenError
from licenses.server_forms import RequestForm


@member
@never_cache
@sensitive_variables("form", "given", "context")
def air_gap(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The file stands on the answer to the POST, and nowhere else: we keep none."""
    application = fetch_visible(
        Application.objects.select_related("company"), request.user, pk=pk
    )
    is_contact = may_generate_keys(request.user, application)
    if not (application.is_on_premises and is_contact):
        raise PermissionDenied
    form = RequestForm(request.POST or None, request.FILES or None)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and (given := _activated(request, application, form)):
        return _answer(request, application, given)
    context = {"application": application, "form": form}
    return render(request, "licenses/air_gap.html", context)


@sensitive_variables("given", "context")
def _answer(
    request: HttpRequest, application: Application, given: GivenFile
) -> HttpResponse:
    context = {
        "application": application,
        "license": given.row.license,
        "row": given.row,
        "seat": given.row.seat,
        "text": given.text,
        "name": given.name,
        "qr": qr.draw(given.text) if qr.fits(given.text) else None,
    }
    return render(request, "licenses/air_gap_done.html", context)


@sensitive_variables("form")
def _activated(
    request: HttpRequest, application: Application, form: RequestForm
) -> GivenFile | None:
    field = "file" if form.cleaned_data.get("file") else "request"
    try:
        return actions.activate_off_line(
            application=application,
            wish=form.cleaned_data["wish"],
            by=request.user,
            at=timezone.now(),
        )
    except SeatsTakenError as refusal:
        form.is_full = True
        form.add_error(field, refusal.messages)
    except ValidationError as refusal:
        form.add_error(field, refusal.messages)
    return None
