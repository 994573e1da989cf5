"""The tab "Access": the team; and what an application is called and where it runs."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
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
from companies import audit
from companies.access import fetch_visible, member
from companies.models import User
from companies.step_up import require_second_factor
from companies.verbs import Verb
from contacts import actions, rights
from contacts.matrix import Matrix
from contacts.models import TechnicalContact
from contacts.views.deeds import attempt, press
from ui.forms import Fault

RECENT = 6
ABOUT_ACCESS = [
    Verb.RIGHTS_CHANGED,
    Verb.TEAM_JOINED,
    Verb.TEAM_LEFT,
    Verb.CONTACT_APPOINTED,
    Verb.CONTACT_DISMISSED,
    Verb.HANDOVER_ACCEPTED,
]


@member
def access(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who may what and who is on the team, and the form that adds a colleague."""
    user = request.user
    application = fetch_visible(
        Application.objects.select_related("company"), user, pk=pk
    )
    if request.method != "POST":
        place = request.GET.get("environment", "")
        return show_access(request, application, place=place)
    if not rights.may_manage_team(user, application):
        raise PermissionDenied
    form = JoinForm(request.POST, governs=rights.governs(user, application))
    if form.is_valid():
        done = attempt(form, _join, application=application, by=user, form=form)
        if done:
            messages.success(
                request,
                _("%(email)s is on the team.") % {"email": form.cleaned_data["email"]},
            )
            return redirect("applications:access", application.pk)
    return show_access(request, application, form=form)


def show_access(
    request: HttpRequest,
    application: Application,
    *,
    form: JoinForm | None = None,
    place: str = "",
    ticked: Collection[str] | None = None,
    refusals: Collection[Fault] = (),
) -> HttpResponse:
    """The page; with what was refused of the form, or of the boxes (`ticked`)."""
    user = request.user
    seats = list(Membership.objects.visible_to(user).of(application).with_people())
    places = _places(user, application)
    chosen = _chosen(places, place)
    holdings = rights.rights_of(application, chosen)
    governs = rights.governs(user, application)
    may_manage = governs or (user.is_active and user.pk in holdings.contacts)
    context = {
        "application": application,
        "tab": "access",
        "team": seats,
        "contact_ids": holdings.contacts,
        "may_manage": may_manage and not application.offboarded_at,
        "may_export": may_manage,
        "form": form or JoinForm(governs=governs),
        "people": _colleagues(user, application) if may_manage else [],
        "places": places,
        "matrix": chosen and Matrix(chosen, seats, holdings, user, ticked),
        "refusals": refusals,
        "history": _history(application),
    }
    return render(request, "contacts/access.html", context)


def _places(user: User, application: Application) -> list[Environment]:
    """Where rights are given: on the Cloud, the production environments first."""
    if not application.is_cloud:
        return []
    found = Environment.objects.visible_to(user).of(application).live()
    places = list(found.order_by("created_at", "id"))
    return sorted(places, key=lambda row: row.purpose != row.Purpose.PRODUCTION)


def _chosen(places: list[Environment], name: str) -> Environment | None:
    """The environment the address names, else the first."""
    named = [place for place in places if place.name == name]
    return next(iter(named or places), None)


def _history(application: Application) -> list[dict[str, Any]]:
    """The latest changes to the team and its rights, as a timeline shows them."""
    entries = audit.log_of(application.pk).of_verbs(ABOUT_ACCESS)[:RECENT]
    return [
        {
            "tone": "",
            "glyph": "ring",
            "sentence": format_html("<b>{}</b> {}", entry.actor, entry.sentence),
            "at": entry.at,
        }
        for entry in entries
    ]


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
        if form.moves_production:
            require_second_factor(request)  # rights given off production come along
        done = attempt(
            form,
            apps_actions.change_environment,
            environment=environment,
            by=request.user,
            **form.cleaned_data,
        )
        if done:
            return redirect(application)
    context = {
        "application": application,
        "environment": environment,
        "form": form,
        "may_offboard": rights.may_offboard(request.user, application),
    }
    return render(request, "contacts/environment.html", context)
