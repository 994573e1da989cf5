"""Another e-mail address: asked for here, confirmed by a letter to the new one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from companies import actions, new_addresses
from companies.access import member
from companies.forms import ConfirmForm, NewAddressForm
from companies.step_up import sensitive


@member
@sensitive
def change_address(request: HttpRequest) -> HttpResponse:
    form = NewAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["email"]
        try:
            actions.ask_address(request.user, new, at=timezone.now())
        except ValidationError as refusal:
            form.add_error("email", refusal)
        else:
            return render(request, "companies/address_asked.html", {"new": new})
    return render(request, "companies/change_address.html", {"form": form})


@member
@never_cache
def confirm_address(request: HttpRequest, key: str) -> HttpResponse:
    """Only for the person who asked: a letter that went astray changes nothing."""
    new = new_addresses.address_in(key, request.user)
    if not new:
        return render(request, "companies/address_link_dead.html")
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.change_address(request.user, new, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Your address is changed."))
            return redirect("companies:account")
    context = {"form": form, "new": new, "cancel": reverse("companies:account")}
    return render(
        request, "companies/confirm_address.html", {**context, "tone": "primary"}
    )
