"""What the archive of a company's data holds of this floor: apps and their teams."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.models import Application, Environment, Membership
from companies.models import Company
from companies.tables import Table, rows_of

APPLICATIONS = {
    "id": "id",
    "name": "name",
    "description": "description",
    "hosting": "hosting",
    "location": "location",
    "ordered_at": "ordered_at",
    "ordered_by": "ordered_by__name",
    "order_signed_at": "order_signed_at",
    "contact_named_in_order": "named_contact__name",
    "delivered_at": "delivered_at",
    "offboarded_at": "offboarded_at",
}
ENVIRONMENTS = {
    "id": "id",
    "application_id": "application_id",
    "application": "application__name",
    "name": "name",
    "purpose": "purpose",
    "address": "url",
    "platform_version": "platform_version",
    "created_at": "created_at",
    "offboarded_at": "offboarded_at",
}
TEAM_MEMBERS = {
    "application_id": "application_id",
    "application": "application__name",
    "person": "user__name",
    "email": "user__email",
    "role": "role",
    "joined_at": "joined_at",
}


def tables(company: Company) -> list[Table]:
    """Externals are named on the teams they work on, as the portal names them."""
    return [
        Table(
            "applications",
            _("Your apps, also those off-boarded"),
            rows_of(Application, company),
            APPLICATIONS,
            order=("name", "pk"),
        ),
        Table(
            "environments",
            _("Where the apps run"),
            rows_of(Environment, company),
            ENVIRONMENTS,
        ),
        Table(
            "team_members",
            _("Who works on which app, also people of other companies"),
            rows_of(Membership, company),
            TEAM_MEMBERS,
        ),
    ]
