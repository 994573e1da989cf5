"""What is sent: JSON:API resources, every member that some client insists on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from licenses.api.bearers import Bearer
from licenses.models import License, LicenseKey
from licenses.reminders import thresholds

SCHEME = "ED25519_SIGN"


def license_of(bearer: Bearer) -> dict[str, Any]:
    """The license under the key that the app has: clients verify that one."""
    license = bearer.license
    return {
        "id": str(license.pk),
        "type": "licenses",
        "attributes": _attributes(license, bearer),
        "relationships": {
            "product": _link("products", license.application.pk),
        },
    }


def machine_of(key: LicenseKey) -> dict[str, Any]:
    """The server on which this key is in use; it is known by nothing but its ID."""
    activated = moment(key.activated_at)
    unknown = ("ip", "hostname", "platform", "cores", "memory", "disk")
    return {
        "id": str(key.pk),
        "type": "machines",
        "attributes": {
            "fingerprint": key.server_id,
            "name": key.server_name or None,
            **dict.fromkeys(unknown),
            "requireHeartbeat": False,
            "heartbeatStatus": "NOT_STARTED",
            "heartbeatDuration": None,
            "lastHeartbeat": None,
            "nextHeartbeat": None,
            "lastCheckOut": None,
            "maxProcesses": None,
            "metadata": {},
            "created": activated,
            "updated": activated,
        },
        "relationships": {"license": _link("licenses", key.license_id)},
    }


def moment(at: datetime) -> str:
    """2027-12-06T23:00:00.000Z"""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _attributes(license: License, bearer: Bearer) -> dict[str, Any]:
    return {
        "name": f"{license.application_name}, {license.environment.name}",
        "key": bearer.key_text,
        "expiry": moment(license.expires_at),
        "status": _status(license, bearer.at),
        "uses": 0,
        "suspended": False,
        "scheme": SCHEME,
        "encrypted": False,
        "strict": False,
        "floating": False,
        "protected": True,
        "version": None,
        "maxMachines": 1,
        "maxProcesses": None,
        "maxUsers": license.users,
        "maxCores": None,
        "maxMemory": None,
        "maxDisk": None,
        "maxUses": None,
        "requireHeartbeat": False,
        "requireCheckIn": False,
        "lastValidated": None,
        "lastCheckIn": None,
        "nextCheckIn": None,
        "lastCheckOut": None,
        "metadata": _metadata(license, bearer.at),
        "created": moment(license.created_at),
        "updated": moment(license.created_at),
    }


def _status(license: License, at: datetime) -> str:
    if at >= license.expires_at:
        return "EXPIRED"
    left = (license.ends_on - license.company.today(at)).days
    soon = thresholds(settings.RENEWAL_REMINDER_DAYS).soon
    return "EXPIRING" if left <= soon else "ACTIVE"


def _metadata(license: License, at: datetime) -> dict[str, Any]:
    facts = {"number": str(license), "environment": license.environment.name}
    if at >= license.expires_at:
        facts["graceUntil"] = moment(license.grace_ends_at)
    return facts


def _link(kind: str, pk: Any) -> dict[str, Any]:
    return {"data": {"type": kind, "id": str(pk)}}
