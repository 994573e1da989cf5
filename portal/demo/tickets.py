"""Plays the threads of the demo, oldest first, so that numbers follow time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from companies.models import User
from portal.demo.moments import Moments
from portal.demo.portfolio import Places
from portal.demo.threads import OPEN, SOLVED, Line, Talk
from tickets import actions
from tickets.models import Ticket

SAYS: dict[str, Callable[..., Any]] = {
    "answers": actions.answer,
    "asks": actions.ask_customer,
    "replies": actions.reply,
    "notes": actions.note,
}


def load(people: dict[str, User], places: Places, moments: Moments) -> None:
    by_name = {email.split("@")[0]: user for email, user in people.items()}
    talks = sorted((*OPEN, *SOLVED), key=lambda talk: -talk.ago)
    for talk in talks:
        play(talk, by_name, places, moments)


def play(
    talk: Talk, by_name: dict[str, User], places: Places, moments: Moments
) -> Ticket:
    """Open the ticket, then say and do what followed."""
    application = places[talk.app]
    ticket = actions.open_ticket(
        company=application.company,
        by=by_name[talk.by],
        kind=talk.kind,
        subject=talk.subject,
        text=talk.text,
        impact=talk.impact,
        urgency=talk.urgency,
        at=moments.before(hours=talk.ago),
        application=application,
        environment=application.environments.filter(name=talk.environment).first(),
        followers=[by_name[name] for name in talk.followers],
    )
    for line in talk.lines:
        _say(ticket, line, by_name[line.who], moments.before(hours=line.ago))
    return ticket


def _say(ticket: Ticket, line: Line, by: User, at: datetime) -> None:
    facts = {"ticket": ticket, "by": by, "at": at}
    if line.what == "calls":
        actions.log_call(**facts)
    elif line.what == "holds":
        actions.answer(**facts, text=line.text, state=Ticket.State.ON_HOLD)
    elif line.what == "solves":
        actions.answer(**facts, text=line.text, state=Ticket.State.SOLVED)
    else:
        SAYS[line.what](**facts, text=line.text)
