"""Whom a person of a company knows: colleagues, and outsiders on the company's teams.

An external is somebody of another company, or of none, who works on one of this
company's apps [CO-08]. Their own company decides about their account.
"""

from __future__ import annotations

from apps.models import Membership
from companies.models import User, UserQuerySet


def externals_of(reader: User) -> UserQuerySet:
    """Outsiders on those teams of the reader's company that the reader may see."""
    if reader.company_id is None:
        return User.objects.none()
    seats = Membership.objects.visible_to(reader).of_company(reader.company_id)
    teams = seats.in_live_apps().order_by().values("user")
    return User.objects.filter(pk__in=teams).exclude(company=reader.company_id)


def known_to(reader: User) -> UserQuerySet:
    """Colleagues and externals; everybody for vendor staff.

    Two subqueries joined by UNION, as in `companies.access`: an OR would scan.
    """
    people = User.objects.visible_to(reader)
    if reader.company_id is None:
        return people
    ways = (
        people.order_by()
        .values("pk")
        .union(externals_of(reader).order_by().values("pk"))
    )
    return User.objects.filter(pk__in=ways)


def is_external(person: User, reader: User) -> bool:
    """Whether this person is of another house than the reader, who is a customer."""
    return reader.company_id is not None and person.company_id != reader.company_id
