"""Files for servers without network: taken from the portal, as an attachment."""

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
from django.views.decorators.http import require_POST

from companies.access import fetch_visible, member
from licenses import actions, rights
from licenses.actions import FileWish, GivenFile
from licenses.files import digest_of
from licenses.models import IssuedFile, Seat
from licenses.server_forms import FileForm
from licenses.views.servers import fetch_seat

LONGEST = 200_000


@member
@never_cache
@sensitive_variables("given")
def machine_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Each time it is asked for it is a fresh one, with the end of today's contract."""
    at, seat = timezone.now(), fetch_seat(request, pk)
    form = FileForm(request.POST or None, license=seat.license, at=at)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and (given := _given(request, seat, form)):
        return attached(given.text, given.name)
    context = {
        "seat": seat,
        "license": seat.license,
        "application": seat.license.application,
        "form": form,
        "has_ended": form.last_day < form.today,
    }
    return render(request, "licenses/file.html", context)


@member
@require_POST
@never_cache
@sensitive_variables("text")
def keep_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A file that stands on a page, as a file: we keep none, so the page sends it.

    Only what we gave out comes back: its text must be that of the row.
    """
    row = fetch_visible(IssuedFile.objects.with_license(), request.user, pk=pk)
    if not rights.may_generate_keys(request.user, row.license):
        raise PermissionDenied
    text = request.POST.get("text", "")[:LONGEST].replace("\r\n", "\n")
    if digest_of(text) != row.sha256:
        messages.error(request, _("This is not the file that was given out."))
        return redirect(row.license)
    return attached(text, GivenFile(text, row).name)


@sensitive_variables("text")
def attached(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@sensitive_variables("wish", "key_text")
def _given(request: HttpRequest, seat: Seat, form: FileForm) -> GivenFile | None:
    """The license key goes into the file, so it is made now where there is none."""
    by, at = request.user, form.at
    try:
        key_text = actions.make_license_key(license=seat.license, by=by, at=at)
        wish = FileWish(
            key_text=key_text,
            expires_at=form.expires_at,
            way=IssuedFile.Way.PORTAL,
            is_encrypted=form.is_encrypted,
        )
        if form.is_for_server:
            return actions.issue_machine_file(seat=seat, wish=wish, by=by, at=at)
        return actions.issue_license_file(license=seat.license, wish=wish, by=by, at=at)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
