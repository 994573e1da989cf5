"""The list of licenses, one license, and the tab of an application."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from apps.models import Application
from companies.access import fetch_visible, member
from companies.models import User
from contacts import audience
from contacts import rights as contact_rights
from licenses import export, history, rights, rows, servers
from licenses.actions.offboarding import kept_until
from licenses.listing import Listing, words_in
from licenses.models import License
from licenses.models.expansion import open_expansions
from licenses.next_step import after_renewal
from ui import pages, sheets

PAGE_SIZE = 25


@member
@require_GET
def license_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    listing = Listing.of(request.user, request.GET, at)
    words = words_in(request.GET)
    page = pages.keyset(
        listing.rows(words),
        request,
        order=listing.order,
        size=PAGE_SIZE,
        total=None if words else listing.total,
    )
    context = {
        "page": page,
        "rows": rows.across_applications(page, at=at, is_staff=request.user.is_staff),
        "tabs": listing.tabs(),
        "which": listing.which,
        "words": words,
        "ladder": rows.ladder(),
        "files": _files(listing, words) if page.rows else [],
    }
    return render(request, "licenses/list.html", context)


@member
@require_safe
def license_export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows, all its pages, as CSV or as a workbook."""
    listing = Listing.of(request.user, request.GET, timezone.now())
    words = words_in(request.GET)
    lines = export.rows(listing, words)
    if request.GET.get("as") != "xlsx":
        return sheets.download(lines, "licenses.csv", get_language())
    try:
        return sheets.workbook_download(lines, "licenses.xlsx")
    except sheets.TooManyRowsError:
        refusal = _("These are too many for one workbook. Take the CSV file.")
        messages.error(request, refusal)
        return redirect(_address("licenses:list", listing, words))


@member
@require_GET
def license_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    at, user = timezone.now(), request.user
    license = history.fetch_with_history(user, pk, at)
    row = rows.within_application([license], at=at, is_staff=user.is_staff)[0]
    urgent = rows.most_urgent([row])
    may_generate = rights.may_generate_keys(user, license)
    context = {
        "license": license,
        "application": license.application,
        "row": row,
        "limits": rows.limits_of(license),
        "stopped": rows.stopped([row]),
        "urgent": urgent,
        "next_step": _next_step(urgent, user),
        "events": history.events_of(license),
        "place": servers.servers_of(license, at),
        "may_generate": may_generate,
        "executive": _executive(license),
        "may_ask": not license.is_offboarded
        and (may_generate or rights.may_ask_expansion(user, license)),
        "expansion": next(
            (one for one in license.expansions.all() if one.is_open), None
        ),
        "may_offboard": may_generate or _may_offboard(user, license),
        "kept_until": _kept_until(license),
        "ladder": rows.ladder(),
    }
    return render(request, "licenses/detail.html", context)


@member
@require_GET
def for_application(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    at, user = timezone.now(), request.user
    application = fetch_visible(
        Application.objects.select_related("company"), user, pk=pk
    )
    licenses = list(
        License.objects.visible_to(user)
        .of(application)
        .with_people()
        .with_rules()
        .with_current_keys()
        .prefetch_related(open_expansions())
        .with_servers(at, most=servers.SHOWN + 1)
        .for_reading()
    )
    shown = rows.within_application(licenses, at=at, is_staff=user.is_staff)
    urgent = rows.most_urgent(shown)
    first = licenses[0] if licenses else None
    may_generate = bool(first) and rights.may_generate_keys(user, first)
    context = {
        "application": application,
        "tab": "licenses",
        "rows": shown,
        "places": [servers.servers_of(license, at) for license in licenses],
        "stopped": rows.stopped(shown),
        "urgent": urgent,
        "next_step": _next_step(urgent, user),
        "may_generate": may_generate,
        "executive": _executive(first) if first else None,
        "may_ask": may_generate or (first and rights.may_ask_expansion(user, first)),
        "ladder": rows.ladder(),
    }
    return render(request, "licenses/application.html", context)


def _files(listing: Listing, words: str) -> list[tuple[str, str]]:
    """The ways to take the list away: what each is called, and its address."""
    return [
        (_("Export CSV"), _address("licenses:export", listing, words)),
        (_("Export Excel"), _address("licenses:export", listing, words, form="xlsx")),
    ]


def _address(name: str, listing: Listing, words: str, *, form: str = "") -> str:
    wish = {"which": listing.which, "q": words, "as": form}
    query = urlencode({word: value for word, value in wish.items() if value})
    return reverse(name) + (f"?{query}" if query else "")


def _next_step(row: rows.Row | None, user: User) -> str:
    """What a signed renewal asks of this reader; nothing before it is signed."""
    if not row or not row.renewed_until:
        return ""
    may_generate = rights.may_generate_keys(user, row.license)
    contacts = [] if may_generate else rights.contacts_of(row.license)
    return after_renewal(1, may_generate=may_generate, contacts=contacts)


def _may_offboard(user: User, license: License) -> bool:
    """For who makes no keys, and so On-Premises is no contact [TC-32, LI-01]."""
    application = license.application
    return application.is_cloud and contact_rights.may_offboard(user, application)


def _kept_until(license: License) -> datetime | None:
    """Until when what is off-boarded can be brought back."""
    ended_at = license.environment.offboarded_at
    return kept_until(ended_at) if ended_at else None


def _executive(license: License) -> User | None:
    """Whom to ask for more users [LI-04]."""
    readers = audience.commercial_readers(license.company)
    return readers[0].user if readers else None
