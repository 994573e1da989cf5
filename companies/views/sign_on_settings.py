"""Single sign-on as a company admin sets it up: provider, test, on and off [CO-17]."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from companies import actions
from companies.access import company_admin
from companies.forms import ConfirmForm
from companies.models import SignOn, User
from companies.sign_on_forms import ProviderForm
from companies.step_up import sensitive
from companies.views.sign_on import lead

MOST_NAMES = 50


def sign_on_of(user: User) -> SignOn | None:
    rows = SignOn.objects.visible_to(user).with_company()
    return rows.filter(company=user.company_id).first()


@company_admin
@sensitive
def configure(request: HttpRequest) -> HttpResponse:
    row = sign_on_of(request.user) or SignOn(company=request.user.company)
    form = ProviderForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.configure_sign_on(
                **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved. Test it now."))
            return redirect("companies:sign_in")
    context = {"form": form, "sign_on": row}
    return render(request, "companies/sign_on_provider.html", context)


@company_admin
def test(request: HttpRequest) -> HttpResponse:
    """To the provider and back, to see whether it would let somebody in."""
    rows = SignOn.objects.visible_to(request.user).with_company()
    row = get_object_or_404(rows.at_rest(), company=request.user.company_id)
    return lead(request, row, hint=request.user.email, next_url="", test=True)


@company_admin
@sensitive
def switch_on(request: HttpRequest) -> HttpResponse:
    """Says whom it concerns and how to get out again, then asks."""
    rows = SignOn.objects.visible_to(request.user).with_company()
    row = get_object_or_404(rows.at_rest(), company=request.user.company_id)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.switch_sign_on_on(by=request.user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            request.user.refresh_from_db()
            update_session_auth_hash(request, request.user)
            messages.success(request, _("Single sign-on is on. Everybody is told."))
            return redirect("companies:sign_in")
    people = User.objects.visible_to(request.user).active().of(row.company)
    bound = people.bound_by(row)
    context = {
        "form": form,
        "sign_on": row,
        "count": bound.count(),
        "bound": list(bound[:MOST_NAMES]),
        "others": list(people.not_bound_by(row)[:MOST_NAMES]),
        "cancel": reverse("companies:sign_in"),
        "tone": "primary",
    }
    return render(request, "companies/sign_on_on.html", context)


@company_admin
@sensitive
def switch_off(request: HttpRequest) -> HttpResponse:
    rows = SignOn.objects.visible_to(request.user).with_company()
    row = get_object_or_404(rows.on(), company=request.user.company_id)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.switch_sign_on_off(row, by=request.user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Single sign-on is off. Everybody is told."))
            return redirect("companies:sign_in")
    context = {"form": form, "sign_on": row, "cancel": reverse("companies:sign_in")}
    return render(request, "companies/sign_on_off.html", context)
