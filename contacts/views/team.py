"""The tab "Access": the team; and what an application is called and where it runs."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps import actions as apps_actions
from apps.forms import (
    PEOPLE_OFFERED,
    DescriptionForm,
    EnvironmentForm,
    JoinForm,
    RoleForm,
)
from apps.models import Application, Environment, Membership
from apps.people import person_at
from companies.access import fetch_visible, member
from companies.models import User
from contacts import actions, rights
from contacts.models import TechnicalContact
from contacts.views.deeds import attempt, press


@member
def access(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The team of an application, and the form that adds a colleague to it."""
    user = request.user
    application = fetch_visible(Application, user, pk=pk)
    may_manage = rights.may_manage_team(user, application)
    if request.method == "POST" and not may_manage:
        raise PermissionDenied
    form = JoinForm(request.POST or None, governs=rights.governs(user, application))
    if request.method == "POST" and form.is_valid():
        done = attempt(form, _join, application=application, by=user, form=form)
        if done:
            messages.success(
                request,
                _("%(email)s is on the team.") % {"email": form.cleaned_data["email"]},
            )
            return redirect("applications:access", application.pk)
    contacts = TechnicalContact.objects.visible_to(user).of(application)
    context = {
        "application": application,
        "tab": "access",
        "team": Membership.objects.visible_to(user).of(application).with_people(),
        "contact_ids": set(contacts.values_list("user", flat=True)),
        "may_manage": may_manage and not application.offboarded_at,
        "form": form,
        "people": _colleagues(user, application) if may_manage else [],
    }
    return render(request, "contacts/access.html", context)


def _colleagues(user: User, application: Application) -> Any:
    people = User.objects.visible_to(user).active().of(application.company)
    return people[:PEOPLE_OFFERED]


def _join(*, application: Application, by: User, at: Any, form: JoinForm) -> None:
    """A person and the membership, or neither."""
    company = form.company_of_newcomer(application.company)
    role = form.cleaned_data["role"]
    with transaction.atomic():
        person = person_at(company=company, by=by, at=at, **form.named)
        apps_actions.join_team(
            application=application, person=person, role=role, by=by, at=at
        )


@member
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    membership = fetch_visible(Membership, request.user, pk=pk)
    application = membership.application
    if not rights.may_manage_team(request.user, application):
        raise PermissionDenied
    form = RoleForm(request.POST or None, instance=membership)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            apps_actions.change_role,
            membership=membership,
            role=form.cleaned_data["role"],
            by=request.user,
        )
        if done:
            return redirect("applications:access", application.pk)
    context = {"application": application, "membership": membership, "form": form}
    return render(request, "contacts/role.html", context)


@member
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks before a person leaves the team; a contact cannot."""
    membership = fetch_visible(Membership, request.user, pk=pk)
    application, person = membership.application, membership.user
    is_own = person.pk == request.user.pk
    if not is_own and not rights.may_manage_team(request.user, application):
        raise PermissionDenied
    if request.method == "POST":
        done = _("%(person)s has left the team of %(app)s.") % {
            "person": person,
            "app": application,
        }
        press(request, actions.leave_team, done, membership=membership, by=request.user)
        return redirect(_after_leaving(request.user, application))
    contacts = TechnicalContact.objects.visible_to(request.user).of(application)
    context = {
        "application": application,
        "membership": membership,
        "is_own": is_own,
        "is_contact": contacts.held_by(person).exists(),
        "cancel": reverse("applications:access", args=[application.pk]),
    }
    return render(request, "contacts/leave.html", context)


def _after_leaving(user: User, application: Application) -> str:
    """The team again, unless the reader no longer sees the application."""
    if Application.objects.visible_to(user).filter(pk=application.pk).exists():
        return reverse("applications:access", args=[application.pk])
    return reverse("home")


@member
def describe(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    application = fetch_visible(Application, request.user, pk=pk)
    if not rights.may_change_application(request.user, application):
        raise PermissionDenied
    # The form writes into a row of its own: the page's header keeps today's name.
    form = DescriptionForm(
        request.POST or None, instance=fetch_visible(Application, request.user, pk=pk)
    )
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            apps_actions.describe_application,
            application=application,
            by=request.user,
            **form.cleaned_data,
        )
        if done:
            return redirect(application)
    context = {"application": application, "form": form}
    return render(request, "contacts/describe.html", context)


@member
def add_environment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    application = fetch_visible(Application, request.user, pk=pk)
    if not rights.may_change_application(request.user, application):
        raise PermissionDenied
    form = EnvironmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            apps_actions.add_environment,
            application=application,
            by=request.user,
            **form.cleaned_data,
        )
        if done:
            return redirect(application)
    context = {"application": application, "form": form}
    return render(request, "contacts/environment.html", context)


@member
def change_environment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    environment = fetch_visible(Environment, request.user, pk=pk)
    application = environment.application
    if not rights.may_change_application(request.user, application):
        raise PermissionDenied
    form = EnvironmentForm(request.POST or None, instance=environment)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            apps_actions.change_environment,
            environment=environment,
            by=request.user,
            **form.cleaned_data,
        )
        if done:
            return redirect(application)
    context = {"application": application, "environment": environment, "form": form}
    return render(request, "contacts/environment.html", context)
