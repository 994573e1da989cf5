"""The pages about people and about one's own account."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from companies import actions
from companies.access import company_admin, fetch_visible, member
from companies.forms import AccountForm, ConfirmForm
from companies.models import User
from companies.second_factor import second_factor_of


@member
def account(request: HttpRequest) -> HttpResponse:
    person = fetch_visible(User, request.user, pk=request.user.pk)
    form = AccountForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        actions.change_account(
            person, by=request.user, at=timezone.now(), **form.changes
        )
        messages.success(request, _("Your account is changed."))
        return redirect("companies:account")
    context = {"form": form, "second_factor": second_factor_of(person)}
    return render(request, "companies/account.html", {**context, "person": person})


@member
def security(request: HttpRequest) -> HttpResponse:
    """Where django-allauth leads after a change: the part of the account about it."""
    return redirect(reverse("companies:account") + "#security")


@company_admin
def name_admin(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _confirmed(request, pk, actions.name_admin, "companies/name_admin.html")


@company_admin
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
