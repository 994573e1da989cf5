"""Pages that end an environment, the last one with its app, and bring it back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.models import Environment
from companies.access import fetch_visible, member, staff
from companies.step_up import second_factor_if_enrolled
from contacts import rights
from contacts.views.deeds import attempt, press
from licenses import actions
from licenses.actions.offboarding import is_last_one, kept_until
from licenses.models import License
from licenses.offboarding_forms import EndAppForm, EndForm


@member
@second_factor_if_enrolled
def offboard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks before an environment ends; before the last one it asks twice [LI-29]."""
    environment = _fetch(request, pk)
    if not rights.may_offboard(request.user, environment.application):
        raise PermissionDenied
    if environment.offboarded_at or environment.application.offboarded_at:
        return redirect(_page_of(environment))
    form = EndForm(
        request.POST if request.method == "POST" else None, environment=environment
    )
    if not form.is_valid():
        return _ask(request, environment, form)
    is_last = is_last_one(environment)
    if is_last:
        is_answer = "application" in request.POST
        form = EndAppForm(request.POST if is_answer else None, environment=environment)
        if not form.is_valid():
            return _ask_again(request, environment, form)
    done = attempt(
        form,
        actions.offboard_environment,
        environment=environment,
        by=request.user,
        with_application=is_last,
    )
    if not done:
        ask = _ask_again if is_last else _ask
        return ask(request, environment, form)
    words = _("%(environment)s is off-boarded.") % {"environment": environment}
    messages.success(request, words)
    return redirect(_page_of(environment))


@staff
def bring_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks before an off-boarding is undone."""
    environment = _fetch(request, pk)
    if request.method == "POST":
        words = _("%(environment)s is back.") % {"environment": environment}
        verb = actions.bring_back_environment
        press(request, verb, words, environment=environment, by=request.user)
        return redirect(_page_of(environment))
    ended_at = environment.offboarded_at
    context = {
        "environment": environment,
        "application": environment.application,
        "until": kept_until(ended_at) if ended_at else None,
        "cancel": _page_of(environment),
    }
    return render(request, "licenses/bring_back.html", context)


def _ask(request: HttpRequest, environment: Environment, form: EndForm) -> HttpResponse:
    context = _context(environment, form)
    return render(request, "licenses/offboard.html", context)


def _ask_again(
    request: HttpRequest, environment: Environment, form: EndAppForm
) -> HttpResponse:
    context = {**_context(environment, form), "name": request.POST.get("name", "")}
    return render(request, "licenses/offboard_last.html", context)


def _context(environment: Environment, form: EndForm | EndAppForm) -> dict[str, object]:
    return {
        "environment": environment,
        "application": environment.application,
        "license": getattr(environment, "license", None),
        "form": form,
        "is_last": is_last_one(environment),
        "until": kept_until(timezone.now()),
        "cancel": _page_of(environment),
    }


def _page_of(environment: Environment) -> str:
    """The page of its license, or of its app where it has none."""
    license: License | None = getattr(environment, "license", None)
    return (license or environment.application).get_absolute_url()


def _fetch(request: HttpRequest, pk: uuid.UUID) -> Environment:
    return fetch_visible(
        Environment.objects.select_related("application__company", "license"),
        request.user,
        pk=pk,
    )
