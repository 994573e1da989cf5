"""Everything that ever happened to one license, for its page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import User
from companies.statements import KeptRows, attach
from licenses.models import (
    ExpansionRequest,
    License,
    LicenseKey,
    LicenseTerm,
    RenewalReminder,
    Seat,
)
from licenses.servers import SHOWN
from ui.times import day

_license = KeptRows(
    lambda reader, pk, at: (
        License.objects.visible_to(reader)
        .with_people()
        .with_rules()
        .with_servers_taken(at)
        .filter(pk=pk)
    )
)
_seats = KeptRows(
    lambda _, pk, at: (
        Seat.objects.filter(license=pk)
        .in_force(at)
        .with_people()
        .with_last_file()
        .for_reading()[: SHOWN + 1]
    )
)
_keys = KeptRows(lambda _, pk: LicenseKey.objects.with_people().filter(license=pk))
_terms = KeptRows(lambda _, pk: LicenseTerm.objects.filter(license=pk))
_expansions = KeptRows(
    lambda _, pk: ExpansionRequest.objects.filter(license=pk).order_by("-asked_at")
)
_reminders = KeptRows(lambda _, pk: RenewalReminder.objects.filter(license=pk))


@dataclass(frozen=True)
class Event:
    """One line of a license's history."""

    at: datetime
    glyph: str
    tone: str
    sentence: str


def fetch_with_history(reader: User, pk: uuid.UUID, at: datetime) -> License:
    """The license with all that hangs on it; Http404 for a stranger's."""
    license = _license.one_or_404(reader, pk=pk, at=at)
    license.shown_seats = _seats(reader, pk=pk, at=at)
    attach(
        license,
        keys=_keys(reader, pk=pk),
        terms=_terms(reader, pk=pk),
        expansions=_expansions(reader, pk=pk),
        reminders=_reminders(reader, pk=pk),
    )
    return license


def events_of(license: License) -> list[Event]:
    """Terms signed, keys and servers activated, reminders told: newest first."""
    events = [
        Event(
            at=term.signed_at,
            glyph="check",
            tone="ok",
            sentence=_("Signed until %(day)s") % {"day": day(term.ends_on)},
        )
        for term in license.terms.all()
    ]
    for key in license.keys.all():
        words = {"key": key.fingerprint, "server": key.server, "by": key.made_by or ""}
        made = _("%(by)s generated key %(key)s for %(server)s") % words
        events.append(Event(key.made_at, "half", "info", made.strip()))
        if key.activated_at:
            words["by"] = key.activated_by or ""
            active = _("%(by)s activated key %(key)s on %(server)s") % words
            events.append(Event(key.activated_at, "check", "ok", active.strip()))
    events += [event for seat in license.shown_seats for event in _of_server(seat)]
    events += [
        Event(
            at=reminder.told_at,
            glyph="ring",
            tone="",
            sentence=_("Reminded %(people)s: %(when)s")
            % {"people": reminder.told, "when": _when(reminder.days_before)},
        )
        for reminder in license.reminders.all()
    ]
    return sorted(events, key=lambda event: event.at)[::-1]


def events_of_expansion(request: ExpansionRequest) -> list[Event]:
    """Asked, taken up, closed: newest first."""
    said = {"by": request.asked_by, "wish": request.wish}
    asked = _("%(by)s asked for %(wish)s") % said
    events = [Event(request.asked_at, "ring", "", asked)]
    if request.taken_up_at:
        words = _("%(by)s took it up") % {"by": request.taken_up_by}
        events.append(Event(request.taken_up_at, "half", "info", words))
    if request.closed_at:
        state = request.State(request.state)
        glyph, tone, sentence = {
            request.State.AGREED: ("check", "ok", _("%(by)s agreed")),
            request.State.DECLINED: ("danger", "danger", _("%(by)s declined")),
            request.State.WITHDRAWN: ("none", "", _("%(by)s withdrew it")),
        }[state]
        by = request.closed_by or settings.VENDOR_NAME
        events.append(Event(request.closed_at, glyph, tone, sentence % {"by": by}))
    return events[::-1]


def _of_server(seat: Seat) -> Iterator[Event]:
    """What no key says: activated over the network, and given back."""
    words = {"server": seat.server, "by": seat.deactivated_by or ""}
    if seat.activated_at and not seat.activated_by:
        active = _("%(server)s activated itself over the network") % words
        yield Event(seat.activated_at, "check", "ok", active)
    if seat.deactivated_at:
        gone = _("%(by)s took the license off %(server)s") % words
        yield Event(seat.deactivated_at, "none", "", gone.strip())


def _when(days_before: int) -> str:
    """The step of the ladder in words."""
    if days_before < 0:
        return ngettext(
            "%(count)d day after the end", "%(count)d days after the end", -days_before
        ) % {"count": -days_before}
    return ngettext(
        "%(count)d day before the end", "%(count)d days before the end", days_before
    ) % {"count": days_before}
