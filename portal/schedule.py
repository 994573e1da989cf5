"""What the workers do by the clock: one table, with a word on each.

Every errand finds what is due by itself, so a tick that is missed is caught up by the
next one, and two schedulers at once do no harm. Its task returns figures of what it
did; its outlook says, with the same names, what it would do now, and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MINUTE, HOUR, DAY = 60, 3600, 86400
# By this mark a worker knows which errand it runs, and that beat sent it.
HEADER = "steward_errand"


@dataclass(frozen=True)
class Errand:
    """A task that is due again `every` so many seconds, and what it is for.

    `outlook` takes the moment and gives QuerySets or numbers, by names of `FIGURES`.
    """

    task: str
    every: int
    purpose: str | Promise
    outlook: str


ERRANDS = {
    "deliver-due": Errand(
        "outbox.tasks.deliver_due",
        MINUTE,
        _("Send what is due in the outbox, also what a lost nudge left behind."),
        "outbox.outlook.deliver_due",
    ),
    "write-digests": Errand(
        "companies.tasks.write_digests",
        MINUTE,
        _("Put what waits for it into the one letter a day that people chose."),
        "companies.outlook.write_digests",
    ),
    "read-returns": Errand(
        "outbox.tasks.read_returns",
        5 * MINUTE,
        _("Read the mailbox for returned mail, if BOUNCE_IMAP_URL names one."),
        "outbox.outlook.read_returns",
    ),
    "trust-addresses": Errand(
        "outbox.tasks.trust_addresses",
        HOUR,
        _("Trust addresses again whose mail has not come back for a week."),
        "outbox.outlook.trust_addresses",
    ),
    "blank-letters": Errand(
        "outbox.tasks.blank_letters",
        HOUR,
        _("Take words and files out of letters: secrets soon, all others in time."),
        "outbox.outlook.blank_letters",
    ),
    "purge-letters": Errand(
        "outbox.tasks.purge_letters",
        DAY,
        _("Delete letters older than the outbox keeps."),
        "outbox.outlook.purge_letters",
    ),
    "remind-of-renewal": Errand(
        "licenses.tasks.remind_of_renewal",
        HOUR,
        _("Remind of licenses that run out, by the step of the ladder that is due."),
        "licenses.outlook.remind_of_renewal",
    ),
    "drop-silent-servers": Errand(
        "licenses.tasks.drop_silent_servers",
        MINUTE,
        _("Free the places of servers that stopped their heartbeats, by policy."),
        "licenses.outlook.drop_silent_servers",
    ),
    "announce-due": Errand(
        "operations.tasks.announce_due",
        15 * MINUTE,
        _("Announce planned maintenance to whoever is technical contact by then."),
        "operations.outlook.announce_due",
    ),
    "rewind-clocks": Errand(
        "tickets.tasks.rewind_clocks",
        HOUR,
        _("Compare every SLA clock with what is promised now, and put it right."),
        "tickets.outlook.rewind_clocks",
    ),
    "end-silent-tickets": Errand(
        "tickets.tasks.end_silent_tickets",
        HOUR,
        _("Remind of tickets that wait for the customer; close those that stay so."),
        "tickets.outlook.end_silent_tickets",
    ),
    "keep-reachable": Errand(
        "contacts.tasks.keep_reachable",
        HOUR,
        _("Ask technical contacts whether they still are; escalate where nobody is."),
        "contacts.outlook.keep_reachable",
    ),
    "run-planned-ends": Errand(
        "licenses.tasks.run_planned_ends",
        HOUR,
        _("Off-board environments whose license was planned to end."),
        "licenses.outlook.run_planned_ends",
    ),
    "purge-files": Errand(
        "licenses.tasks.purge_files",
        DAY,
        _("Forget license and machine files that ended long ago."),
        "licenses.outlook.purge_files",
    ),
    "lapse-handovers": Errand(
        "contacts.tasks.lapse_handovers",
        HOUR,
        _("End handovers that nobody answered in time."),
        "contacts.outlook.lapse_handovers",
    ),
    "lapse-invitations": Errand(
        "companies.tasks.lapse_invitations",
        HOUR,
        _("End invitations that nobody took up in time."),
        "companies.outlook.lapse_invitations",
    ),
    "remind-of-invitations": Errand(
        "companies.tasks.remind_of_invitations",
        HOUR,
        _("Remind of invitations that wait, once."),
        "companies.outlook.remind_of_invitations",
    ),
    "lapse-security-contacts": Errand(
        "companies.tasks.lapse_security_contacts",
        HOUR,
        _("End nominations of a security contact that nobody confirmed."),
        "companies.outlook.lapse_security_contacts",
    ),
    "finish-addresses": Errand(
        "companies.tasks.finish_addresses",
        HOUR,
        _("Let changes of address through whose old mailbox stayed silent."),
        "companies.outlook.finish_addresses",
    ),
    "make-archives": Errand(
        "portal.tasks.make_archives",
        MINUTE,
        _("Pack the company archives that people asked for."),
        "companies.outlook.make_archives",
    ),
    "purge-archives": Errand(
        "companies.tasks.purge_archives",
        HOUR,
        _("Delete archives whose link is too old."),
        "companies.outlook.purge_archives",
    ),
    "purge-activity": Errand(
        "companies.tasks.purge_activity",
        DAY,
        _("Delete activity older than the activity log keeps."),
        "companies.outlook.purge_activity",
    ),
    "purge-notices": Errand(
        "companies.tasks.purge_notices",
        DAY,
        _("Delete notices older than the inbox keeps."),
        "companies.outlook.purge_notices",
    ),
    "purge-errand-runs": Errand(
        "portal.tasks.purge_errand_runs",
        DAY,
        _("Delete runs of these errands that are two weeks old, but the last of each."),
        "portal.runs.outlook",
    ),
}

# What the figures of a run and of an outlook count, to stand before the number.
FIGURES = {
    "announced": _("windows announced"),
    "archives": _("archives"),
    "aside": _("set aside for a person"),
    "asked": _("people asked"),
    "changed": _("addresses changed"),
    "clocks": _("clocks put right"),
    "closed": _("tickets closed"),
    "companies": _("companies"),
    "deferred": _("put off"),
    "dropped": _("changes of address dropped"),
    "due": _("letters due"),
    "ended": _("environments off-boarded"),
    "escalated": _("escalated"),
    "failed": _("failed"),
    "folded": _("letters put into digests"),
    "lapsed": _("lapsed"),
    "letters": _("letters"),
    "licenses": _("licenses"),
    "outlived": _("cancelled, no longer true"),
    "over": _("settled by themselves"),
    "people": _("people"),
    "purged": _("deleted"),
    "raised": _("raised"),
    "reminded": _("reminders"),
    "secrets": _("secrets removed"),
    "sent": _("sent"),
    "servers": _("servers"),
    "taken": _("returned mails understood"),
    "tickets": _("open tickets to look at"),
    "trusted": _("addresses trusted again"),
    "waiting": _("for later"),
    "words": _("texts removed"),
}


def beat() -> dict[str, dict[str, Any]]:
    """The table as Celery's scheduler reads it.

    A tick that no worker took up before the next one came is worth nothing any more:
    workers that were away for a day find one tick of each errand, not hundreds.
    """
    return {
        name: {
            "task": errand.task,
            "schedule": float(errand.every),
            "options": {"expires": errand.every, "headers": {HEADER: name}},
        }
        for name, errand in ERRANDS.items()
    }
