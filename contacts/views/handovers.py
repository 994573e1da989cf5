"""Offering the role, and the page where it is answered: a GET changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.models import Application
from companies.access import fetch_visible, member
from companies.step_up import second_factor_if_enrolled
from contacts import actions, duties, rights
from contacts.forms import DeclineForm, OfferForm
from contacts.models import Handover, TechnicalContact
from contacts.views.deeds import attempt, press


@member
@second_factor_if_enrolled
def offer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Offer the role of one contact; `?contact=` says whose, else one's own."""
    application = fetch_visible(Application, request.user, pk=pk)
    contact = _whose(request, application)
    if not rights.may_offer_handover(request.user, contact):
        raise PermissionDenied
    form = OfferForm(request.POST or None, user=request.user, application=application)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            actions.offer_handover,
            contact=contact,
            to=form.person,
            by=request.user,
            message=form.cleaned_data["message"],
        )
        if done:
            return redirect("contacts:for_application", application.pk)
    context = {"application": application, "contact": contact, "form": form}
    return render(request, "contacts/offer.html", context)


def _whose(request: HttpRequest, application: Application) -> TechnicalContact:
    """The contact named in the address, one's own role, or the only one there is."""
    contacts = list(
        TechnicalContact.objects.visible_to(request.user).of(application).with_people()
    )
    named = request.GET.get("contact")
    for contact in contacts:
        is_own = contact.user_id == request.user.pk
        if str(contact.pk) == named or (not named and is_own):
            return contact
    if not named and contacts:
        return contacts[0]
    raise Http404


@member
@require_GET
def handover(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One handover: to answer for who is invited, to follow for everybody else."""
    row = fetch_visible(Handover, request.user, pk=pk)
    return _show(request, row, DeclineForm(instance=row))


def _show(request: HttpRequest, row: Handover, form: DeclineForm) -> HttpResponse:
    at = timezone.now()
    is_pending = row.is_pending(at)
    may_answer = is_pending and rights.may_answer_handover(request.user, row)
    context = {
        "handover": row,
        "application": row.application,
        "form": form,
        "is_pending": is_pending,
        "is_over": row.is_over(at),
        "may_answer": may_answer,
        "may_cancel": is_pending and rights.may_cancel_handover(request.user, row),
        "receives": duties.receives(row.application, is_you=may_answer),
        "does": duties.does(row.application),
    }
    return render(request, "contacts/handover.html", context)


@member
@require_POST
@second_factor_if_enrolled
def accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = fetch_visible(Handover, request.user, pk=pk)
    done = _("You are technical contact of %(app)s.") % {"app": row.application}
    return _press(request, row, actions.accept_handover, done)


@member
@require_POST
def decline(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = fetch_visible(Handover, request.user, pk=pk)
    if not rights.may_answer_handover(request.user, row):
        raise PermissionDenied
    form = DeclineForm(request.POST, instance=row)
    if not form.is_valid():
        return _show(request, row, form)
    done = _("You declined. %(giver)s stays technical contact of %(app)s.") % {
        "giver": row.from_user,
        "app": row.application,
    }
    answer = form.cleaned_data["answer"]
    return _press(request, row, actions.decline_handover, done, answer=answer)


@member
@require_POST
def remind(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = fetch_visible(Handover, request.user, pk=pk)
    done = _("%(person)s has a mail about it.") % {"person": row.to_user}
    return _press(request, row, actions.remind_handover, done)


@member
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks before the offer is withdrawn."""
    row = fetch_visible(Handover, request.user, pk=pk)
    if not rights.may_cancel_handover(request.user, row):
        raise PermissionDenied
    if request.method == "POST":
        done = _("The handover to %(person)s is withdrawn.") % {"person": row.to_user}
        return _press(request, row, actions.cancel_handover, done)
    context = {
        "application": row.application,
        "handover": row,
        "cancel": reverse("contacts:for_application", args=[row.application_id]),
    }
    return render(request, "contacts/cancel.html", context)


def _press(
    request: HttpRequest,
    row: Handover,
    verb: Callable[..., Any],
    done: str,
    **facts: Any,
) -> HttpResponse:
    """Press one button of a handover; then its app's contacts, or the page again."""
    if press(request, verb, done, handover=row, by=request.user, **facts):
        return redirect("contacts:for_application", row.application_id)
    return redirect(row)
