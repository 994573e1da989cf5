"""What must be settled before a person can be deactivated, and where to settle it.

Every floor names its own obstacles in a module of this name; the roof joins them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from companies.access import TenantQuerySet
from companies.models import User


@dataclass(frozen=True)
class Obstacle:
    """One reason why somebody cannot go yet, and the page on which to settle it."""

    words: str
    url: str
    deed: str


def marked(rows: TenantQuerySet, reader: User) -> TenantQuerySet:
    """With `is_seen`: whether the reader may see the row and so settle it."""
    visible = rows.model.objects.visible_to(reader).filter(pk=OuterRef("pk"))
    return rows.annotate(is_seen=Exists(visible.order_by()))


def elsewhere(words: str) -> Obstacle:
    """About an app that the reader may not see: it is not named; support settles it."""
    return Obstacle(
        words, f"{reverse('tickets:new')}?application=general", _("Ask support")
    )


def obstacles(person: User, reader: User) -> Iterator[Obstacle]:
    """What the company itself holds a person back for [CO-05, CO-10, E35]."""
    company = person.company
    if company is None:
        return
    words = {"person": person, "company": company}
    others = User.objects.admins_of(company).exclude(pk=person.pk)
    if person.is_company_admin and not others.exists():
        yield Obstacle(
            _("%(person)s is the only company admin of %(company)s.") % words,
            _page_of_people(reader, person),
            _("Make somebody else company admin"),
        )
    if company.contact_id == person.pk:
        yield Obstacle(
            _("%(person)s is the company contact of %(company)s.") % words,
            _page_to_name_contact(reader, person),
            _("Change the company in the support desk")
            if reader.is_staff
            else _("Be the company contact yourself"),
        )


def _page_of_people(reader: User, person: User) -> str:
    if not reader.is_staff:
        return reverse("companies:people")
    desk = reverse("admin:companies_user_changelist")
    return f"{desk}?company__id__exact={person.company_id}"


def _page_to_name_contact(reader: User, person: User) -> str:
    if reader.is_staff:
        return reverse("admin:companies_company_change", args=[person.company_id])
    return reverse("companies:name_contact", args=[reader.pk])
