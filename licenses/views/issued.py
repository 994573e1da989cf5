"""What is out there off line: every key and file of a license, an app, or all I see."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from apps.models import Application
from companies.access import fetch_visible, member
from licenses import issued
from licenses.models import License
from ui import pages, sheets

PAGE_SIZE = 50


@member
@require_GET
def everywhere(request: HttpRequest) -> HttpResponseBase:
    """Of all licenses that one sees."""
    return _answer(request, License.objects.visible_to(request.user), {})


@member
@require_GET
def of_application(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    application = fetch_visible(
        Application.objects.on_premises().select_related("company"),
        request.user,
        pk=pk,
    )
    licenses = License.objects.visible_to(request.user).of(application)
    return _answer(request, licenses, {"application": application})


@member
@require_GET
def of_license(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    license = fetch_visible(
        License.objects.on_premises().with_company(), request.user, pk=pk
    )
    licenses = License.objects.visible_to(request.user).filter(pk=license.pk)
    about = {"license": license, "application": license.application}
    return _answer(request, licenses, about)


def _answer(
    request: HttpRequest, licenses: QuerySet, about: dict[str, Any]
) -> HttpResponseBase:
    """A page of the tab that is asked for, or all of it as a file."""
    at, which = timezone.now(), issued.which_in(request.GET)
    application = about.get("application")
    today = application.company.today(at) if application else timezone.localdate(at)
    scope = issued.Scope(request.user, licenses, today, at)
    if request.GET.get("as") == "csv":
        return sheets.download(
            issued.lines(scope, which), f"{which}.csv", get_language()
        )
    rows, order = scope.rows(which)
    context = {
        "page": pages.keyset(rows, request, order=order, size=PAGE_SIZE),
        "at": at,
        "today": today,
        "which": which,
        "is_about_keys": which.endswith("keys"),
        "tabs": issued.TABS.items(),
        "license": about.get("license"),
        "application": application,
        "kept_days": settings.LICENSE_FILES_KEPT_DAYS,
        "up": _up(about),
    }
    return render(request, "licenses/issued.html", context)


def _up(about: dict[str, Any]) -> str:
    """Where the page leads back to."""
    if "license" in about:
        return about["license"].get_absolute_url()
    if "application" in about:
        return reverse("licenses:for_application", args=[about["application"].pk])
    return reverse("licenses:list")
