"""Whose letters about an application say more of a person than everybody may know."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from apps.models import Application, Membership
from companies.models import User


def admins_of(application: Application) -> dict[str, bool]:
    """Addresses of the admins of its company, and whether the team knows them."""
    seats = Membership.objects.filter(application=application, user=OuterRef("pk"))
    admins = User.objects.of(application.company).filter(is_company_admin=True)
    rows = admins.order_by().annotate(is_on_team=Exists(seats.order_by()))
    return dict(rows.values_list("email", "is_on_team"))
