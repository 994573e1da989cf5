"""What the archive of a company's data holds of this floor: itself and its people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from companies.models import (
    ActivityEntry,
    ClaimedDomain,
    Company,
    Invitation,
    SecurityContact,
    User,
)
from companies.tables import Table, rows_of

COMPANY = {
    "id": "id",
    "name": "name",
    "service_level": "service_level__name",
    "account_executive": "account_executive__name",
    "customer_success_manager": "customer_success_manager__name",
    "company_contact": "contact__name",
    "address": "address",
    "time_zone": "time_zone",
    "customer_since": "created_at",
}
PEOPLE = {
    "id": "id",
    "name": "name",
    "email": "email",
    "job_title": "job_title",
    "phone": "phone",
    "language": "language",
    "time_zone": "time_zone",
    "is_company_admin": "is_company_admin",
    "is_active": "is_active",
    "known_since": "created_at",
    "registered_at": "registered_at",
    "last_sign_in": "last_login",
}
INVITATIONS = {
    "email": "email",
    "name": "name",
    "role": "role",
    "message": "message",
    "invited_by": "invited_by__name",
    "accepted_by": "accepted_by__name",
    "state": "state",
    "invited_at": "invited_at",
    "lapses_at": "lapses_at",
    "closed_at": "closed_at",
}
MAIL_DOMAINS = {
    "name": "name",
    "state": "state",
    "claimed_by": "claimed_by__name",
    "claimed_at": "claimed_at",
    "reason": "reason",
    "decided_at": "decided_at",
}
SECURITY_CONTACTS = {
    "name": "name",
    "email": "email",
    "named_by": "named_by__name",
    "named_at": "named_at",
    "confirmed_at": "confirmed_at",
}

ACTIVITY = {
    "at": "at",
    "who": "actor",
    "what": "verb",
    "thing": "thing",
    "old": "old",
    "new": "new",
    "application_id": "about",
}


def tables(company: Company) -> list[Table]:
    """No password, session or notice is among the columns."""
    return [*_of_itself(company), *_of_people(company)]


def _of_people(company: Company) -> list[Table]:
    return [
        Table(
            "people",
            _("The people of your company, also those deactivated"),
            rows_of(User, company),
            PEOPLE,
            order=("name", "pk"),
        ),
        Table(
            "invitations",
            _("Who was invited, and what became of it"),
            rows_of(Invitation, company),
            INVITATIONS,
        ),
    ]


def _of_itself(company: Company) -> list[Table]:
    return [
        Table(
            "company",
            _("Your company, and who looks after it"),
            rows_of(Company, company),
            COMPANY,
        ),
        Table(
            "mail_domains",
            _("The mail domains that your company has claimed"),
            rows_of(ClaimedDomain, company),
            MAIL_DOMAINS,
        ),
        Table(
            "security_contacts",
            _("Who is told of security matters"),
            rows_of(SecurityContact, company),
            SECURITY_CONTACTS,
        ),
        Table(
            "activity",
            _("Who did what, since the beginning"),
            rows_of(ActivityEntry, company),
            ACTIVITY,
        ),
    ]
