"""Pages of licenses and keys: the list, one license, the way to a key, an app's tab."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST, require_safe

from apps.models import Application
from companies.access import fetch_visible, member
from companies.models import User
from contacts import audience
from licenses import actions, export, history, keys, rights, rows
from licenses.forms import KeyLinkForm, ServerForm
from licenses.listing import Listing, words_in
from licenses.models import License, LicenseKey
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
    license = history.fetch_with_history(user, pk)
    row = rows.within_application([license], at=at, is_staff=user.is_staff)[0]
    urgent = rows.most_urgent([row])
    context = {
        "license": license,
        "application": license.application,
        "row": row,
        "urgent": urgent,
        "next_step": _next_step(urgent, user),
        "events": history.events_of(license),
        "may_generate": rights.may_generate_keys(user, license),
        "executive": _executive(license),
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
        .with_current_keys()
        .for_reading()
    )
    shown = rows.within_application(licenses, at=at, is_staff=user.is_staff)
    urgent = rows.most_urgent(shown)
    context = {
        "application": application,
        "tab": "licenses",
        "rows": shown,
        "urgent": urgent,
        "next_step": _next_step(urgent, user),
        "may_generate": bool(licenses) and rights.may_generate_keys(user, licenses[0]),
        "executive": _executive(licenses[0]) if licenses else None,
        "ladder": rows.ladder(),
    }
    return render(request, "licenses/application.html", context)


@member
def generate_key(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    license = fetch_visible(
        License.objects.with_company().with_current_keys(), request.user, pk=pk
    )
    if not rights.may_generate_keys(request.user, license):
        raise PermissionDenied
    form = ServerForm(request.POST or None, initial=_known_server(license))
    if request.method == "POST" and form.is_valid():
        try:
            key = actions.generate_key(
                license=license, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect(key)
    context = {
        "license": license,
        "form": form,
        "waiting": _to_activate(license, request.user),
    }
    return render(request, "licenses/generate.html", context)


@member
@require_GET
@never_cache
@sensitive_variables("text", "context")
def key_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    key = _fetch_key(request, pk)
    license = key.license
    text = "" if key.superseded_at else actions.text_of(key)
    context = {
        "key": key,
        "license": license,
        "before": license.key_in_use if key.is_waiting else None,
        "text": text,
        "last": keys.last_characters(text),
        "waiting": _to_activate(license, request.user),
        "colleagues": KeyLinkForm(license=license, user=request.user).colleagues,
    }
    return render(request, "licenses/key.html", context)


@member
@require_GET
@never_cache
@sensitive_variables("text")
def key_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    key = _fetch_key(request, pk)
    if key.superseded_at:
        raise PermissionDenied
    text = actions.text_of(key)
    name = f"{key.license}-{key.fingerprint}.lic"
    return HttpResponse(
        f"{text}\n",
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@member
@require_POST
def activate_key(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    key = _fetch_key(request, pk)
    try:
        actions.activate_key(key=key, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(
            request, _("Key %(key)s is active.") % {"key": key.fingerprint}
        )
    return redirect(key)


@member
@require_POST
def send_key_link(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    key = _fetch_key(request, pk)
    form = KeyLinkForm(request.POST, license=key.license, user=request.user)
    if not form.is_valid():
        messages.error(request, _("Choose a technical contact of this app."))
        return redirect(key)
    contact = form.cleaned_data["contact"]
    try:
        is_new = actions.send_key_link(
            key=key, contact=contact, by=request.user, at=timezone.now()
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        words = _("Sent to %(person)s.") if is_new else _("%(person)s has it already.")
        messages.success(request, words % {"person": contact.user})
    return redirect(key)


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


def _fetch_key(request: HttpRequest, pk: uuid.UUID) -> LicenseKey:
    """A key of a license one sees (else 404) and may make keys of (else 403)."""
    key = fetch_visible(LicenseKey.objects.with_license(), request.user, pk=pk)
    if not rights.may_generate_keys(request.user, key.license):
        raise PermissionDenied
    return key


def _known_server(license: License) -> dict[str, str]:
    """The server the app runs on now: mostly the new key is for the same."""
    key = license.waiting_key or license.key_in_use
    return {"server_id": key.server_id, "server_name": key.server_name} if key else {}


def _to_activate(license: License, user: User) -> list[License]:
    """What waits for a new key in the same application."""
    licenses = License.objects.visible_to(user).of(license.application).live()
    return list(licenses.to_activate().with_company().with_current_keys().for_reading())


def _executive(license: License) -> User | None:
    """Whom to ask for more users [LI-04]."""
    readers = audience.commercial_readers(license.company)
    return readers[0].user if readers else None
