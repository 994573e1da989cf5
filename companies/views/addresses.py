"""Another e-mail address: asked for here, confirmed by letters to both."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from companies import actions, new_addresses
from companies.access import member, public
from companies.forms import ConfirmForm, NewAddressForm
from companies.models import AddressChange
from companies.step_up import sensitive
from ui import times


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
            context = {"new": new, "days": settings.ADDRESS_CHANGE_DAYS}
            return render(request, "companies/address_asked.html", context)
    waiting = AddressChange.objects.visible_to(request.user).open().first()
    context = {"form": form, "waiting": waiting, "days": settings.ADDRESS_CHANGE_DAYS}
    return render(request, "companies/change_address.html", context)


@member
@require_POST
def withdraw_address(request: HttpRequest) -> HttpResponse:
    actions.withdraw_address(request.user, at=timezone.now())
    messages.success(request, _("Your address stays as it is."))
    return redirect("companies:account")


@member
@never_cache
def confirm_address(request: HttpRequest, key: str) -> HttpResponse:
    """Only for the person who asked: a letter that went astray changes nothing."""
    change = new_addresses.change_in(key, new_addresses.NEW, timezone.now())
    if change is None or change.person != request.user:
        return render(request, "companies/address_link_dead.html")
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            change = actions.confirm_new_address(change, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            _say_what_follows(request, change)
            return redirect("companies:account")
    cancel = reverse("companies:account")
    context = {"form": form, "change": change, "cancel": cancel, "tone": "primary"}
    return render(request, "companies/confirm_address.html", context)


@public("its link carries a signed key; a stranger may have shut its reader out")
@never_cache
def answer_address(request: HttpRequest, key: str) -> HttpResponse:
    """The old address agrees or objects; a GET does neither."""
    change = new_addresses.change_in(key, new_addresses.OLD, timezone.now())
    answer = request.POST.get("answer", "") if change else ""
    verbs = {"yes": actions.confirm_old_address, "no": actions.refuse_address}
    if answer in verbs:
        try:
            verbs[answer](change, at=timezone.now())
        except ValidationError:
            change, answer = None, ""
    context = {"change": change, "answer": answer}
    return render(request, "companies/answer_address.html", context)


def _say_what_follows(request: HttpRequest, change: AddressChange) -> None:
    if change.is_confirmed:
        messages.success(request, _("Your address is changed."))
        return
    words = _(
        "Thank you. One word is missing, that of %(old)s. Without it, the change takes"
        " effect on %(when)s."
    )
    when = times.moment(change.takes_effect_at)
    messages.info(request, words % {"old": change.old, "when": when})
