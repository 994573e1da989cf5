"""The pages about people and about one's own account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from companies import actions, leading
from companies.access import fetch_visible, member
from companies.forms import AccountForm
from companies.models import User
from companies.second_factor import second_factor_of


@member
def account(request: HttpRequest) -> HttpResponse:
    person = fetch_visible(User, request.user, pk=request.user.pk)
    form = AccountForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        actions.change_account(
            person, by=request.user, at=timezone.now(), **form.changes
        )
        messages.success(request, _("Your account is changed."))
        return redirect("companies:account")
    context = {
        "form": form,
        "person": person,
        "second_factor": second_factor_of(person),
        "sign_on": leading.binding(person),
    }
    return render(request, "companies/account.html", context)


@member
def security(request: HttpRequest) -> HttpResponse:
    """Where django-allauth leads after a change: the part of the account about it."""
    return redirect(reverse("companies:account") + "#security")
