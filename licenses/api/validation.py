"""Whether a license is valid for whoever asks: the codes and their order, no models.

The first finding is the answer. Clients take every code but VALID as a failure, so a
license in its grace is VALID, and so is one server more where a policy lets it in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VALID = "VALID"
DETAILS = {
    VALID: "is valid",
    "NOT_FOUND": "does not exist",
    "SUSPENDED": "is suspended",
    "EXPIRED": "is expired",
    "NO_MACHINE": "is not activated on any server",
    "NO_MACHINES": "is not activated on any of its servers",
    "TOO_MANY_MACHINES": "is activated on more servers than it was sold for",
    "ENVIRONMENT_SCOPE_MISMATCH": "is for another environment",
    "PRODUCT_SCOPE_REQUIRED": "is only valid for a named product",
    "PRODUCT_SCOPE_MISMATCH": "is for another product",
    "POLICY_SCOPE_MISMATCH": "is under another policy",
    "USER_SCOPE_MISMATCH": "is for another user",
    "ENTITLEMENTS_SCOPE_EMPTY": "was asked for no entitlements",
    "ENTITLEMENTS_MISSING": "lacks entitlements that were asked for",
    "MACHINE_SCOPE_MISMATCH": "is activated on another machine",
    "FINGERPRINT_SCOPE_REQUIRED": "is only valid on a named server",
    "FINGERPRINT_SCOPE_EMPTY": "was asked for no fingerprint",
    "FINGERPRINT_SCOPE_MISMATCH": "is activated on another server",
    "HEARTBEAT_NOT_STARTED": "is on a server that has sent no heartbeat",
    "HEARTBEAT_DEAD": "is on a server that is silent",
    "COMPONENTS_SCOPE_EMPTY": "was asked for no components",
    "COMPONENTS_SCOPE_MISMATCH": "has none of these components",
    "CHECKSUM_SCOPE_MISMATCH": "has no artifact with this checksum",
    "VERSION_SCOPE_MISMATCH": "has no release of this version",
}


@dataclass(frozen=True)
class Rules:
    """What of a policy counts for a validation."""

    is_floating: bool = False
    requires_product: bool = False
    requires_fingerprint: bool = False
    requires_heartbeat: bool = False
    wants_most: bool = False
    turns_away_expired: bool = False
    maintains_expired: bool = False


@dataclass(frozen=True)
class Server:
    """One on which the license is active; `heartbeat` is as the network calls it."""

    id: str
    fingerprint: str
    heartbeat: str = "NOT_STARTED"


@dataclass(frozen=True)
class Facts:
    """What counts of a license: what it is for, where it is active, whether it is over.

    `servers` are those of its active servers that were asked for; `active` is how many
    there are in all, and `most` how many there may be.
    """

    product: str
    policy: str = ""
    environments: tuple[str, ...] = ()
    entitlements: frozenset[str] = frozenset()
    servers: tuple[Server, ...] = ()
    active: int = 0
    most: int | None = None
    is_suspended: bool = False
    is_over: bool = False
    rules: Rules = Rules()


@dataclass(frozen=True)
class Verdict:
    code: str
    is_maintained: bool = False

    @property
    def is_valid(self) -> bool:
        return self.code == VALID or self.is_maintained

    @property
    def detail(self) -> str:
        return DETAILS[self.code]


def judge(facts: Facts | None, scope: dict[str, Any] | None) -> Verdict:
    """`facts` of no license: NOT_FOUND. No scope at all: is it valid anywhere?"""
    if facts is None:
        return Verdict("NOT_FOUND")
    if facts.is_suspended:
        return Verdict("SUSPENDED")
    if facts.is_over and facts.rules.turns_away_expired:
        return Verdict("EXPIRED")
    code = _about_the_scope(facts, scope) if scope is not None else ""
    if code:
        return Verdict(code)
    if facts.most is not None and facts.active > facts.most:
        return Verdict("TOO_MANY_MACHINES")
    if facts.is_over:
        return Verdict("EXPIRED", is_maintained=facts.rules.maintains_expired)
    return Verdict(VALID)


def _about_the_scope(facts: Facts, scope: dict[str, Any]) -> str:
    return (
        _about_the_contract(facts, scope)
        or _about_the_server(facts, scope)
        or _about_the_release(scope)
    )


def _about_the_contract(facts: Facts, scope: dict[str, Any]) -> str:
    if scope.get("environment") and scope["environment"] not in facts.environments:
        return "ENVIRONMENT_SCOPE_MISMATCH"
    if "product" not in scope and facts.rules.requires_product:
        return "PRODUCT_SCOPE_REQUIRED"
    # An app that was told no product sends an empty one; that is none of ours.
    if "product" in scope and scope["product"] != facts.product:
        return "PRODUCT_SCOPE_MISMATCH"
    if scope.get("policy") and scope["policy"] != facts.policy:
        return "POLICY_SCOPE_MISMATCH"
    if scope.get("user"):
        return "USER_SCOPE_MISMATCH"
    return _entitlements(facts, scope) if "entitlements" in scope else ""


def _entitlements(facts: Facts, scope: dict[str, Any]) -> str:
    """All of them must be there."""
    asked = scope["entitlements"]
    if not asked:
        return "ENTITLEMENTS_SCOPE_EMPTY"
    known = list(facts.entitlements)  # what is asked may be anything, also unhashable
    wanted = asked if isinstance(asked, list) else [asked]
    return "" if all(one in known for one in wanted) else "ENTITLEMENTS_MISSING"


def _about_the_server(facts: Facts, scope: dict[str, Any]) -> str:
    if "machine" in scope and (code := _machine(facts, scope["machine"])):
        return code
    if "fingerprint" in scope:
        return _fingerprints(facts, [scope["fingerprint"]])
    if "fingerprints" in scope:
        asked = scope["fingerprints"]
        return _fingerprints(facts, asked if isinstance(asked, list) else [asked])
    return "FINGERPRINT_SCOPE_REQUIRED" if facts.rules.requires_fingerprint else ""


def _machine(facts: Facts, asked: Any) -> str:
    if not facts.active:
        return _no_server(facts)
    found = [one for one in facts.servers if one.id == asked]
    return _heartbeats(facts, found, 1) if found else "MACHINE_SCOPE_MISMATCH"


def _fingerprints(facts: Facts, asked: list[Any]) -> str:
    """One of them active is enough, or more than half of them where a policy says."""
    if not any(asked):
        return "FINGERPRINT_SCOPE_EMPTY"
    if not facts.active:
        return _no_server(facts)
    asked = [one for place, one in enumerate(asked) if one not in asked[:place]]
    needed = len(asked) // 2 + 1 if facts.rules.wants_most else 1
    found = [one for one in facts.servers if one.fingerprint in asked]
    if len(found) < needed:
        return "FINGERPRINT_SCOPE_MISMATCH"
    return _heartbeats(facts, found, needed)


def _no_server(facts: Facts) -> str:
    return "NO_MACHINES" if facts.rules.is_floating else "NO_MACHINE"


def _heartbeats(facts: Facts, found: list[Server], needed: int) -> str:
    """So many of them must be heard of, where the policy wants heartbeats."""
    if not facts.rules.requires_heartbeat:
        return ""
    told = [one.heartbeat for one in found]
    if len(told) - told.count("DEAD") - told.count("NOT_STARTED") >= needed:
        return ""
    return "HEARTBEAT_DEAD" if "DEAD" in told else "HEARTBEAT_NOT_STARTED"


def _about_the_release(scope: dict[str, Any]) -> str:
    if "components" in scope:
        kind = "MISMATCH" if scope["components"] else "EMPTY"
        return f"COMPONENTS_SCOPE_{kind}"
    for name in ("checksum", "version"):
        if scope.get(name):
            return f"{name.upper()}_SCOPE_MISMATCH"
    return ""
