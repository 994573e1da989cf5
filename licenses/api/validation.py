"""Whether a license is valid for whoever asks: the codes and their order, no models.

The first finding is the answer. Clients take every code but VALID as a failure, so a
license in its grace is VALID.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

VALID = "VALID"
DETAILS = {
    VALID: "is valid",
    "NOT_FOUND": "does not exist",
    "EXPIRED": "is expired",
    "NO_MACHINE": "is not activated on any server",
    "ENVIRONMENT_SCOPE_MISMATCH": "is for another environment",
    "PRODUCT_SCOPE_MISMATCH": "is for another product",
    "POLICY_SCOPE_MISMATCH": "is under another policy",
    "USER_SCOPE_MISMATCH": "is for another user",
    "ENTITLEMENTS_SCOPE_EMPTY": "was asked for no entitlements",
    "ENTITLEMENTS_MISSING": "lacks entitlements that were asked for",
    "MACHINE_SCOPE_MISMATCH": "is activated on another machine",
    "FINGERPRINT_SCOPE_EMPTY": "was asked for no fingerprint",
    "FINGERPRINT_SCOPE_MISMATCH": "is activated on another server",
    "COMPONENTS_SCOPE_EMPTY": "was asked for no components",
    "COMPONENTS_SCOPE_MISMATCH": "has none of these components",
    "CHECKSUM_SCOPE_MISMATCH": "has no artifact with this checksum",
    "VERSION_SCOPE_MISMATCH": "has no release of this version",
}


@dataclass(frozen=True)
class Facts:
    """What counts of a license: what it is for, where it is in use, whether it is over.

    `machines` holds the id of each server in use beside its fingerprint.
    """

    product: str
    environments: tuple[str, ...] = ()
    machines: dict[str, str] = field(default_factory=dict)
    is_over: bool = False


@dataclass(frozen=True)
class Verdict:
    code: str

    @property
    def is_valid(self) -> bool:
        return self.code == VALID

    @property
    def detail(self) -> str:
        return DETAILS[self.code]


def judge(facts: Facts | None, scope: dict[str, Any]) -> Verdict:
    """`facts` of no license: NOT_FOUND."""
    if facts is None:
        return Verdict("NOT_FOUND")
    code = (
        _about_the_contract(facts, scope)
        or _about_the_server(facts, scope)
        or _about_the_release(scope)
    )
    return Verdict(code or ("EXPIRED" if facts.is_over else VALID))


def _about_the_contract(facts: Facts, scope: dict[str, Any]) -> str:
    if scope.get("environment") and scope["environment"] not in facts.environments:
        return "ENVIRONMENT_SCOPE_MISMATCH"
    # An app that was told no product sends an empty one; that is none of ours.
    if "product" in scope and scope["product"] != facts.product:
        return "PRODUCT_SCOPE_MISMATCH"
    for name in ("policy", "user"):
        if scope.get(name):
            return f"{name.upper()}_SCOPE_MISMATCH"
    if "entitlements" in scope:
        asked = scope["entitlements"]
        return "ENTITLEMENTS_MISSING" if asked else "ENTITLEMENTS_SCOPE_EMPTY"
    return ""


def _about_the_server(facts: Facts, scope: dict[str, Any]) -> str:
    if "machine" in scope and (code := _machine(facts, scope["machine"])):
        return code
    if "fingerprint" in scope:
        return _fingerprints(facts, [scope["fingerprint"]])
    if "fingerprints" in scope:
        asked = scope["fingerprints"]
        return _fingerprints(facts, asked if isinstance(asked, list) else [asked])
    return ""


def _machine(facts: Facts, asked: Any) -> str:
    if not facts.machines:
        return "NO_MACHINE"
    known = list(facts.machines)  # what is asked may be anything, also unhashable
    return "" if asked in known else "MACHINE_SCOPE_MISMATCH"


def _fingerprints(facts: Facts, asked: list[Any]) -> str:
    """One of them in use is enough."""
    if not any(asked):
        return "FINGERPRINT_SCOPE_EMPTY"
    if not facts.machines:
        return "NO_MACHINE"
    is_known = any(one in asked for one in facts.machines.values())
    return "" if is_known else "FINGERPRINT_SCOPE_MISMATCH"


def _about_the_release(scope: dict[str, Any]) -> str:
    if "components" in scope:
        kind = "MISMATCH" if scope["components"] else "EMPTY"
        return f"COMPONENTS_SCOPE_{kind}"
    for name in ("checksum", "version"):
        if scope.get(name):
            return f"{name.upper()}_SCOPE_MISMATCH"
    return ""
