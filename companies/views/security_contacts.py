"""The company's security contact: named here, confirmed by a link [CO-16]."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from companies import actions, security_links
from companies.access import company_admin, fetch_visible, public
from companies.forms import ConfirmForm, SecurityContactForm
from companies.models import SecurityContact
from companies.views.addresses import sensitive

PAGE = "companies:company"


@company_admin
@sensitive
def name_security_contact(request: HttpRequest) -> HttpResponse:
    form = SecurityContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contact = actions.name_security_contact(
                request.user.company,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            _say_what_follows(request, contact)
            return redirect(PAGE)
    return render(request, "companies/name_security_contact.html", {"form": form})


@company_admin
@require_POST
def ask_security_contact_again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    contact = _fetch(request, pk)
    try:
        actions.ask_security_contact_again(contact, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        words = _("The link is on its way to %(email)s again.")
        messages.success(request, words % {"email": contact.email})
    return redirect(PAGE)


@company_admin
def remove_security_contact(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _remove(request, _fetch(request, pk))


@sensitive
def _remove(request: HttpRequest, contact: SecurityContact) -> HttpResponse:
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.remove_security_contact(contact, by=request.user, at=timezone.now())
        words = _("%(name)s is removed as security contact.")
        messages.success(request, words % {"name": contact.name})
        return redirect(PAGE)
    context = {"contact": contact, "form": form, "cancel": reverse(PAGE)}
    return render(request, "companies/remove_security_contact.html", context)


@public("whoever reads the mailbox of a security contact needs no account")
@never_cache
def confirm_security_contact(request: HttpRequest, key: str) -> HttpResponse:
    """A page with one button: opening it changes nothing, for scanners open links."""
    contact = security_links.contact_in(key, timezone.now())
    is_done = False
    if contact and request.method == "POST":
        try:
            actions.confirm_security_contact(contact, at=timezone.now())
            is_done = True
        except ValidationError:
            contact = None
    context = {"contact": contact, "is_done": is_done}
    return render(request, "companies/confirm_security_contact.html", context)


def _fetch(request: HttpRequest, pk: uuid.UUID) -> SecurityContact:
    return fetch_visible(SecurityContact.objects.with_people(), request.user, pk=pk)


def _say_what_follows(request: HttpRequest, contact: SecurityContact) -> None:
    if contact.is_confirmed:
        messages.success(request, _("The name of the security contact is changed."))
        return
    words = _("A link is on its way to %(email)s. It has to be confirmed there.")
    messages.success(request, words % {"email": contact.email})
