"""Whose letters about an application say more of a person than everybody may know."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from apps.models import Application, Membership
from companies.models import AddressChange, User, UserQuerySet


def admins_of(application: Application) -> dict[str, bool]:
    """Addresses of the admins of its company, and whether the team knows them.

    Those they had before with them: an old letter says no more of them than a new one.
    """
    seats = Membership.objects.filter(application=application, user=OuterRef("pk"))
    admins = User.objects.of(application.company).filter(is_company_admin=True)
    rows = admins.order_by().annotate(is_on_team=Exists(seats.order_by()))
    known = {admin.pk: admin for admin in rows}
    before = AddressChange.objects.changed().of_people(known)
    old = {row.old: known[row.person_id].is_on_team for row in before}
    return old | {admin.email: admin.is_on_team for admin in known.values()}


def customers_of(application: Application) -> UserQuerySet:
    """People of any customer, and whoever is on the team without a company."""
    team = Membership.objects.filter(application=application).values("user")
    people = User.objects.filter(is_staff=False).order_by()
    return people.filter(Q(company__isnull=False) | Q(pk__in=team.order_by()))


def is_a_customers(address: str, application: Application) -> Q:
    """Rows whose `address` belongs to a customer's person, or did before.

    Whatever else letters went to is the vendor's: its people of today and of former
    days, and the mailboxes of its desk.
    """
    people = customers_of(application)
    before = AddressChange.objects.changed().filter(person__in=people).order_by()
    return Q(Exists(people.filter(email=OuterRef(address)))) | Q(
        Exists(before.filter(old=OuterRef(address)))
    )
