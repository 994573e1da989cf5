"""What happened to a ticket, in a sentence for its thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tickets.models import Ticket, TicketEvent

Kind = TicketEvent.Kind
State = Ticket.State

AFFECTED = {
    Ticket.Impact.EVERYONE: pgettext_lazy("impact", "everyone is affected"),
    Ticket.Impact.MANY: pgettext_lazy("impact", "many are affected"),
    Ticket.Impact.A_FEW: pgettext_lazy("impact", "a few are affected"),
}
PRESSING = {
    Ticket.Urgency.STOPPED: pgettext_lazy("urgency", "work has stopped"),
    Ticket.Urgency.HAMPERED: pgettext_lazy("urgency", "work is hampered"),
    Ticket.Urgency.CAN_WAIT: pgettext_lazy("urgency", "it can wait"),
}
# (from, to); an empty "from" is any other.
MOVES = {
    (State.SOLVED, State.OPEN): gettext_lazy("{by} reopened the ticket"),
    (State.PENDING, State.OPEN): gettext_lazy("Back with support"),
    ("", State.OPEN): gettext_lazy("{by} works on it"),
    ("", State.PENDING): gettext_lazy("Waiting for the customer; the clock stands"),
    ("", State.ON_HOLD): gettext_lazy("Brought to engineering; the clock runs on"),
    ("", State.SOLVED): gettext_lazy("{by} marked it as solved"),
    ("", State.CLOSED): gettext_lazy("Closed for good"),
}
SENTENCES = {
    Kind.OPENED: gettext_lazy("Priority set to {new}: {affected} and {pressing}"),
    Kind.PRIORITY: gettext_lazy(
        "{by} set the priority from {old} to {new}: {affected} and {pressing}"
    ),
    Kind.WORKAROUND: gettext_lazy(
        "{by} gave a workaround, so the priority is medium at most"
    ),
    Kind.NO_WORKAROUND: gettext_lazy("{by} took the workaround back"),
    Kind.OWNER: gettext_lazy("{by} gave the ticket to {new}"),
    Kind.CALLED: gettext_lazy("{by} logged a phone call about this ticket"),
    Kind.FOLLOWED: gettext_lazy("{by} added {new}"),
    Kind.UNFOLLOWED: gettext_lazy("{by} removed {new}"),
}
BY_THEMSELVES = {
    Kind.OWNER: gettext_lazy("{by} took the ticket"),
    Kind.FOLLOWED: gettext_lazy("{by} follows the ticket"),
    Kind.UNFOLLOWED: gettext_lazy("{by} no longer follows the ticket"),
}
ICONS = {
    Kind.OPENED: "triangle-alert",
    Kind.PRIORITY: "triangle-alert",
    Kind.CALLED: "phone",
    Kind.OWNER: "user-round",
    Kind.FOLLOWED: "users",
    Kind.UNFOLLOWED: "users",
    Kind.WORKAROUND: "git-branch",
    Kind.NO_WORKAROUND: "git-branch",
    State.PENDING: "clock",
    State.ON_HOLD: "git-branch",
    State.SOLVED: "check",
    State.CLOSED: "lock",
}


@dataclass(frozen=True)
class Line:
    """One event between the messages of a thread."""

    icon: str
    sentence: SafeString
    at: datetime


def line_of(event: TicketEvent) -> Line:
    by = str(event.by or settings.VENDOR_NAME)
    icon = ICONS.get(event.kind) or ICONS.get(event.new, "refresh-cw")
    facts: dict[str, Any] = {"by": by, "old": event.old, "new": event.new}
    if event.kind in (Kind.OPENED, Kind.PRIORITY):
        facts["old"] = f"P{event.old}"
        facts["new"] = format_html("<b>P{}</b>", event.new)
        facts["affected"] = AFFECTED.get(event.impact, "")
        facts["pressing"] = PRESSING.get(event.urgency, "")
    return Line(icon, format_html(_template(event, by), **facts), event.at)


def _template(event: TicketEvent, by: str) -> str:
    if event.kind == Kind.STATE:
        found = MOVES.get((event.old, event.new)) or MOVES["", event.new]
    elif by == event.new:
        found = BY_THEMSELVES[event.kind]
    else:
        found = SENTENCES[event.kind]
    return str(found)


def span_in_words(minutes: int | timedelta) -> str:
    """30 min; 8 h; 1 h 30 min; 40 h: open time has no days."""
    if isinstance(minutes, timedelta):
        minutes = int(minutes.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    words = [_("%(count)d h") % {"count": hours}] if hours else []
    if rest or not words:
        words.append(_("%(count)d min") % {"count": rest})
    return " ".join(words)
