"""What people of a company do on its page; the page needs all floors (portal)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from companies import actions
from companies.access import company_admin, fetch_visible, member
from companies.forms import CompanyForm
from companies.models import Company

PAGE = "companies:company"


@company_admin
def edit_company(request: HttpRequest) -> HttpResponse:
    company = fetch_visible(
        Company.objects.with_people_in_charge(),
        request.user,
        pk=request.user.company_id,
    )
    form = CompanyForm(request.POST or None, instance=company)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        actions.edit_company(company, by=request.user, at=at, **form.changes)
        messages.success(request, _("The facts of your company are saved."))
        return redirect(PAGE)
    context = {"form": form, "company": company}
    return render(request, "companies/edit_company.html", context)


@member
@require_POST
def ask_service_level(request: HttpRequest) -> HttpResponse:
    """Once for the company: whoever asks again is told that it is asked already."""
    company = request.user.company
    if company is None:
        raise PermissionDenied
    if actions.ask_service_level(company, by=request.user, at=timezone.now()):
        messages.success(request, _("We have your request and will answer by e-mail."))
    else:
        messages.info(request, _("This was asked for already."))
    return redirect(PAGE)
