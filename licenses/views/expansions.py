"""Pages of wishes for more: asked on a form, listed, followed, withdrawn."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from companies.access import fetch_visible, member
from contacts import audience
from licenses import actions, history, rights
from licenses.expansion_forms import ExpansionForm
from licenses.models import ExpansionRequest, License
from ui import pages

PAGE_SIZE = 25


@member
@require_GET
def expansion_list(request: HttpRequest) -> HttpResponse:
    """The newest first; the open ones alone unless all are asked for."""
    which = "all" if request.GET.get("which") == "all" else "open"
    rows = ExpansionRequest.objects.visible_to(request.user).for_reading()
    page = pages.keyset(
        rows if which == "all" else rows.open(),
        request,
        order=("-asked_at", "id"),
        size=PAGE_SIZE,
    )
    context = {"page": page, "which": which}
    return render(request, "licenses/expansions.html", context)


@member
def ask_expansion(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The form; while a request of the license is open, that one instead."""
    license = fetch_visible(
        License.objects.with_people().with_rules(), request.user, pk=pk
    )
    if not rights.may_ask_expansion(request.user, license):
        raise PermissionDenied
    waiting = license.expansions.open().first()
    if waiting and request.method != "POST":
        return redirect(waiting)
    form = ExpansionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.ask_expansion(
                license=license,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            words = _("%(whom)s has your request.") % {"whom": whom(row)}
            messages.success(request, words)
            return redirect(row)
    readers = audience.commercial_readers(license.company)
    context = {
        "license": license,
        "application": license.application,
        "form": form,
        "executive": readers[0].user if readers else None,
    }
    return render(request, "licenses/expand.html", context)


@member
@require_GET
def expansion_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = _fetch(request, pk)
    context = {
        "expansion": row,
        "license": row.license,
        "application": row.license.application,
        "events": history.events_of_expansion(row),
        "whom": whom(row),
        "may_withdraw": row.is_open
        and rights.may_withdraw_expansion(request.user, row),
    }
    return render(request, "licenses/expansion.html", context)


@member
def withdraw_expansion(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks before the wish is taken back."""
    row = _fetch(request, pk)
    if not rights.may_withdraw_expansion(request.user, row):
        raise PermissionDenied
    if request.method == "POST":
        try:
            actions.withdraw_expansion(request=row, by=request.user, at=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("The request is withdrawn."))
        return redirect(row)
    context = {"expansion": row, "whom": whom(row), "cancel": row.get_absolute_url()}
    return render(request, "licenses/withdraw_expansion.html", context)


def whom(row: ExpansionRequest) -> str:
    """To whom it went, as a sentence begins with them."""
    executive = row.executive
    is_there = executive is not None and executive.is_active
    return str(executive) if is_there else _("The support desk")


def _fetch(request: HttpRequest, pk: uuid.UUID) -> ExpansionRequest:
    return fetch_visible(ExpansionRequest.objects.with_people(), request.user, pk=pk)
