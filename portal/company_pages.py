"""A company's page and a person's: facts of the ground, joined by those of above."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.models import Membership
from companies.access import fetch_visible, member
from companies.models import Company, User
from contacts.models import TechnicalContact
from tickets.models import ServiceTarget


@dataclass(frozen=True)
class Promise:
    """One line of the service level: how fast tickets of a priority go."""

    priority: int
    name: str
    answer: str
    solution: str
    around_the_clock: bool


@member
def person(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who this is, how to reach them, and which apps both of us know."""
    reader = request.user
    someone = fetch_visible(User.objects.with_company(), reader, pk=pk)
    work = Membership.objects.visible_to(reader).of_person(someone).in_live_apps()
    held = TechnicalContact.objects.visible_to(reader).held_by(someone)
    context = {
        "person": someone,
        "memberships": list(work),
        "contact_of": {contact.application_id for contact in held},
        "may_manage": reader.manages(someone) and someone.pk != reader.pk,
        "at": timezone.now(),
    }
    return render(request, "companies/person.html", context)


@member
def company(request: HttpRequest) -> HttpResponse:
    """The agreement with the vendor, and whom to ask on either side."""
    reader = request.user
    if reader.company_id is None:
        raise Http404
    own = fetch_visible(
        Company.objects.with_people_in_charge(), reader, pk=reader.company_id
    )
    level = own.service_level
    context = {
        "company": own,
        "promises": [promise(target) for target in level.targets.all()]
        if level
        else [],
        "admins": list(User.objects.visible_to(reader).admins_of(own))
        if reader.sees_roles
        else [],
        "at": timezone.now(),
    }
    return render(request, "companies/company.html", context)


def promise(target: ServiceTarget) -> Promise:
    return Promise(
        priority=target.priority,
        name=target.get_priority_display(),
        answer=open_time(target.response_minutes),
        solution=open_time(target.resolution_minutes or 0),
        around_the_clock=target.around_the_clock,
    )


def open_time(minutes: int) -> str:
    """40 h; 1 h 30 min: never in days, for a day of support is shorter than a day."""
    hours, rest = divmod(minutes, 60)
    words = [_("%(count)d h") % {"count": hours}] if hours else []
    if rest:
        words.append(_("%(count)d min") % {"count": rest})
    return " ".join(words)
