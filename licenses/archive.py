"""What the archive of a company's data holds of this floor: licenses, facts of keys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from companies.models import Company
from companies.tables import Table, rows_of
from licenses.models import (
    ExpansionRequest,
    IssuedFile,
    License,
    LicenseKey,
    LicenseTerm,
    RenewalReminder,
    Seat,
)

WHICH = {
    "license": "license__number",
    "application": "license__environment__application__name",
    "environment": "license__environment__name",
}


LICENSES = {
    "number": "number",
    "application": "environment__application__name",
    "environment": "environment__name",
    "issued_for": "application_name",
    "serial": "serial",
    "users": "sold_users",
    "concurrent_users": "sold_concurrent_users",
    "internal_users": "sold_internal_users",
    "external_users": "sold_external_users",
    "licensed_to": "licensee",
    "licensed_to_email": "licensee_email",
    "may_move_to_other_hardware": "is_reassignable",
    "starts_on": "starts_on",
    "ends_on": "ends_on",
    "key_in_use_ends_on": "runs_until",
}
LICENSE_TERMS = {
    **WHICH,
    "starts_on": "starts_on",
    "ends_on": "ends_on",
    "signed_at": "signed_at",
    "signed_by": "signed_by__name",
}
LICENSE_KEYS = {
    **WHICH,
    "fingerprint": "fingerprint",
    "server_id": "server_id",
    "server_name": "server_name",
    "users": "users",
    "ends_on": "ends_on",
    "made_at": "made_at",
    "made_by": "made_by__name",
    "activated_at": "activated_at",
    "activated_by": "activated_by__name",
    "replaced_at": "superseded_at",
}
SERVERS = {
    **WHICH,
    "server_id": "server_id",
    "server_name": "server_name",
    "hostname": "hostname",
    "platform": "platform",
    "network_address": "ip",
    "made_at": "made_at",
    "made_by": "made_by__name",
    "activated_at": "activated_at",
    "activated_by": "activated_by__name",
    "deactivated_at": "deactivated_at",
    "deactivated_by": "deactivated_by__name",
    "why": "reason",
    "place_taken_until": "held_until",
    "last_heartbeat_at": "last_heartbeat_at",
}
ISSUED_FILES = {
    **WHICH,
    "kind": "kind",
    "server_id": "seat__server_id",
    "how": "way",
    "encrypted": "is_encrypted",
    "sha256": "sha256",
    "says_the_license_ends_on": "ends_on",
    "issued_at": "issued_at",
    "issued_by": "issued_by__name",
    "works_until": "expires_at",
}
RENEWAL_REMINDERS = {
    **WHICH,
    "ends_on": "due_on",
    "days_before": "days_before",
    "told_at": "told_at",
    "told": "told",
}
EXPANSION_REQUESTS = {
    **WHICH,
    "users": "users",
    "concurrent_users": "concurrent_users",
    "internal_users": "internal_users",
    "external_users": "external_users",
    "something_else": "besides",
    "reason": "reason",
    "state": "state",
    "asked_by": "asked_by__name",
    "asked_at": "asked_at",
    "sent_to": "executive__name",
    "closed_at": "closed_at",
    "answer": "answer",
}


def tables(company: Company) -> list[Table]:
    """No key is in it: a key is made and read in the portal. Nor the vendor's notes."""
    return [
        Table(
            "licenses",
            _("Your licenses; the number is the one after LIC-"),
            rows_of(License, company).with_limits(),
            LICENSES,
            order=("number",),
        ),
        Table(
            "license_terms",
            _("The terms that were signed"),
            rows_of(LicenseTerm, company),
            LICENSE_TERMS,
        ),
        Table(
            "license_keys",
            _("Which keys were made, without the keys themselves"),
            rows_of(LicenseKey, company),
            LICENSE_KEYS,
        ),
        *_servers_and_files(company),
        Table(
            "renewal_reminders",
            _("Who was reminded of which end, and when"),
            rows_of(RenewalReminder, company),
            RENEWAL_REMINDERS,
        ),
        Table(
            "expansion_requests",
            _("What you asked for beyond your licenses, and the answers"),
            rows_of(ExpansionRequest, company),
            EXPANSION_REQUESTS,
        ),
    ]


def _servers_and_files(company: Company) -> list[Table]:
    return [
        Table(
            "license_servers",
            _("The servers that the licenses run on, or ran on"),
            rows_of(Seat, company),
            SERVERS,
        ),
        Table(
            "license_files",
            _("Which license and machine files were issued, without the files"),
            rows_of(IssuedFile, company),
            ISSUED_FILES,
        ),
    ]
