"""What an app tells of its server: checked one by one, refused with the place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from licenses.api.errors import RefusedError
from licenses.api.texts import is_storable, is_text
from licenses.models.seat import LONGEST_SERVER_ID, Seat

POINTER = "/data/attributes/fingerprint"
LONGEST_METADATA = 16_384
# What a member is called, and the field of Seat that keeps it.
TEXTS = {
    "name": "server_name",
    "hostname": "hostname",
    "platform": "platform",
    "ip": "ip",
}
NUMBERS = {"cores": 2**31 - 1, "memory": 2**63 - 1, "disk": 2**63 - 1}


@dataclass(frozen=True)
class MachineFacts:
    """The server ID, and the fields of Seat that were told beside it."""

    fingerprint: str
    told: dict[str, Any]


def facts_in(data: dict[str, Any]) -> MachineFacts:
    """What a resource says; members that nobody told stay as they are."""
    attributes = data.get("attributes")
    if not isinstance(attributes, dict):
        attributes = {}
    fingerprint = attributes.get("fingerprint")
    if not isinstance(fingerprint, str) or not fingerprint.strip():
        raise _refused("fingerprint", "BLANK", "Name the server by its fingerprint.")
    if not is_text(fingerprint):
        raise _refused("fingerprint", "INVALID", "It is text without zero bytes.")
    if len(fingerprint.encode()) > LONGEST_SERVER_ID:
        raise _refused(
            "fingerprint", "TOO_LONG", f"It has at most {LONGEST_SERVER_ID} bytes."
        )
    return MachineFacts(fingerprint, _told(attributes))


def _told(attributes: dict[str, Any]) -> dict[str, Any]:
    checks: dict[str, tuple[str, Callable[[str, Any], None]]] = {
        **{name: (field, _check_text) for name, field in TEXTS.items()},
        **{name: (name, _check_number) for name in NUMBERS},
        "metadata": ("metadata", _check_metadata),
    }
    told = {}
    for name, (field, check) in checks.items():
        value = attributes.get(name)
        if value is None:
            continue
        check(name, value)
        told[field] = value
    return told


def _check_text(name: str, value: Any) -> None:
    longest = Seat._meta.get_field(TEXTS[name]).max_length
    if not is_text(value):
        raise _refused(name, "INVALID", "It is text without zero bytes.")
    if len(value) > longest:
        raise _refused(name, "TOO_LONG", f"It has at most {longest} characters.")


def _check_number(name: str, value: Any) -> None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= NUMBERS[name]:
        raise _refused(name, "INVALID", f"It is a number from 0 to {NUMBERS[name]}.")


def _check_metadata(name: str, value: Any) -> None:
    if not isinstance(value, dict) or not is_storable(value, LONGEST_METADATA):
        detail = f"It is an object of at most {LONGEST_METADATA} bytes."
        raise _refused(name, "INVALID", detail)


def _refused(name: str, kind: str, detail: str) -> RefusedError:
    pointer = f"/data/attributes/{name}"
    return RefusedError(422, f"{name.upper()}_{kind}", detail, pointer=pointer)
