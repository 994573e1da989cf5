"""What the workers do by the clock: one table, with a word on each.

Every errand finds what is due by itself, so a tick that is missed is caught up by the
next one, and two schedulers at once do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Errand:
    """A task that is due again `every` so many seconds, and what it is for."""

    task: str
    every: int
    purpose: str


ERRANDS = {
    "rewind-clocks": Errand(
        "tickets.tasks.rewind_clocks",
        HOUR,
        "Move every SLA clock on: warn before a promise is missed, note when one was.",
    ),
    "end-silent-tickets": Errand(
        "tickets.tasks.end_silent_tickets",
        HOUR,
        "Remind of tickets that wait for the customer; close those that stayed silent.",
    ),
    "deliver-due": Errand(
        "outbox.tasks.deliver_due",
        MINUTE,
        "Send what is due in the outbox, also what a lost nudge left behind.",
    ),
    "remind-of-renewal": Errand(
        "licenses.tasks.remind_of_renewal",
        HOUR,
        "Remind of licenses that run out, by the step of the ladder that is due.",
    ),
    "lapse-handovers": Errand(
        "contacts.tasks.lapse_handovers",
        HOUR,
        "End handovers that nobody answered in time.",
    ),
    "make-archives": Errand(
        "portal.tasks.make_archives",
        MINUTE,
        "Pack the company archives that people asked for.",
    ),
    "purge-archives": Errand(
        "companies.tasks.purge_archives",
        HOUR,
        "Delete archives whose link is too old.",
    ),
    "purge-activity": Errand(
        "companies.tasks.purge_activity",
        DAY,
        "Delete activity older than the activity log keeps.",
    ),
    "purge-notices": Errand(
        "companies.tasks.purge_notices",
        DAY,
        "Delete notices older than the inbox keeps.",
    ),
    "lapse-security-contacts": Errand(
        "companies.tasks.lapse_security_contacts",
        HOUR,
        "End nominations of a security contact that nobody confirmed.",
    ),
    "lapse-invitations": Errand(
        "companies.tasks.lapse_invitations",
        HOUR,
        "End invitations that nobody took up in time.",
    ),
    "remind-of-invitations": Errand(
        "companies.tasks.remind_of_invitations",
        HOUR,
        "Remind of invitations that wait, once.",
    ),
    "finish-addresses": Errand(
        "companies.tasks.finish_addresses",
        HOUR,
        "Let changes of address through whose old mailbox stayed silent.",
    ),
    "keep-reachable": Errand(
        "contacts.tasks.keep_reachable",
        HOUR,
        "Ask technical contacts whether they still are; escalate where nobody answers.",
    ),
    "announce-due": Errand(
        "operations.tasks.announce_due",
        15 * MINUTE,
        "Announce planned maintenance to whoever is technical contact by then.",
    ),
}


def beat() -> dict[str, dict[str, Any]]:
    """The table as Celery's scheduler reads it."""
    return {
        name: {"task": errand.task, "schedule": float(errand.every)}
        for name, errand in ERRANDS.items()
    }
