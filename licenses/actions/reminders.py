"""The sweep for renewal reminders: exactly once per license, end, step and person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from companies import notices
from companies.models import Company
from companies.verbs import Verb
from contacts.audience import Reader
from licenses import emails, reminders
from licenses.actions.records import record
from licenses.emails import Ending
from licenses.models import License, LicenseQuerySet, Policy, RenewalReminder
from licenses.reminders import Step

BATCH = 100
LICENSES_PER_LETTER = 10


@dataclass
class Tally:
    """How many letters were written, and about how many licenses."""

    letters: int = 0
    licenses: int = 0


def remind_of_renewal(*, at: datetime) -> Tally:
    """Remind of every license that runs out, by the step of the ladder that is due.

    On-Premises the technical contacts are told, for Cloud the account executive, and
    where nobody can be reached whoever stands in. Off-boarded ones are left alone. One
    letter tells a person of all licenses of an application that end the same day. Runs
    in bounded transactions that never wait for one another: a second sweep at the same
    time takes other licenses, a later one finds nothing left [E10].
    """
    tally = Tally()
    days = zones_by_day(at).items()
    for licenses, ladder in _ladders():
        rungs = reminders.steps(ladder, settings.LICENSE_GRACE_DAYS)
        for (today, zones), step in product(days, rungs):
            awaiting = licenses.awaiting_reminder(step.days, *step.window(today))
            _climb(awaiting.in_zones(zones), Sweep(at, today, step, rungs, tally))
    return tally


def _ladders() -> Iterator[tuple[LicenseQuerySet, list[int]]]:
    """Whose reminders come on which days: as set up, or as their policy says."""
    live = License.objects.live()
    own = list(Policy.objects.of_own_ladder())
    yield live.on_usual_ladder(own), settings.RENEWAL_REMINDER_DAYS
    for policy in own:
        yield live.filter(policy=policy), policy.ladder


@dataclass(frozen=True)
class Sweep:
    """One step of the ladder on one calendar day, and the tally of the whole run."""

    at: datetime
    today: date
    step: Step
    rungs: Sequence[Step]
    tally: Tally


def _climb(awaiting: LicenseQuerySet, sweep: Sweep) -> None:
    """Batch after batch along the index; what another sweep holds is left to it."""
    last: License | None = None
    while True:
        with transaction.atomic():
            rows = awaiting.after(last) if last else awaiting
            claimed = list(rows.by_end().claimed()[:BATCH])
            if not claimed:
                return
            last = claimed[-1]
            _remind(_untold(_with_siblings(claimed, awaiting), sweep.step), sweep)


def _with_siblings(claimed: list[License], awaiting: LicenseQuerySet) -> list[License]:
    """Also the licenses that belong into the same letters, beyond the batch's edge."""
    applications = {license.application.pk for license in claimed}
    siblings = awaiting.filter(environment__application__in=applications).exclude(
        pk__in=[license.pk for license in claimed]
    )
    return claimed + list(siblings.by_end().claimed())


def _untold(licenses: list[License], step: Step) -> list[License]:
    """Without those that another sweep told between our look and our lock."""
    told = set(
        RenewalReminder.objects.filter(
            license__in=licenses, days_before=step.days
        ).values_list("license", "due_on")
    )
    return [license for license in licenses if (license.pk, license.due_on) not in told]


def _remind(licenses: list[License], sweep: Sweep) -> None:
    readers = emails.readers_of({license.application for license in licenses})
    endings = list(_endings(licenses, sweep))
    tidings = (
        tiding
        for ending in endings
        for tiding in emails.renewal_reminders(
            ending, readers.get(ending.application.pk, [])
        )
    )
    sweep.tally.letters += notices.tell_many(tidings, at=sweep.at).letters
    sweep.tally.licenses += len(licenses)
    RenewalReminder.objects.bulk_create(
        row
        for ending in endings
        for row in _written(ending, readers.get(ending.application.pk, []), sweep.at)
    )


def _endings(licenses: Iterable[License], sweep: Sweep) -> Iterator[Ending]:
    """Licenses of one application that end the same day, and as finally, share one."""
    groups: dict[tuple, list[License]] = defaultdict(list)
    for license in licenses:
        same = license.application.pk, license.due_on, license.is_to_end
        groups[same].append(license)
    for (_application, due_on, _is_to_end), group in groups.items():
        group.sort(key=lambda license: license.number)
        for start in range(0, len(group), LICENSES_PER_LETTER):
            part = group[start : start + LICENSES_PER_LETTER]
            yield Ending(part, due_on, sweep.step, sweep.rungs, sweep.today)


def _written(
    ending: Ending, readers: Sequence[Reader], at: datetime
) -> Iterator[RenewalReminder]:
    """The rows that keep this step from being told again; the activity says it too."""
    told = ", ".join(str(reader.user) for reader in readers) or settings.SUPPORT_EMAIL
    for license in ending.licenses:
        record(license, Verb.RENEWAL_REMINDED, by=None, at=at, new=told)
        yield RenewalReminder(
            license=license,
            due_on=ending.due_on,
            days_before=ending.step.days,
            told_at=at,
            told=told[:400],
        )


def zones_by_day(at: datetime) -> dict[date, list[str]]:
    """Which calendar day it is where: at most three days at one moment."""
    zones = Company.objects.order_by().values_list("time_zone", flat=True).distinct()
    days: dict[date, list[str]] = defaultdict(list)
    for zone in zones:
        days[at.astimezone(ZoneInfo(zone)).date()].append(zone)
    return days
