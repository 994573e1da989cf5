"""What a validation counts, read in as few statements as its scope allows."""

from __future__ import annotations

from typing import Any

from django.db import models

from companies.statements import NOBODY, KeptRows
from licenses.api.holders import Bearer
from licenses.api.texts import is_text
from licenses.api.validation import Facts, Rules, Server
from licenses.models import Seat
from licenses.models.policy import Policy
from licenses.models.seat import SeatQuerySet, digest_of, ids_in


def _of_names(_: Any, license: Any, ids: list[Any], digests: list[str]) -> SeatQuerySet:
    mine = Seat.objects.active().filter(license=license).order_by()
    named = models.Q(pk__in=ids) | models.Q(server_digest__in=digests)
    return mine.filter(named)


_named = KeptRows(_of_names)


def facts_of(bearer: Bearer, scope: dict[str, Any] | None) -> Facts:
    license = bearer.license
    return Facts(
        product=str(license.application.pk),
        policy=str(license.policy_id or ""),
        environments=(str(license.environment.pk), license.environment.name),
        entitlements=_entitlements(bearer, scope or {}),
        servers=_servers(bearer, _names(scope or {})),
        active=license.active_servers,
        most=license.rules.most_servers(license.server_limit),
        is_suspended=license.is_suspended,
        is_over=bearer.is_over,
        rules=_rules(license.rules),
    )


def _rules(policy: Policy) -> Rules:
    after = policy.expiration_strategy
    return Rules(
        is_floating=policy.is_floating,
        requires_product=policy.requires_product,
        requires_fingerprint=policy.requires_fingerprint,
        requires_heartbeat=policy.requires_heartbeat,
        wants_most=policy.matching == Policy.Matching.MOST,
        turns_away_expired=after == Policy.ExpirationStrategy.REVOKE_ACCESS,
        maintains_expired=after == Policy.ExpirationStrategy.MAINTAIN_ACCESS,
    )


def _servers(bearer: Bearer, names: list[str]) -> tuple[Server, ...]:
    """Those of these names, as far as this key may know of them."""
    if not names:
        return ()
    ids, digests = ids_in(names) or [NOBODY.pk], [digest_of(one) for one in names]
    found = _named(NOBODY, license=bearer.license.pk, ids=ids, digests=digests)
    if bearer.bound:
        found = [one for one in found if one.pk == bearer.bound.seat_id]
    return tuple(_server(one, bearer) for one in found)


def _server(seat: Seat, bearer: Bearer) -> Server:
    seconds = bearer.license.rules.heartbeat_seconds
    heartbeat = seat.heartbeat(bearer.at, seconds)
    return Server(str(seat.pk), seat.server_id, heartbeat.value)


def _names(scope: dict[str, Any]) -> list[str]:
    named = [scope.get("machine"), scope.get("fingerprint")]
    several = scope.get("fingerprints")
    named += several if isinstance(several, list) else [several]
    return [one for one in named if one and is_text(one)]


def _entitlements(bearer: Bearer, scope: dict[str, Any]) -> frozenset[str]:
    if not scope.get("entitlements"):
        return frozenset()
    return frozenset(one.code for one in bearer.license.opens)
