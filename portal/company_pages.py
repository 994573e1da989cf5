"""A company's page and a person's: facts of the ground, joined by those of above."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.externals import externals_of, is_external, known_to
from apps.models import Membership
from companies.access import fetch_visible, member
from companies.forms import PeopleFilter
from companies.models import Company, Invitation, User
from contacts.models import TechnicalContact
from portal.company_facts import CompanyFacts
from ui.counting import count_all, in_figures
from ui.pages import keyset

# More than these stand on a page of their own.
INVITATIONS = 5


@member
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Colleagues and externals by name; everybody for vendor staff [CO-08]."""
    reader, bar = request.user, PeopleFilter(request.GET)
    only_externals = bar.chosen_state == "external"
    rows = externals_of(reader) if only_externals else known_to(reader)
    found = rows.in_state(bar.chosen_state).matching(bar.words)
    page = keyset(found.with_company(), request)
    outsiders = {someone.pk for someone in page if is_external(someone, reader)}
    context = {"page": page, "bar": bar, "externals": outsiders}
    context |= open_invitations(reader)
    return render(request, "companies/people.html", context)


def open_invitations(reader: User) -> dict[str, Any]:
    """The first to lapse, and how many there are; nothing for who does not invite."""
    if not reader.is_company_admin:
        return {"invitations": [], "invitation_count": ""}
    rows = Invitation.objects.visible_to(reader).open()
    first = list(rows.with_people().order_by("lapses_at", "id")[: INVITATIONS + 1])
    count = len(first)
    if count > INVITATIONS:
        count = count_all(invitations=rows)["invitations"]
    return {"invitations": first[:INVITATIONS], "invitation_count": in_figures(count)}


@member
@require_safe
def person(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who this is, how to reach them, and which apps both of us know.

    Of an external only what concerns this company: its apps, and the address.
    """
    reader = request.user
    someone = get_object_or_404(known_to(reader).with_company(), pk=pk)
    outside = is_external(someone, reader)
    work = Membership.objects.visible_to(reader).of_person(someone).in_live_apps()
    if outside:
        work = work.of_company(reader.company_id)
    held = TechnicalContact.objects.visible_to(reader).held_by(someone).with_health()
    at = timezone.now()
    roles = {contact.application_id: contact.judged(at) for contact in held}
    memberships = list(work)
    for membership in memberships:
        membership.contact = roles.get(membership.application_id)
    context = {
        "person": someone,
        "memberships": memberships,
        "is_external": outside,
        "may_manage": reader.manages(someone) and someone.pk != reader.pk,
        "at": at,
    }
    return render(request, "companies/person.html", context)


@member
@require_safe
def company(request: HttpRequest) -> HttpResponse:
    """What is agreed with the vendor, what runs until when, and whom to ask."""
    reader = request.user
    if reader.company_id is None:
        raise Http404
    own = fetch_visible(
        Company.objects.with_people_in_charge(), reader, pk=reader.company_id
    )
    facts = CompanyFacts(own, reader, timezone.now())
    request.place_counts = facts.counts
    context = {"company": own, "facts": facts, "at": facts.at}
    return render(request, "companies/company.html", context)
