"""The devices on which somebody is signed in, and signing them out."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from companies import actions, sessions
from companies.access import member


@member
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    places = sessions.places_of(request)
    return render(request, "companies/sessions.html", {"places": places})


@member
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    person = request.user
    actions.end_session(person, session, by=person, at=timezone.now())
    messages.success(request, _("That device is signed out."))
    return redirect("account_sessions")


@member
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    person = request.user
    actions.end_sessions(person, by=person, at=timezone.now())
    update_session_auth_hash(request, person)
    sessions.keep_only(request, person)
    messages.success(request, _("Every other device is signed out."))
    return redirect("account_sessions")
