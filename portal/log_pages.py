"""The activity log: of a company, of one application, and both as a file [CO-18]."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from apps.models import Application
from companies import audit, reading
from companies.access import fetch_visible, member
from companies.models import ActivityEntry, ActivityQuerySet, User
from contacts.rights import may_export_rights
from portal.timeline import events
from ui.pages import keyset
from ui.sheets import download

APPS_OFFERED = 100


@member
@require_safe
def company_log(request: HttpRequest) -> HttpResponse:
    """Everything done at a company, for its admins; everywhere, for vendor staff."""
    user, bar = request.user, reading.LogFilter(request.GET)
    log = _log_for(user, request)
    apps = Application.objects.visible_to(user).order_by("name", "id")
    page = keyset(
        bar.on_screen(log, timezone.now()).select_related("company"),
        request,
        order=("-at", "-id"),
    )
    context = {
        **_around(request, bar, reverse("companies:export_activity")),
        "page": page,
        "lines": list(zip(page.rows, events(page.rows), strict=True)),
        "apps": list(apps[:APPS_OFFERED]) if user.is_company_admin else [],
        "chosen_app": request.GET.get("app", ""),
    }
    return render(request, "companies/activity.html", context)


@member
@require_safe
def company_log_file(request: HttpRequest) -> StreamingHttpResponse:
    bar = reading.LogFilter(request.GET)
    found = bar.found_in(_log_for(request.user, request))
    return download(reading.rows(found), "activity.csv", get_language())


def _log_for(user: User, request: HttpRequest) -> ActivityQuerySet:
    """What this person may read; of one application where the address names it."""
    if not user.sees_roles:
        raise PermissionDenied
    log = ActivityEntry.objects.visible_to(user)
    try:
        return log.about(uuid.UUID(request.GET.get("app", "")))
    except ValueError:
        return log


@member
@require_safe
def application_log(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything done to one application, for whoever sees it."""
    application = fetch_visible(Application, request.user, pk=pk)
    bar = reading.LogFilter(request.GET)
    found = bar.on_screen(audit.log_of(application.pk), timezone.now())
    page = keyset(found, request, order=("-at", "-id"))
    file = reverse("application_activity_export", args=[application.pk])
    context = {
        **_around(request, bar, file),
        "application": application,
        "page": page,
        "events": events(page),
        "tab": "activity",
        "may_export": may_export_rights(request.user, application),
    }
    return render(request, "applications/activity.html", context)


@member
@require_safe
def application_log_file(request: HttpRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    """For the contact [TC-32], admins of the company and staff."""
    application = fetch_visible(Application, request.user, pk=pk)
    if not may_export_rights(request.user, application):
        raise PermissionDenied
    found = reading.LogFilter(request.GET).found_in(audit.log_of(application.pk))
    name = slugify(application.name) or "app"
    return download(reading.rows(found), f"activity-{name}.csv", get_language())


def _around(request: HttpRequest, bar: reading.LogFilter, file: str) -> dict[str, Any]:
    """The bar, and the address of the file that is filtered like the page."""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    return {
        "bar": bar,
        "file": f"{file}?{query.urlencode()}" if query else file,
        "searched_days": settings.ACTIVITY_SEARCHED_DAYS,
        "kept_days": settings.ACTIVITY_KEPT_DAYS,
        "chosen": {name: bar.chosen(name) for name in bar.fields},
    }
