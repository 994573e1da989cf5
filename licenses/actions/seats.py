"""The servers of a license: each takes a seat, gives it back, or hands it over.

Every verb here holds the row of the license, so two servers never take the last seat;
where a server is used once per app, who takes one holds the app's row as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import User
from companies.verbs import Verb
from licenses import rights
from licenses.actions import ends, first_terms, refusals
from licenses.actions.records import record
from licenses.models import License, Seat

# What says of a seat that somebody ran on it and gave it back.
GIVEN_BACK = (
    "deactivated_at",
    "deactivated_by",
    "held_until",
    "activated_at",
    "activated_by",
)


class SeatsTakenError(ValidationError):
    """All servers that the license was sold for hold it already."""


class ServerTakenError(ValidationError):
    """The license is active on this server already, or another one of the app is."""


@transaction.atomic
def activate_server(
    *,
    license: License,
    server_id: str,
    by: User | None,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> Seat:
    """The app says over the network that it runs on this server.

    Takes the seat that waits for the server, else a free one. `facts` are fields of
    Seat that the app tells. Refused: a license that may not run, a server that is
    active already (ServerTakenError), and one too many (SeatsTakenError).
    """
    hold(license)
    refusals.refuse_stopped(license)
    seat = license.seats.live().on_server(server_id).first()
    if seat and seat.activated_at:
        raise ServerTakenError(_("The license is active on this server already."))
    seat = seat or _come_back(license, server_id, at)
    if seat is None and is_full(license, at):
        raise _all_taken(license.seats.counted(at).count())
    seat = seat or _new_seat(license, server_id, at=at, by=by)
    take_over(seat, by=by, at=at, facts=facts)
    # A key from before a renewal would end the license with the old term.
    seat.keys.waiting().filter(ends_on__lt=license.ends_on).update(superseded_at=at)
    seat.keys.waiting().update(activated_at=at, activated_by=by)
    settle(license, at=at)
    _record(seat, Verb.SERVER_ACTIVATED, by, at)
    return seat


@transaction.atomic
def deactivate_server(
    *, seat: Seat, by: User | None, at: datetime, reason: str = ""
) -> Seat:
    """The app runs on this server no more; its keys are replaced by nothing.

    Where a key or file is out there that works without us, nobody can tell whether it
    is still used: the seat stays taken until that ends, and a reason is due. An app
    that says so itself (`by` None) gives its seat back at once. Refused: a server that
    gave its seat back already, and anybody but a contact or vendor staff.
    """
    license = seat.license
    refusals.refuse_strangers(by, license)
    license.lock()
    seat.refresh_from_db(fields=["deactivated_at", "held_until", "activated_at"])
    if not seat.is_live:
        raise ValidationError(_("This server has given its place back already."))
    works_until = off_line_until(seat, at) if by else None
    if works_until and not reason.strip():
        refusal = _("Say why: a key or file is out there that works without us.")
        raise ValidationError({"reason": refusal})
    give_back(seat, by=by, at=at, reason=reason, held_until=works_until)
    settle(license, at=at)
    _record(seat, Verb.SERVER_DEACTIVATED, by, at)
    return seat


@transaction.atomic
def free_seat(*, seat: Seat, by: User, at: datetime) -> Seat:
    """Let another server take a seat that is held for what is out there off line.

    Vendor staff only: the customer has told them that the file is gone.
    """
    refusals.refuse_customers(by)
    seat.license.lock()
    seat.refresh_from_db(fields=["held_until"])
    if not seat.is_held(at):
        raise ValidationError(_("This place is free already."))
    seat.held_until = None
    seat.save(update_fields=["held_until"])
    _record(seat, Verb.SEAT_FREED, by, at)
    return seat


def hold(license: License) -> None:
    """Hold the row of a license that a server is to be put on.

    Where each server is used once per app, two licenses of the app would not see each
    other's: they take turns at the app's row, which comes first, as in off-boarding.
    """
    is_once_per_app = license.rules.is_once_per_app
    if is_once_per_app:
        license.application.lock()
    license.lock()
    if license.rules.is_once_per_app and not is_once_per_app:
        raise ValidationError(
            _("The rules of this license have changed just now. Try again.")
        )


def claim_seat(
    license: License,
    server_id: str,
    *,
    by: User | None,
    at: datetime,
    server_name: str = "",
    replaces: Seat | None = None,
) -> Seat:
    """The seat for which a key is made, for whoever has taken `hold` of the license.

    The seat of this server if it has one, or if one is held for it; a free one; else
    that of the server it is to take over from: `replaces`, or the only one. That server
    keeps it until the new one is activated [E15]. Such a move is counted; how many
    there may be says the policy.
    """
    seat = license.seats.live().on_server(server_id).first()
    seat = seat or _come_back(license, server_id, at)
    if seat is None:
        old = _predecessor(license, replaces, by=by, at=at)
        seat = _new_seat(license, server_id, by=by, at=at, replaces=old)
    if server_name and seat.server_name != server_name:
        seat.server_name = server_name
        seat.save(update_fields=["server_name"])
    return seat


def take_over(
    seat: Seat,
    *,
    by: User | None,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """This server runs from now on; whichever it replaces runs no more.

    Only what changes is written: heartbeats come in without the license's lock.
    """
    changes = dict(facts or {})
    if seat.activated_at is None:
        changes |= {"activated_at": at, "activated_by": by}
    for name, value in changes.items():
        setattr(seat, name, value)
    if changes:
        seat.save(update_fields=list(changes))
    old = seat.replaces
    if old and old.is_live:
        give_back(old, by=by, at=at, reason=_("moved to %s") % seat.server)
    elif old and old.is_held(at):
        old.held_until = None
        old.save(update_fields=["held_until"])


def give_back(
    seat: Seat,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    held_until: datetime | None = None,
) -> None:
    """End a seat and the keys that were made for it."""
    seat.keys.current().update(superseded_at=at)
    seat.deactivated_at, seat.deactivated_by = at, by
    seat.reason, seat.held_until = reason.strip()[:200], held_until
    fields = ["deactivated_at", "deactivated_by", "reason", "held_until"]
    seat.save(update_fields=fields)


def settle(license: License, *, at: datetime) -> None:
    """How long the license runs: to the end of the earliest key that is in use."""
    in_use = license.keys.in_use().order_by("ends_on").first()
    license.runs_until = in_use.ends_on if in_use else None
    ends.write(license, ["runs_until"], at=at)


def off_line_until(seat: Seat, at: datetime) -> datetime | None:
    """Until when something out there works on this server without us.

    Also a key that was replaced: the server may still have it.
    """
    moments = [seat.license.after_day(key.ends_on) for key in seat.keys.ever_used()]
    moments += [seat.files.aggregate(last=models.Max("expires_at"))["last"]]
    latest = max(filter(None, moments), default=None)
    return latest if latest and latest > at else None


def moves_left(license: License, at: datetime) -> int | None:
    """How often it may still move to other hardware in this period; None: any time."""
    rules = license.rules
    if rules.moves_allowed is None:
        return None
    first = at - timedelta(days=rules.moves_days)
    return max(0, rules.moves_allowed - license.seats.moves_since(first).count())


def is_full(license: License, at: datetime) -> bool:
    most = license.rules.most_servers(license.server_limit)
    return most is not None and license.seats.counted(at).count() >= most


def _new_seat(
    license: License,
    server_id: str,
    *,
    by: User | None,
    at: datetime,
    replaces: Seat | None = None,
) -> Seat:
    _refuse_taken_server(license, server_id)
    if not license.seats.exists():
        first_terms.begin_term(license, at=at)
    seat = Seat(
        license=license,
        server_id=server_id,
        replaces=replaces,
        made_by=by,
        made_at=at,
    )
    seat.save(force_insert=True)
    if replaces:
        _record(seat, Verb.SERVER_MOVED, by, at)
    return seat


def _come_back(license: License, server_id: str, at: datetime) -> Seat | None:
    """A server that gave its place back, and is still held, gets it again: no move."""
    held = license.seats.on_server(server_id).filter(held_until__gt=at).first()
    if held:
        _refuse_taken_server(license, server_id)
        blank = dict.fromkeys(GIVEN_BACK) | {"reason": ""}
        for name, value in blank.items():
            setattr(held, name, value)
        held.save(update_fields=list(blank))
    return held


def _predecessor(
    license: License, wanted: Seat | None, *, by: User | None, at: datetime
) -> Seat | None:
    """Whose seat a new server takes over; None while there is a free one."""
    if wanted is None and not is_full(license, at):
        return None
    counted = list(license.seats.counted(at))
    if wanted is None and len(counted) > 1:
        raise _all_taken(len(counted))
    old = wanted or counted[0]
    if old.pk not in {seat.pk for seat in counted}:
        raise ValidationError(_("This server has given its place back already."))
    unused = [old] if old.is_waiting else old.successors.waiting()
    for seat in unused:
        give_back(seat, by=by, at=at, reason=_("replaced before it was used"))
    if old in unused:
        return old.replaces
    _refuse_move(license, old, by=by, at=at)
    return old


def _refuse_move(license: License, old: Seat, *, by: User | None, at: datetime) -> None:
    """The contract may tie a license to its hardware; vendor staff decide otherwise."""
    if by is not None and rights.may_renew(by):
        return
    if not license.is_reassignable:
        raise ValidationError(
            _(
                "This license stays on the server %(server)s. To move it to other "
                "hardware, open a ticket."
            ),
            params={"server": old.server},
        )
    if moves_left(license, at) == 0:
        raise ValidationError(
            _(
                "The license has moved %(count)d times in the last %(days)d days, "
                "which is as often as it may. To move it again, open a ticket."
            ),
            params={
                "count": license.rules.moves_allowed,
                "days": license.rules.moves_days,
            },
        )


def _refuse_taken_server(license: License, server_id: str) -> None:
    """Where a policy wants each server once per app."""
    if not license.rules.is_once_per_app:
        return
    others = License.objects.live().of(license.application)
    taken = Seat.objects.live().on_server(server_id).filter(license__in=others)
    if taken.exists():
        raise ServerTakenError(_("Another license of this app is on this server."))


def _all_taken(count: int) -> SeatsTakenError:
    words = ngettext(
        "The license is active on its one server. Deactivate it, or move the license.",
        "All %(count)d servers of the license are taken. Deactivate one, or choose the"
        " one that the new server takes over from.",
        count,
    )
    return SeatsTakenError(words % {"count": count})


def _record(seat: Seat, verb: Verb, by: User | None, at: datetime) -> None:
    old = seat.replaces or ""
    record(seat.license, verb, by=by, at=at, old=old, new=seat.server)
