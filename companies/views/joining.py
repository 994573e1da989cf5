"""The page behind the link of an invitation: who asks, to what, and one button."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from companies import actions, leading, reception
from companies.access import member, public
from companies.account_forms import NewcomerForm
from companies.forms import ConfirmForm
from companies.models import Invitation, User
from companies.reception import Standing

GONE = {Standing.OVER, Standing.JOINED}


@public("its link carries a token that only the invited address has")
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = reception.invitation_with(token)
    if found is None:
        return render(request, "companies/invitation_unknown.html", status=404)
    return _receive(request, found)


@member
@never_cache
def own_invitation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Without the letter: for whoever registered with the address invited [TC-05]."""
    rows = reception.addressed_to(request.user)
    return _receive(request, get_object_or_404(rows, pk=pk))


def _receive(request: HttpRequest, row: Invitation) -> HttpResponse:
    standing = reception.standing(row, request.user, timezone.now())
    sign_on = leading.leading(row.email)
    if standing is Standing.NEWCOMER and sign_on:
        return leading.lead_on(request, sign_on, row.email, request.path)
    if standing is Standing.NEWCOMER:
        return _newcomer(request, row)
    if standing is Standing.JOINED and request.method == "POST":
        return redirect("home")  # The button was pressed twice.
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if standing is Standing.WELCOME and form.is_valid():
        try:
            actions.accept_invitation(row, by=request.user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _welcomed(request, row)
    return _page(request, row, standing, form)


def _newcomer(request: HttpRequest, row: Invitation) -> HttpResponse:
    """Name and password, and the account is there; signed in as by the usual way."""
    form = NewcomerForm(request.POST or None, invitation=row)
    if request.method == "POST" and form.is_valid():
        language, at = translation.get_language(), timezone.now()
        try:
            person = actions.accept_as_newcomer(
                row, **form.choice, language=language, at=at
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _signed_in(request, person, row)
    return _page(request, row, Standing.NEWCOMER, form)


def _signed_in(request: HttpRequest, person: User, row: Invitation) -> HttpResponse:
    """By django-allauth, so that sessions and whatever it asks for hold here too."""
    messages.success(request, _words_of_welcome(row))
    login = Login(user=person, email=person.email, redirect_url=reverse("home"))
    return perform_password_login(request, {"email": person.email}, login)


def _welcomed(request: HttpRequest, row: Invitation) -> HttpResponse:
    messages.success(request, _words_of_welcome(row))
    return redirect("home")


def _words_of_welcome(row: Invitation) -> str:
    return _("Welcome. You are one of %(company)s now.") % {"company": row.company}


def _page(
    request: HttpRequest,
    row: Invitation,
    standing: Standing,
    form: ConfirmForm | NewcomerForm,
) -> HttpResponse:
    sign_in = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    context = {
        "invitation": row,
        "standing": standing,
        "form": form,
        "sign_in_url": sign_in,
        "is_admin": row.role == Invitation.Role.ADMIN,
    }
    status = 410 if standing in GONE else 200
    return render(request, "companies/invitation.html", context, status=status)
