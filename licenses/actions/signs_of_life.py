"""What apps tell by asking: that they validated, run, and on which server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from licenses.actions.seats import deactivate_server
from licenses.models import License, Policy, Seat
from licenses.models.seat import Heartbeat, SeatQuerySet

# "Last asked for by an app" is told by the hour: an app may ask every second.
VALIDATION_EVERY = timedelta(hours=1)
SERVERS_AT_ONCE = 500


def note_validation(*, license: License, at: datetime) -> None:
    """An app has asked whether it is valid; noted at most once an hour.

    Waits for nobody: while somebody else changes the license, the next one notes it.
    """
    if not _is_long_ago(license.last_validated_at, at):
        return
    due = models.Q(last_validated_at__isnull=True) | models.Q(
        last_validated_at__lte=at - VALIDATION_EVERY
    )
    with transaction.atomic():
        free = License.objects.filter(due, pk=license.pk).select_for_update(
            skip_locked=True, no_key=True
        )
        License.objects.filter(pk__in=free.values("pk")).update(last_validated_at=at)


def note_heartbeat(*, seat: Seat, at: datetime) -> bool:
    """The server runs. False: it was silent for too long, and its place is gone."""
    rules = seat.license.rules
    is_dead = seat.heartbeat(at, rules.heartbeat_seconds) == Heartbeat.DEAD
    if is_dead and rules.drops_dead_servers:
        return False
    beaten = Seat.objects.active().filter(pk=seat.pk).update(last_heartbeat_at=at)
    seat.last_heartbeat_at = at
    return bool(beaten)


def forget_heartbeat(*, seat: Seat) -> None:
    """As if the server had never sent one; the vendor's, for a server that moved."""
    seat.last_heartbeat_at = None
    seat.save(update_fields=["last_heartbeat_at"])


def note_facts(*, seat: Seat, facts: Mapping[str, Any]) -> Seat:
    """What the app tells of its server; the rest stays."""
    for name, value in facts.items():
        setattr(seat, name, value)
    if facts:
        seat.save(update_fields=list(facts))
    return seat


def drop_silent_servers(*, at: datetime) -> int:
    """Servers that stopped their heartbeats give their places back, by their policy.

    As if the app had deactivated itself there; at most 500 a run. Returns how many.
    """
    silent = silent_servers(at).select_related("license")[:SERVERS_AT_ONCE]
    return sum(_drop(seat, at) for seat in silent)


def silent_servers(at: datetime) -> SeatQuerySet:
    """Those that a policy no longer waits for, the longest silent first."""
    dropping = Policy.objects.filter(drops_dead_servers=True)
    silent = models.Q(pk__in=[])
    for policy, seconds in dropping.values_list("pk", "heartbeat_seconds"):
        latest = at - timedelta(seconds=seconds)
        silent |= models.Q(license__policy=policy, last_heartbeat_at__lt=latest)
    return Seat.objects.active().filter(silent).order_by("last_heartbeat_at")


@transaction.atomic
def _drop(seat: Seat, at: datetime) -> bool:
    """False: it was heard of, or went, while we were on our way to it."""
    license = seat.license
    license.lock()
    if not silent_servers(at).filter(pk=seat.pk).exists():
        return False
    deactivate_server(seat=seat, by=None, at=at, reason=_("silent for too long"))
    return True


def _is_long_ago(last: datetime | None, at: datetime) -> bool:
    return last is None or last <= at - VALIDATION_EVERY
