"""Who is company admin, and who the company contact: asked, then done."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from companies import actions
from companies.access import company_admin, fetch_visible
from companies.forms import ConfirmForm
from companies.models import User
from companies.step_up import second_factor_if_enrolled


@company_admin
@second_factor_if_enrolled
def name_admin(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _confirmed(request, pk, actions.name_admin, "companies/name_admin.html")


@company_admin
@second_factor_if_enrolled
def unname_admin(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _confirmed(request, pk, actions.unname_admin, "companies/unname_admin.html")


@company_admin
def name_contact(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _confirmed(request, pk, actions.name_contact, "companies/name_contact.html")


def _confirmed(
    request: HttpRequest, pk: uuid.UUID, verb: Callable[..., None], template: str
) -> HttpResponse:
    """A page that says what follows, with one button; then the verb."""
    person = fetch_visible(User, request.user, pk=pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            verb(person, by=request.user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect(person)
    context = {"person": person, "form": form, "cancel": person.get_absolute_url()}
    return render(request, template, {**context, "tone": "primary"})
