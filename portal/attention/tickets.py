"""Tickets that need somebody: a promise about to be missed, an answer, a phone call."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import User
from portal.attention import need
from portal.attention.need import Act, Need
from tickets import faces
from tickets.clocks import business_hours
from tickets.models import Priority, Ticket
from tickets.sla import Calendar
from ui import times
from ui.clocks import Face
from ui.words import inside

LIMIT = 20
LOOK_AHEAD = timedelta(days=1)


def needs(user: User, at: datetime) -> list[Need]:
    """At most LIMIT, those that have hurt longest first.

    Support's own people are not asked for what support waits for.
    """
    uncalled = Q(priority=Priority.CRITICAL, called_at__isnull=True)
    wanted = uncalled | Q(queue_at__lt=at + LOOK_AHEAD)
    if not user.is_staff:
        wanted |= Q(state=Ticket.State.PENDING)
    rows = Ticket.objects.visible_to(user).open().filter(wanted)
    rows = rows.select_related("application").order_by("queue_at", "number")[:LIMIT]
    calendar = business_hours()
    found = (_need(ticket, user, at, calendar) for ticket in rows)
    return [one for one in found if one]


def _need(ticket: Ticket, user: User, at: datetime, calendar: Calendar) -> Need | None:
    """The most pressing thing about this ticket; None while its clock runs calmly."""
    if ticket.needs_call:
        return _call(ticket, user, at)
    if ticket.state == Ticket.State.PENDING:
        return _answer(ticket, at)
    face = faces.running(ticket, at, calendar)
    return _promise(ticket, face) if face.tone else None


def _call(ticket: Ticket, user: User, at: datetime) -> Need:
    """A critical ticket is always accompanied by a phone call [TI-03]."""
    phone = settings.SUPPORT_PHONES[0] if settings.SUPPORT_PHONES else ""
    waiting = {"time": times.duration(at - ticket.opened_at)}
    since = {"time": need.when(ticket.opened_at, at)}
    title = _("Nobody has called about “%(subject)s” yet")
    act = Act(_("Open ticket"), ticket.get_absolute_url())
    if not user.is_staff:
        title = _("Call us about “%(subject)s”")
        act = Act(_("Call"), f"tel:{phone.replace(' ', '')}") if phone else act
    return Need(
        tone="danger",
        glyph="danger",
        title=title % {"subject": ticket.subject},
        where=_("A critical ticket needs a phone call as well; %(ticket)s")
        % {"ticket": _short(ticket)},
        clock=Face(
            "danger",
            _("for %(time)s") % waiting,
            _("since %(time)s") % since,
            glyph="danger",
        ),
        act=act,
        hurts_at=ticket.opened_at,
        url=ticket.get_absolute_url(),
    )


def _answer(ticket: Ticket, at: datetime) -> Need:
    """Support has asked something; the clock stands still until it is answered."""
    since = ticket.paused_at or ticket.last_message_at
    waiting = _("waits %(time)s for you") % {"time": need.rounded(at - since)}
    return Need(
        tone="warn",
        glyph="you",
        title=ticket.subject,
        where=_where(ticket),
        clock=Face("paused", _("Paused"), waiting, glyph="pause"),
        act=Act(_("Answer"), ticket.get_absolute_url()),
        hurts_at=_end_of_day(at),
        url=ticket.get_absolute_url(),
    )


def _promise(ticket: Ticket, face: Face) -> Need:
    """An answer or a solution falls due soon, or was due already."""
    return Need(
        tone="danger",
        glyph="danger",
        title=ticket.subject,
        where=_where(ticket),
        clock=face,
        act=Act(_("Open ticket"), ticket.get_absolute_url()),
        hurts_at=ticket.due_at,
        url=ticket.get_absolute_url(),
    )


def _short(ticket: Ticket) -> str:
    """ "#10482, Fleet Planner" """
    words = {"number": ticket.number, "app": ticket.application}
    if ticket.application is None:
        return f"#{ticket.number}"
    return _("#%(number)s, %(app)s") % words


def _where(ticket: Ticket) -> str:
    """ "Ticket #10482, P1 incident, Fleet Planner" """
    words = {
        "number": ticket.number,
        "priority": ticket.priority,
        "kind": inside(ticket.get_kind_display()),
        "app": ticket.application,
    }
    if ticket.application is None:
        return _("Ticket #%(number)s, P%(priority)s %(kind)s") % words
    return _("Ticket #%(number)s, P%(priority)s %(kind)s, %(app)s") % words


def _end_of_day(at: datetime) -> datetime:
    """An answer waits without an hour of its own, so it comes last today."""
    return timezone.localtime(at).replace(hour=23, minute=59)
