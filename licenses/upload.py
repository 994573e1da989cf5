"""The upload of a portfolio at the support desk: form, preview, one click to import."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from licenses import actions
from licenses.actions.imports import Manner, Report, preview_licenses
from licenses.desk import UploadForm
from licenses.importing import shelf
from licenses.importing.shelf import Upload

MOST_LICENSES = 500
TEMPLATE = "licenses/admin/import.html"
LIST = "admin:licenses_license_changelist"


def page(request: HttpRequest, admin: ModelAdmin) -> HttpResponse:
    """GET: the form. POST of a file: its verdicts. POST of a token: the import."""
    if "token" in request.POST:
        return _import(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _preview(request, admin, form)
    return _render(request, admin, form=form)


def _preview(request: HttpRequest, admin: ModelAdmin, form: UploadForm) -> HttpResponse:
    wanted = form.cleaned_data
    raw = wanted["file"].read()
    report = preview_licenses(raw, manner=_manner(wanted), at=timezone.now())
    if len(report.verdicts) > MOST_LICENSES:
        form.add_error(
            "file",
            _("The file has more than %(most)d licenses. Use the command line.")
            % {"most": MOST_LICENSES},
        )
        return _render(request, admin, form=form)
    token = ""
    if report.new + report.changed:
        upload = Upload(
            raw,
            wanted["file"].name,
            wanted["company"],
            wanted["date_format"],
            wanted["kind"],
        )
        token = shelf.put(upload, request.user)
    return _render(request, admin, report=report, token=token, name=wanted["file"].name)


def _import(request: HttpRequest) -> HttpResponse:
    """A second click finds the token gone, and the licenses there."""
    upload = shelf.take(request.POST["token"], request.user)
    if upload is None:
        messages.warning(
            request, _("This file was imported already, or waited too long.")
        )
        return redirect(LIST)
    manner = Manner(
        date_format=upload.date_format,
        company=upload.company,
        keep_good=request.POST.get("do") == "good",
        kind=upload.kind,
    )
    report = actions.import_licenses(
        upload.raw, manner=manner, by=request.user, at=timezone.now()
    )
    _tell(request, report, upload.name)
    return redirect(LIST)


def _tell(request: HttpRequest, report: Report, name: str) -> None:
    facts = {
        "name": name,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": report.refused,
    }
    if report.is_written:
        words = _(
            "%(name)s: %(new)d new, %(changed)d changed, %(unchanged)d unchanged,"
            " %(refused)d refused."
        )
        messages.success(request, words % facts)
    else:
        words = _("%(name)s: nothing was imported, %(refused)d refused.")
        messages.error(request, words % facts)
    for problem in [p for verdict in report.verdicts for p in verdict.problems][:20]:
        messages.warning(request, str(problem))


def _manner(wanted: dict[str, Any]) -> Manner:
    return Manner(
        date_format=wanted["date_format"],
        company=wanted["company"],
        kind=wanted["kind"],
    )


def _render(request: HttpRequest, admin: ModelAdmin, **facts: Any) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "media": admin.media,
        "title": _("Import licenses"),
        **facts,
    }
    return TemplateResponse(request, TEMPLATE, context)
