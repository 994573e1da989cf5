"""Pages about who would hear of an application, and who has."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from apps.models import Application
from companies.access import fetch_visible, member
from contacts.rights import may_manage_contacts
from portal import told
from portal.past import Past, PastFilter
from ui.merging import newest_first
from ui.sheets import download


@member
@require_safe
def application_told(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who would be told now; for those who can do something about it."""
    application = fetch_visible(
        Application.objects.select_related(
            "company__account_executive", "company__customer_success_manager"
        ),
        request.user,
        pk=pk,
    )
    if not may_manage_contacts(request.user, application):
        raise PermissionDenied
    notices = told.notices(application, request.user, timezone.now())
    context = {
        "application": application,
        "tab": "contacts",
        "groups": told.together(notices),
    }
    return render(request, "applications/told.html", context)


@member
@require_safe
def application_past(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who was told what, when, and whether it arrived."""
    past = _past(request, pk)
    page = newest_first(past.parts(), request)
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    file = reverse("application_past_export", args=[pk])
    context = {
        "application": past.application,
        "tab": "past",
        "bar": past.bar,
        "chosen": {name: past.bar.chosen(name) for name in past.bar.fields},
        "page": page,
        "lines": [past.line(row) for row in page],
        "sees_all": past.sees_all,
        "file": f"{file}?{query.urlencode()}" if query else file,
    }
    return render(request, "applications/past.html", context)


@member
@require_safe
def application_past_file(request: HttpRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    """The same as a file, filtered like the page."""
    past = _past(request, pk)
    name = slugify(past.application.name) or "app"
    return download(past.rows(), f"told-{name}.csv", get_language())


def _past(request: HttpRequest, pk: uuid.UUID) -> Past:
    application = fetch_visible(
        Application.objects.select_related("company"), request.user, pk=pk
    )
    return Past(application, request.user, PastFilter(request.GET), timezone.now())
