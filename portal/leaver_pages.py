"""Pages on which a person is deactivated, with all that has to be settled before."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from companies import actions as company_actions
from companies.access import fetch_visible, member
from companies.models import User
from companies.step_up import require_second_factor
from portal import actions


@member
def deactivate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every obstacle with the page that settles it; a button once there is none."""
    person = _managed(request, pk)
    if not person.is_active:
        return redirect(person)
    reasons = actions.obstacles(person, request.user)
    if request.method == "POST":
        require_second_factor(request)
        try:
            actions.deactivate_person(person=person, by=request.user, at=timezone.now())
        except ValidationError:
            # The page says why: it lists what still stands in the way.
            messages.error(request, _("Nothing was changed."))
            return redirect("companies:deactivate", person.pk)
        messages.success(request, _("%(name)s is deactivated.") % {"name": person})
        return redirect(person)
    context = {
        "person": person,
        "obstacles": reasons,
        "is_own": person.pk == request.user.pk,
        "cancel": person.get_absolute_url(),
    }
    return render(request, "companies/deactivate.html", context)


@member
def reactivate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    person = _managed(request, pk)
    if request.method == "POST":
        require_second_factor(request)
        company_actions.reopen_account(person, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s is active again.") % {"name": person})
        return redirect(person)
    context = {"person": person, "cancel": person.get_absolute_url(), "tone": "primary"}
    return render(request, "companies/reactivate.html", context)


def _managed(request: HttpRequest, pk: uuid.UUID) -> User:
    """Somebody the reader sees and decides about; externals are not seen [CO-08]."""
    person = fetch_visible(User.objects.with_company(), request.user, pk=pk)
    if not request.user.manages(person):
        raise PermissionDenied
    return person
