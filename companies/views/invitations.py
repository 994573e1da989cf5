"""Inviting people to one's company, and what admins do about open invitations."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from companies import actions
from companies.access import company_admin, fetch_visible
from companies.forms import ConfirmForm
from companies.invitation_forms import InviteForm
from companies.invitees import Invitee
from companies.models import Invitation, User
from companies.step_up import require_second_factor
from ui.pages import keyset


@company_admin
def invite(request: HttpRequest) -> HttpResponse:
    """To invite a company admin is to name one, and asks for the factor as well."""
    form, leavers = InviteForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        people = form.cleaned_data["addresses"]
        if form.wish["role"] == Invitation.Role.ADMIN:
            require_second_factor(request)
        who = {"by": request.user, "at": timezone.now()}
        try:
            rows = actions.invite(request.user.company, people, **form.wish, **who)
        except ValidationError as refusal:
            form.add_error("addresses", refusal)
            leavers = _leavers(request, people)
        else:
            messages.success(request, _invited(rows))
            return redirect("companies:people")
    context = {"form": form, "leavers": leavers}
    return render(request, "companies/invite.html", context)


def _invited(rows: list[Invitation]) -> str:
    words = ngettext("%(who)s is invited.", "%(count)s people are invited.", len(rows))
    return words % {"who": rows[0].whom, "count": len(rows)}


def _leavers(request: HttpRequest, people: list[Invitee]) -> list[User]:
    """Whom to reactivate rather than to invite."""
    known = User.objects.visible_to(request.user).in_state("closed")
    return list(known.filter(email__in=[invitee.email for invitee in people]))


@company_admin
@require_safe
def invitation_list(request: HttpRequest) -> HttpResponse:
    rows = Invitation.objects.visible_to(request.user).open().with_people()
    page = keyset(rows, request, order=("lapses_at", "id"))
    context = {"page": page, "at": timezone.now()}
    return render(request, "companies/invitations.html", context)


@company_admin
@require_POST
def send_invitation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    invitation = fetch_visible(Invitation, request.user, pk=pk)
    try:
        actions.send_invitation_again(invitation, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        words = _("A new letter is on its way to %(email)s. The old link is dead.")
        messages.success(request, words % {"email": invitation.email})
    return redirect("companies:people")


@company_admin
def withdraw_invitation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    invitation = fetch_visible(Invitation, request.user, pk=pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        who = {"by": request.user, "at": timezone.now()}
        try:
            actions.withdraw_invitation(invitation, **who)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            words = _("The invitation of %(email)s is withdrawn.")
            messages.success(request, words % {"email": invitation.email})
            return redirect("companies:people")
    context = {
        "invitation": invitation,
        "form": form,
        "cancel": reverse("companies:people"),
    }
    return render(request, "companies/withdraw_invitation.html", context)
