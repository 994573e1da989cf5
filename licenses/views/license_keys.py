"""The license's own key, on the one page that shows it."""

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

from companies.access import fetch_visible, member
from licenses import actions, rights
from licenses.models import License


@member
@never_cache
@sensitive_variables("text", "context")
def license_key(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """GET shows the key where there is one; POST makes it, once."""
    license = fetch_visible(License.objects.with_rules(), request.user, pk=pk)
    if not rights.may_generate_keys(request.user, license):
        raise PermissionDenied
    if request.method == "POST":
        _make(request, license)
        return redirect("licenses:license_key", pk)
    text = "" if license.is_revoked else actions.license_key_of(license)
    context = {
        "license": license,
        "application": license.application,
        "text": text,
        "is_short": len(text) < 64,
    }
    return render(request, "licenses/license_key.html", context)


def _make(request: HttpRequest, license: License) -> None:
    try:
        actions.make_license_key(license=license, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The license key is made."))
