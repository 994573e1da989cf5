"""Ordering an application; pages about its people and places are in `contacts`."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps import actions, rights
from apps.forms import PEOPLE_OFFERED, CompanySearch, OrderForm
from apps.models import Application
from apps.people import person_at
from companies.access import fetch_visible, member
from companies.models import Company, User

COMPANIES_SHOWN = 20


@member
def new(request: HttpRequest) -> HttpResponse:
    """The order; vendor staff first find the company they order for."""
    if not rights.may_order(request.user):
        raise PermissionDenied
    if request.user.is_staff and "company" not in request.GET:
        return _choose_company(request)
    company = _company(request)
    form = OrderForm(request.POST or None, user=request.user, company=company)
    if request.method == "POST" and form.is_valid():
        application = _order(request, form, company)
        if application:
            messages.success(
                request,
                _("%(app)s is ordered. We tell you when the order is signed.")
                % {"app": application},
            )
            return redirect(application)
    people = User.objects.visible_to(request.user).active().of(company)
    context = {"form": form, "company": company, "people": people[:PEOPLE_OFFERED]}
    return render(request, "applications/new.html", context)


def _company(request: HttpRequest) -> Company:
    """The own one; for staff the one in the address, which is a UUID or nothing."""
    if not request.user.is_staff:
        return request.user.company
    try:
        chosen = uuid.UUID(request.GET["company"])
    except ValueError as nonsense:
        raise Http404 from nonsense
    return fetch_visible(Company, request.user, pk=chosen)


def _choose_company(request: HttpRequest) -> HttpResponse:
    form = CompanySearch(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = Company.objects.visible_to(request.user).named_like(words) if words else []
    context = {
        "form": form,
        "words": words,
        "companies": found[:COMPANIES_SHOWN],
        "shown": COMPANIES_SHOWN,
    }
    return render(request, "applications/choose_company.html", context)


def _order(
    request: HttpRequest, form: OrderForm, company: Company
) -> Application | None:
    """The verb and the person it may name in one transaction: both or neither."""
    who_and_when = {"by": request.user, "at": timezone.now()}
    try:
        with transaction.atomic():
            contact = person_at(
                company=form.company_of_newcomer(company), **form.named, **who_and_when
            )
            return actions.order_application(
                company=company, contact=contact, **form.order, **who_and_when
            )
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return None
