"""The page of a license at the desk: how it is laid out, and what it offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from licenses.models import License

CONTRACT = ["environment", "starts_on", "ends_on"]
SOLD = ["policy", "entitlements"]
SERVERS = ["max_servers", "grace_days", "is_reassignable"]
USERS = ["users", "concurrent_users", "internal_users", "external_users"]
WHOSE = ["serial", "licensee", "licensee_email", "notes"]
STATE = ["app", "company", "standing", "runs_until"]
FACTS = [
    "number",
    "application_name",
    "last_validated_at",
    "purchase",
    "created_at",
]
# Shown once there is something to say.
STOPS = [
    "terminates_on",
    "suspended_at",
    "suspension_reason",
    "revoked_at",
    "revocation_reason",
]
CORRECTABLE = [*SERVERS, *USERS, *WHOSE, "metadata"]
READ = [*STATE, *STOPS, *FACTS]
# Each button by what makes it pointless.
POINTLESS: dict[str, Callable[[License], bool]] = {
    "renew_this": lambda license: license.is_revoked or license.is_offboarded,
    "plan_end": lambda license: license.is_revoked or license.is_offboarded,
    "unplan_end": lambda license: license.terminates_on is None,
    "suspend_this": lambda license: license.is_suspended or license.is_revoked,
    "reinstate_this": lambda license: not license.is_suspended or license.is_revoked,
    "revoke_this": lambda license: license.is_revoked,
}


def fieldsets(license: License | None) -> list[tuple[Any, dict[str, list[Any]]]]:
    """What is agreed first, then what is sold, then what happened."""
    state = [*STATE, *stops(license)] if license else []
    shown = [
        (None, {"fields": [*CONTRACT, *state]}),
        (_("What is sold"), {"fields": [*SOLD, *SERVERS]}),
        (_("Users"), {"fields": [tuple(USERS[:2]), tuple(USERS[2:])]}),
        (_("Whose it is"), {"fields": WHOSE}),
        (_("For the app"), {"fields": ["metadata"]}),
    ]
    return [*shown, (_("Facts"), {"fields": FACTS})] if license else shown


def stops(license: License) -> list[str]:
    """What ends the license or has stopped it."""
    return [name for name in STOPS if getattr(license, name)]


def offers(name: str, license: License) -> bool:
    """Whether the button leads anywhere for this license."""
    return name not in POINTLESS or not POINTLESS[name](license)
