"""The tab "Contacts": who answers for the app, and changing it at once."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps import actions as apps_actions
from apps.forms import PEOPLE_OFFERED, ContactForm
from apps.models import Application
from apps.people import person_at
from companies.access import fetch_visible, member, staff
from companies.models import User
from companies.step_up import second_factor_if_enrolled
from contacts import actions, duties, rights
from contacts.forms import (
    AppointForm,
    DismissForm,
    HostingForm,
    OffboardForm,
    ReplaceForm,
)
from contacts.models import Handover, TechnicalContact
from contacts.views.deeds import attempt, press


@member
@require_GET
def for_application(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user, at = request.user, timezone.now()
    application = fetch_visible(Application, request.user, pk=pk)
    rows = TechnicalContact.objects.visible_to(user).of(application).with_people()
    contacts = [contact.judged(at) for contact in rows.with_health()]
    handovers = list(
        Handover.objects.visible_to(user).of(application).pending(at).with_people()
    )
    is_contact = any(contact.user_id == user.pk for contact in contacts)
    governs = rights.governs(user, application)
    context = {
        "application": application,
        "tab": "contacts",
        "contacts": contacts,
        "handovers": handovers,
        "offered_by_now": {row.from_user_id for row in handovers},
        "is_contact": is_contact,
        "governs": governs,
        "may_manage": (governs or is_contact) and not application.offboarded_at,
        "receives": duties.receives(application, is_you=is_contact),
        "does": duties.does(application),
    }
    return render(request, "contacts/list.html", context)


@member
@second_factor_if_enrolled
def appoint(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    application = fetch_visible(Application, request.user, pk=pk)
    if not rights.may_appoint(request.user, application):
        raise PermissionDenied
    form = AppointForm(request.POST or None, user=request.user, application=application)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            actions.appoint,
            application=application,
            person=form.person,
            by=request.user,
            reason=form.cleaned_data["reason"],
        )
        if done:
            _say_who(request, form.person, application)
            return redirect("contacts:for_application", application.pk)
    context = {"application": application, "form": form}
    return render(request, "contacts/appoint.html", context)


@member
@second_factor_if_enrolled
def replace(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    contact = fetch_visible(TechnicalContact, request.user, pk=pk)
    application = contact.application
    if not rights.may_replace_contact(request.user, application):
        raise PermissionDenied
    form = ReplaceForm(request.POST or None, user=request.user, application=application)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            actions.replace_contact,
            contact=contact,
            person=form.person,
            by=request.user,
            reason=form.cleaned_data["reason"],
        )
        if done:
            _say_who(request, form.person, application)
            return redirect("contacts:for_application", application.pk)
    context = {"application": application, "contact": contact, "form": form}
    return render(request, "contacts/replace.html", context)


@member
@second_factor_if_enrolled
def dismiss(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A page that says what is lost; the contact gives up the own role here too."""
    contact = fetch_visible(TechnicalContact, request.user, pk=pk)
    if not rights.may_dismiss(request.user, contact):
        raise PermissionDenied
    form = DismissForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        done = attempt(
            form,
            actions.dismiss,
            contact=contact,
            by=request.user,
            reason=form.cleaned_data["reason"],
        )
        if done:
            messages.success(
                request,
                _("%(person)s is no longer a technical contact of %(app)s.")
                % {"person": contact.user, "app": contact.application},
            )
            return redirect("contacts:for_application", contact.application_id)
    context = {
        "application": contact.application,
        "contact": contact,
        "form": form,
        "cancel": reverse("contacts:for_application", args=[contact.application_id]),
    }
    return render(request, "contacts/dismiss.html", context)


@member
@require_POST
def write_again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The letter of the appointment once more, to a contact without an account."""
    contact = fetch_visible(TechnicalContact, request.user, pk=pk)
    done = _("%(person)s has the letter again. It says how to choose a password.")
    words = done % {"person": contact.user}
    press(request, actions.write_again, words, contact=contact, by=request.user)
    return redirect("contacts:for_application", contact.application_id)


@member
def name_contact(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Name another person in an order that waits for its signature."""
    application = fetch_visible(Application, request.user, pk=pk)
    if not rights.may_order(request.user, application.company):
        raise PermissionDenied
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, _name, application=application, by=request.user, form=form)
        if done:
            return redirect("contacts:for_application", application.pk)
    people = User.objects.visible_to(request.user).active().of(application.company)
    context = {
        "application": application,
        "form": form,
        "people": people[:PEOPLE_OFFERED],
    }
    return render(request, "contacts/name.html", context)


@staff
def change_hosting(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    application = fetch_visible(Application, request.user, pk=pk)
    form = HostingForm(request.POST or None, user=request.user, application=application)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            actions.change_hosting,
            application=application,
            hosting=form.cleaned_data["hosting"],
            keep=form.kept,
            by=request.user,
        )
        if done:
            messages.success(
                request,
                _("%(app)s runs %(hosting)s from now on.")
                % {"app": application, "hosting": application.get_hosting_display()},
            )
            return redirect("contacts:for_application", application.pk)
    context = {"application": application, "form": form}
    return render(request, "contacts/hosting.html", context)


@staff
def offboard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks for the name before an application and all its environments end."""
    application = fetch_visible(Application, request.user, pk=pk)
    form = OffboardForm(request.POST or None, application=application)
    if request.method == "POST" and form.is_valid():
        verb = actions.offboard_application
        if attempt(form, verb, application=application, by=request.user):
            messages.success(
                request, _("%(app)s is off-boarded.") % {"app": application}
            )
            return redirect(application)
    context = {
        "application": application,
        "form": form,
        "cancel": application.get_absolute_url(),
    }
    return render(request, "contacts/offboard.html", context)


def _name(*, application: Application, by: User, at: Any, form: ContactForm) -> None:
    company = form.company_of_newcomer(application.company)
    with transaction.atomic():
        person = person_at(company=company, by=by, at=at, **form.named)
        apps_actions.name_contact(application=application, person=person, by=by, at=at)


def _say_who(request: HttpRequest, person: User, application: Application) -> None:
    messages.success(
        request,
        _("%(person)s is now technical contact of %(app)s.")
        % {"person": person, "app": application},
    )
