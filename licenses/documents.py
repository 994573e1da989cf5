"""What apps read about a license: JSON:API resources, sent or put into a file.

Every member that some client insists on is here, also where we have nothing to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from apps.models import Application
from licenses.keys import PREFIX
from licenses.models import Entitlement, License, Policy, Seat
from licenses.reminders import thresholds

SIGNED = "ED25519_SIGN"
WIRE_NAMES = {
    "concurrentUsers": "concurrent_users",
    "internalUsers": "internal_users",
    "externalUsers": "external_users",
}


def license_of(license: License, *, key_text: str, at: datetime) -> dict[str, Any]:
    """The license under the key that the app has: clients verify that one.

    A relationship to nothing is left out: some clients read no `null` there.
    """
    related = {"product": _link("products", license.application.pk)}
    if license.policy_id:
        related["policy"] = _link("policies", license.policy_id)
    return {
        "id": str(license.pk),
        "type": "licenses",
        "attributes": _of_license(license, key_text, at),
        "relationships": related,
    }


def machine_of(seat: Seat, *, at: datetime) -> dict[str, Any]:
    """A server that holds the license, by the facts that its app has told."""
    rules = seat.license.rules
    beaten = seat.last_heartbeat_at
    interval = timedelta(seconds=rules.heartbeat_seconds)
    return {
        "id": str(seat.pk),
        "type": "machines",
        "attributes": {
            "fingerprint": seat.server_id,
            "name": seat.server_name or None,
            "ip": seat.ip or None,
            "hostname": seat.hostname or None,
            "platform": seat.platform or None,
            "cores": seat.cores,
            "memory": seat.memory,
            "disk": seat.disk,
            "requireHeartbeat": rules.requires_heartbeat,
            "heartbeatStatus": seat.heartbeat(at, rules.heartbeat_seconds).value,
            "heartbeatDuration": rules.heartbeat_seconds,
            "lastHeartbeat": moment(beaten),
            "nextHeartbeat": moment(beaten + interval) if beaten else None,
            "lastCheckOut": moment(seat.last_file_at),
            "maxProcesses": None,
            "metadata": seat.metadata,
            "created": moment(seat.made_at),
            "updated": moment(beaten or seat.activated_at or seat.made_at),
        },
        "relationships": {
            "license": _link("licenses", seat.license_id),
            "product": _link("products", seat.license.application.pk),
        },
    }


def entitlement_of(entitlement: Entitlement) -> dict[str, Any]:
    return {
        "id": str(entitlement.pk),
        "type": "entitlements",
        "attributes": {
            "name": entitlement.name,
            "code": entitlement.code,
            "metadata": entitlement.metadata,
            "created": moment(entitlement.created_at),
            "updated": moment(entitlement.created_at),
        },
        "relationships": {},
    }


def product_of(application: Application) -> dict[str, Any]:
    return {
        "id": str(application.pk),
        "type": "products",
        "attributes": {"name": application.name, "metadata": {}},
        "relationships": {},
    }


def policy_of(policy: Policy) -> dict[str, Any]:
    return {
        "id": str(policy.pk),
        "type": "policies",
        "attributes": {
            "name": policy.name,
            "floating": policy.is_floating,
            "maxMachines": policy.max_servers,
            "requireHeartbeat": policy.requires_heartbeat,
            "heartbeatDuration": policy.heartbeat_seconds,
            "metadata": {},
            "created": moment(policy.created_at),
            "updated": moment(policy.created_at),
        },
        "relationships": {},
    }


def document(
    data: dict[str, Any],
    included: Iterable[dict[str, Any]],
    *,
    issued_at: datetime,
    expires_at: datetime,
) -> dict[str, Any]:
    """What a license or machine file says; it goes stale at `expires_at`."""
    times = {
        "issued": moment(issued_at),
        "expiry": moment(expires_at),
        "ttl": int((expires_at - issued_at).total_seconds()),
    }
    return {"data": data, "included": list(included), "meta": times}


def beside_license(license: License, wanted: Collection[str]) -> list[dict[str, Any]]:
    """What goes into a file beside a license; of the rest we have nothing."""
    found = []
    if "entitlements" in wanted:
        found += [entitlement_of(one) for one in license.opens]
    if "product" in wanted:
        found.append(product_of(license.application))
    if "policy" in wanted and license.policy:
        found.append(policy_of(license.policy))
    return found


def beside_machine(
    license: License, wanted: Collection[str], *, key_text: str, at: datetime
) -> list[dict[str, Any]]:
    """Some clients read no machine file without its license, asked for or not."""
    of_license = {one.removeprefix("license.") for one in wanted if "." in one}
    return [
        license_of(license, key_text=key_text, at=at),
        *beside_license(license, of_license),
    ]


def moment(at: datetime | None) -> str | None:
    """2027-12-06T23:00:00.000Z"""
    if at is None:
        return None
    text = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _of_license(license: License, key_text: str, at: datetime) -> dict[str, Any]:
    rules = license.rules
    return {
        "name": f"{license.application_name}, {license.environment.name}",
        "key": key_text,
        "expiry": moment(license.expires_at),
        "status": _status(license, at),
        "uses": 0,
        "suspended": license.is_suspended,
        "scheme": SIGNED if key_text.startswith(PREFIX) else None,
        "encrypted": False,
        "strict": False,
        "floating": rules.is_floating,
        "protected": True,
        "version": None,
        "maxMachines": license.server_limit,
        "maxProcesses": None,
        "maxUsers": license.covered_users,
        "maxCores": None,
        "maxMemory": None,
        "maxDisk": None,
        "maxUses": None,
        "requireHeartbeat": rules.requires_heartbeat,
        "requireCheckIn": False,
        "lastValidated": moment(license.last_validated_at),
        "lastCheckIn": None,
        "nextCheckIn": None,
        "lastCheckOut": moment(license.last_file_at),
        "metadata": _metadata(license, at),
        "created": moment(license.created_at),
        "updated": moment(license.created_at),
    }


def _status(license: License, at: datetime) -> str:
    if license.is_suspended:
        return "SUSPENDED"
    if at >= license.expires_at:
        return "EXPIRED"
    left = (license.ends_on - license.company.today(at)).days
    soon = thresholds(settings.RENEWAL_REMINDER_DAYS).soon
    return "EXPIRING" if left <= soon else "ACTIVE"


def _metadata(license: License, at: datetime) -> dict[str, Any]:
    """The vendor's own facts, and ours that have no member of their own."""
    limits = license.limits
    counts = {name: limits[kind] for name, kind in WIRE_NAMES.items() if kind in limits}
    facts = {
        **license.metadata,
        "number": str(license),
        "environment": license.environment.name,
        **counts,
    }
    if at >= license.expires_at:
        facts["graceUntil"] = moment(license.grace_ends_at)
    return facts


def _link(kind: str, pk: Any) -> dict[str, Any]:
    return {"data": {"type": kind, "id": str(pk)}}
