"""Pages about who hears of an application, and of which applications nobody does."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.models import Application
from companies.access import fetch_visible, member
from contacts.rights import may_manage_contacts
from portal import told


@member
@require_safe
def application_told(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who would be told now; for those who can do something about it."""
    application = fetch_visible(
        Application.objects.select_related(
            "company__account_executive", "company__customer_success_manager"
        ),
        request.user,
        pk=pk,
    )
    if not may_manage_contacts(request.user, application):
        raise PermissionDenied
    notices = told.notices(application, request.user, timezone.now())
    context = {"application": application, "tab": "contacts", "notices": notices}
    return render(request, "applications/told.html", context)
