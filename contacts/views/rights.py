"""Rights per environment: a posted page of boxes, and the list as a file."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.models import Application, Environment, Membership
from companies.access import company_admin, fetch_visible, member
from companies.models import User
from companies.step_up import require_second_factor
from contacts import actions, export, matrix, rights
from contacts.actions import Change
from contacts.actions.grants import in_words
from contacts.holdings import Lock
from contacts.views.team import show_access
from ui.forms import Fault
from ui.sheets import download


@member
@require_POST
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Save the boxes of one environment; production asks for the factor [PE-04]."""
    environment = fetch_visible(
        Environment.objects.select_related("application__company"), request.user, pk=pk
    )
    application = environment.application
    seats = Membership.objects.visible_to(request.user).of(application).with_people()
    changes = matrix.changes_in(request.POST, seats)
    if changes and environment.purpose == Environment.Purpose.PRODUCTION:
        require_second_factor(request)
    try:
        done = _changed(environment, changes, request.user)
    except ValidationError as refusal:
        return show_access(
            request,
            application,
            place=environment.name,
            ticked=matrix.ticked_in(request.POST),
            refusals=[Fault("", "", words) for words in refusal.messages],
        )
    _say(request, done)
    return redirect(_page_of(environment))


def _changed(environment: Environment, changes: list[Change], by: User) -> list[Change]:
    """As the verb does it; an attempt at what one may not do goes into the log."""
    facts = {"environment": environment, "changes": changes, "by": by}
    facts["at"] = timezone.now()
    try:
        return actions.change_rights(**facts)
    except PermissionDenied:
        actions.note_refusal(why=_("may not change rights here"), **facts)
        raise
    except ValidationError as refusal:
        if refusal.code in Lock.values:
            actions.note_refusal(why=" ".join(refusal.messages), **facts)
        raise


def _page_of(environment: Environment) -> str:
    """The tab "Access" with this environment chosen."""
    page = reverse("applications:access", args=[environment.application_id])
    return f"{page}?{urlencode({'environment': environment.name})}#rights"


def _say(request: HttpRequest, done: list[Change]) -> None:
    """What was saved, a line for each person."""
    if not done:
        messages.info(request, _("Nothing to save: no box is different."))
    for change in done:
        words = {
            "person": change.person,
            "given": in_words(change.given),
            "taken": in_words(change.taken),
        }
        if change.given and change.taken:
            said = _("%(person)s: given %(given)s; taken away %(taken)s.")
        elif change.given:
            said = _("%(person)s: given %(given)s.")
        else:
            said = _("%(person)s: taken away %(taken)s.")
        messages.success(request, said % words)


@member
@require_safe
def application_file(request: HttpRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    """Who may what on one application, as a file [TC-32]."""
    application = fetch_visible(Application, request.user, pk=pk)
    if not rights.may_export_rights(request.user, application):
        raise PermissionDenied
    rows = Application.objects.visible_to(request.user).filter(pk=application.pk)
    name = slugify(application.name) or "app"
    return download(export.rows(rows), f"rights-{name}.csv", get_language())


@company_admin
@require_safe
def company_file(request: HttpRequest) -> StreamingHttpResponse:
    """Who may what on every application of the company, as a file for auditors."""
    user = request.user
    rows = Application.objects.visible_to(user).live().filter(company=user.company_id)
    return download(export.rows(rows), "rights.csv", get_language())
