"""The pages of the roof: overview, applications, one application, search."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from companies import reception
from companies.access import member
from portal import application_page, export, newcomers, portfolio, searching
from portal.listing import Listing
from portal.overview import Overview
from ui.sheets import download


@member
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if newcomers.belongs_nowhere(request.user):
        rows = list(reception.waiting_for(request.user, at))
        return render(request, "home/newcomer.html", {"invitations": rows})
    page = Overview(request.user, at)
    request.place_counts = page.counts
    return render(request, "home/overview.html", {"page": page})


@member
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    wish = portfolio.Wish.of(request.user, request.GET, timezone.now())
    listing = Listing(wish, request)
    page = listing.page
    request.place_counts = listing.counts
    return render(
        request,
        "applications/list.html",
        {"wish": wish, "page": page, "listing": listing},
    )


@member
@require_safe
def application_export(request: HttpRequest) -> StreamingHttpResponse:
    wish = portfolio.Wish.of(request.user, request.GET, timezone.now())
    return download(export.rows(wish), "apps.csv", get_language())


@member
@require_safe
def application_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    at = timezone.now()
    application = application_page.fetch_application(request.user, pk)
    page = application_page.ApplicationPage(application, request.user, at)
    return render(
        request,
        "applications/detail.html",
        {"application": application, "page": page, "tab": "overview"},
    )


@member
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = searching.search(words, request.user, timezone.now())
    return render(request, "search/results.html", {"words": words, "found": found})
