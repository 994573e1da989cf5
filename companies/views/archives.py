"""All data of the company in one archive: asked for, watched, downloaded."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from companies import actions
from companies.access import company_admin, fetch_visible, member
from companies.forms import ConfirmForm
from companies.models import Archive
from companies.views.addresses import sensitive


@company_admin
@require_GET
@never_cache
def archive(request: HttpRequest) -> HttpResponse:
    """What there is, how far it is, and the way to a new one."""
    at = timezone.now()
    rows = list(Archive.objects.visible_to(request.user).current(at))
    context = {"archives": rows, "is_busy": any(row.is_unfinished for row in rows)}
    return render(request, "companies/archive.html", context)


@company_admin
@sensitive
def ask_archive(request: HttpRequest) -> HttpResponse:
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            company, at = request.user.company, timezone.now()
            actions.ask_archive(company, by=request.user, at=at)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            words = _("Your archive is on its way. We write to you when it is ready.")
            messages.success(request, words)
            return redirect("companies:archive")
    context = {"form": form, "cancel": reverse("companies:archive"), "tone": "primary"}
    return render(request, "companies/ask_archive.html", context)


@member
@require_POST
def archive_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """For admins of the company; for everybody else it does not exist.

    A button, since the download is noted in the activity log.
    """
    archive = fetch_visible(Archive.objects.ready(timezone.now()), request.user, pk=pk)
    return _download(request, archive)


@sensitive
def _download(request: HttpRequest, archive: Archive) -> HttpResponse:
    try:
        file = archive.file.open()
    except OSError:
        raise Http404 from None
    response = FileResponse(
        file,
        as_attachment=True,
        filename=archive.filename,
        content_type="application/zip",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    actions.note_download(archive, by=request.user, at=timezone.now())
    return response
