"""Pages of planned work: the list, one window, its calendar file, an app's tab."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.models import Application
from companies.access import fetch_visible, member
from operations import actions, calendars, months
from operations.models import MaintenanceWindow, WindowEnvironment
from ui import pages

NAMES_SHOWN = 8


@member
@require_GET
def maintenance_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    which = "past" if request.GET.get("which") == "past" else "upcoming"
    windows = MaintenanceWindow.objects.visible_to(request.user)
    upcoming = list(windows.upcoming(at).order_by("starts_at")[:50])
    rows = windows.past(at) if which == "past" else windows.upcoming(at)
    order = ("-starts_at", "-number") if which == "past" else ("starts_at", "number")
    page = pages.keyset(rows, request, order=order)
    context = {
        "page": page,
        "rows": _rows(page.rows, request, at),
        "which": which,
        "month": months.weeks_from(timezone.localdate(at), upcoming),
        "at": at,
    }
    return render(request, "operations/list.html", context)


@member
@require_GET
def maintenance_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    at = timezone.now()
    window = fetch_visible(MaintenanceWindow, request.user, id=pk)
    applications = list(_my_applications(window, request))
    readings = set(
        window.readings.filter(revision=window.revision).values_list(
            "user_id", flat=True
        )
    )
    context = {
        "window": window,
        "state": window.state_code(at),
        "is_ahead": window.can_change(at),
        "rows": [
            {
                "application": application,
                "contacts": [
                    {"user": contact.user, "has_read": contact.user_id in readings}
                    for contact in application.technical_contacts.all()
                ],
            }
            for application in applications
        ],
        "has_read": request.user.pk in readings,
        "events": window.events.all(),
        "at": at,
    }
    return render(request, "operations/detail.html", context)


@member
@require_GET
def calendar_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    window = fetch_visible(MaintenanceWindow, request.user, id=pk)
    content = calendars.calendar_file(window, at=timezone.now())
    name = calendars.file_name(window)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@member
@require_POST
def acknowledge(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    window = fetch_visible(MaintenanceWindow, request.user, id=pk)
    actions.acknowledge_window(window, by=request.user, at=timezone.now())
    messages.success(request, _("Noted: you have read this."))
    return redirect(window)


@member
@require_GET
def for_application(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    at = timezone.now()
    application = fetch_visible(
        Application.objects.select_related("company"), request.user, pk=pk
    )
    windows = MaintenanceWindow.objects.visible_to(request.user).touching(application)
    page = pages.keyset(windows.past(at), request, order=("-starts_at", "-number"))
    context = {
        "application": application,
        "tab": "maintenance",
        "upcoming": [
            {"window": window, "state": window.state_code(at)}
            for window in windows.upcoming(at).order_by("starts_at")[:50]
        ],
        "page": page,
        "past": [
            {"window": window, "state": window.state_code(at)} for window in page.rows
        ],
    }
    return render(request, "operations/application.html", context)


def _my_applications(
    window: MaintenanceWindow, request: HttpRequest
) -> QuerySet[Application]:
    """The touched applications this reader may see, with their contacts."""
    touched = window.touched.values("environment__application")
    return (
        Application.objects.visible_to(request.user)
        .filter(pk__in=touched)
        .prefetch_related("technical_contacts__user")
        .order_by("name")[:100]
    )


def _rows(
    windows: list[MaintenanceWindow], request: HttpRequest, at: datetime
) -> list[dict[str, Any]]:
    """Each window with its state and the touched applications the reader may see."""
    touched = WindowEnvironment.objects.visible_to(request.user).filter(
        window__in=windows
    )
    names: dict[int, list[str]] = {window.pk: [] for window in windows}
    for number, name in touched.values_list(
        "window", "environment__application__name"
    ).order_by("environment__application__name"):
        if name not in names[number] and len(names[number]) < NAMES_SHOWN:
            names[number].append(name)
    return [
        {"window": window, "state": window.state_code(at), "names": names[window.pk]}
        for window in windows
    ]
