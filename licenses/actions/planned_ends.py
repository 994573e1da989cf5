"""A license that will not be renewed: its last day is planned, and then it ends.

The end of the contract is that day; what was signed stays in its terms, so the plan
can be taken back.
"""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies.models import User
from companies.verbs import Verb
from licenses import planned_end_emails
from licenses.actions import ends, refusals
from licenses.actions.offboarding import offboard_environment, withdraw_wishes
from licenses.actions.records import record
from licenses.actions.reminders import zones_by_day
from licenses.models import License
from ui.times import day

BATCH = 100


@transaction.atomic
def plan_end(*, license: License, on: date, by: User | None, at: datetime) -> bool:
    """Note that the license ends for good after this day; False if it was noted so.

    Reminders say so from then on, instead of asking for a renewal. After that day its
    environment is off-boarded, the last one with its app. Contacts, admins and the
    account executive are told now. Refused: a day that is over or lies beyond the
    contract, what has ended already, and anybody but vendor staff. `by` None is the
    portal itself.
    """
    _lock(license, by)
    if license.terminates_on == on:
        return False
    _check(license, on=on, at=at)
    old = license.ends_on
    license.terminates_on = license.ends_on = on
    license.full_clean(exclude=["environment", "number", "policy"])
    ends.write(license, ["terminates_on", "ends_on"], at=at)
    record(license, Verb.END_PLANNED, by=by, at=at, old=old, new=on)
    planned_end_emails.planned(license, by=by, at=at)
    return True


def why_not_planned(license: License, *, on: date, at: datetime) -> str:
    """What stands in the way of a planned end, in words; empty where nothing does."""
    try:
        _refuse_ended(license)
        _check(license, on=on, at=at)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


@transaction.atomic
def unplan_end(*, license: License, by: User, at: datetime) -> License:
    """Take the plan back: the license runs until the end that was signed.

    Whoever was told of the plan is told of this. Refused: without a plan, and to
    anybody but vendor staff.
    """
    _lock(license, by)
    if license.terminates_on is None:
        raise ValidationError(
            _("No end of %(license)s is planned."), params={"license": license}
        )
    old = license.terminates_on
    license.terminates_on, license.ends_on = None, license.signed_until
    ends.write(license, ["terminates_on", "ends_on"], at=at)
    record(license, Verb.END_UNPLANNED, by=by, at=at, old=old, new=license.ends_on)
    planned_end_emails.unplanned(license, old=old, by=by, at=at)
    return license


def run_planned_ends(*, at: datetime) -> int:
    """Off-board what was planned to end before today; says how many environments.

    Each in a transaction of its own, by the calendar of its company. Running it twice
    or in two workers ends each once: the second finds it ended. Wishes for what has
    ended with its whole app, at the desk, are withdrawn on the way.
    """
    count = 0
    for today, zones in zones_by_day(at).items():
        due = License.objects.live().planned_to_end(today).in_zones(zones)
        for license in due.with_company().order_by("terminates_on", "id"):
            count += _run(license, at=at)
    withdraw_wishes(at=at)
    return count


def _run(license: License, *, at: datetime) -> bool:
    try:
        offboard_environment(
            environment=license.environment, by=None, at=at, with_application=True
        )
    except ValidationError:
        return False  # somebody was quicker
    return True


def _lock(license: License, by: User | None) -> None:
    refusals.refuse_customers(by)
    license.lock()
    _refuse_ended(license)


def _refuse_ended(license: License) -> None:
    if license.is_offboarded or license.is_revoked:
        raise ValidationError(
            _("%(license)s has ended already."), params={"license": license}
        )


def _check(license: License, *, on: date, at: datetime) -> None:
    """A planned end lies between today and what was signed."""
    signed = license.signed_until
    if on < license.company.today(at):
        raise ValidationError(_("This day is over. Off-board the environment instead."))
    if on > signed:
        raise ValidationError(
            _("The license runs until %(day)s. Renew it first, or choose that day."),
            params={"day": day(signed)},
        )
