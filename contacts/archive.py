"""What the archive of a company's data holds of this floor: contacts and rights."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from companies.archive import ACTIVITY
from companies.models import ActivityEntry, Company
from companies.tables import Table, rows_of
from companies.verbs import Verb
from contacts.models import Concern, Grant, Handover, Review, TechnicalContact

# Each of them says that the role began, ended or moved.
CHANGES_OF_CONTACT = (
    Verb.CONTACT_APPOINTED,
    Verb.CONTACT_DISMISSED,
    Verb.HANDOVER_OFFERED,
    Verb.HANDOVER_ACCEPTED,
    Verb.HANDOVER_DECLINED,
    Verb.HANDOVER_CANCELLED,
    Verb.HANDOVER_LAPSED,
    Verb.HOSTING_CHANGED,
)


TECHNICAL_CONTACTS = {
    "application_id": "application_id",
    "application": "application__name",
    "person": "user__name",
    "email": "user__email",
    "since": "appointed_at",
    "appointed_by": "appointed_by__name",
    "reason": "reason",
}
HANDOVERS = {
    "application_id": "application_id",
    "application": "application__name",
    "from": "from_user__name",
    "to": "to_user__name",
    "offered_by": "offered_by__name",
    "message": "message",
    "answer": "answer",
    "state": "state",
    "offered_at": "offered_at",
    "closed_at": "closed_at",
}
RIGHTS = {
    "application": "environment__application__name",
    "environment": "environment__name",
    "person": "membership__user__name",
    "email": "membership__user__email",
    "right": "right",
    "granted_at": "granted_at",
    "granted_by": "granted_by__name",
}


REVIEWS = {
    "application": "application__name",
    "person": "user__name",
    "email": "user__email",
    "asked_at": "asked_at",
    "reminded_at": "reminded_at",
    "answered_at": "answered_at",
    "answered_by": "answered_by__name",
    "answer": "answer",
}
CONCERNS = {
    "application": "application__name",
    "person": "user__name",
    "email": "user__email",
    "kind": "kind",
    "raised_at": "raised_at",
    "vendor_told_at": "escalated_at",
    "closed_at": "closed_at",
}


def tables(company: Company) -> list[Table]:
    return [
        Table(
            "technical_contacts",
            _("Who answers for which app today"),
            rows_of(TechnicalContact, company),
            TECHNICAL_CONTACTS,
        ),
        Table(
            "contact_history",
            _("How the role of technical contact moved"),
            rows_of(ActivityEntry, company).filter(verb__in=CHANGES_OF_CONTACT),
            ACTIVITY,
        ),
        Table(
            "handovers",
            _("Offers of the role, and how they ended"),
            rows_of(Handover, company),
            HANDOVERS,
        ),
        Table(
            "rights",
            _("What was granted to whom, per environment"),
            rows_of(Grant, company),
            RIGHTS,
        ),
        Table(
            "contact_reviews",
            _("Who was asked whether they are still technical contact"),
            rows_of(Review, company),
            REVIEWS,
        ),
        Table(
            "contact_concerns",
            _("Technical contacts who could not be reached"),
            rows_of(Concern, company),
            CONCERNS,
        ),
    ]
