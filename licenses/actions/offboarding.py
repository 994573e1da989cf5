"""The end of one environment, with its license and keys; and taking that back.

A license has no end of its own before its contract's: it ends with its environment
[LI-29], and whoever asks a license, a key or a reminder asks the environment first.
Rows are locked in one order: application, environment, license.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps import records
from apps.models import Application, Environment
from companies.models import User
from companies.verbs import Verb
from contacts import rights as contact_rights
from contacts.actions import orders
from licenses import offboarding_emails
from licenses.actions import ends, expansions, refusals
from licenses.models import ExpansionRequest, License


@transaction.atomic
def offboard_environment(
    *,
    environment: Environment,
    by: User | None,
    at: datetime,
    with_application: bool = False,
) -> Environment:
    """End one environment: its license, its keys and whatever was asked for it.

    Keys stop when an app shows them next; reminders stop at once. What is on record
    stays readable, the data for some days [LI-25]. The app's other contacts, the
    company's admins and the account executive are told. The last environment takes the
    app with it, and only when that was confirmed too: `with_application` [LI-29, E13].
    `by` None is the portal, on a day that was planned. Refused the second time, and to
    anybody but technical contacts and vendor staff [TC-32].
    """
    application = environment.application
    application.lock()
    if by is not None and not contact_rights.may_offboard(by, application):
        raise PermissionDenied
    _lock(environment, application)
    is_last = is_last_one(environment)
    _refuse_unconfirmed(environment, is_confirmed=with_application or not is_last)
    environment.offboarded_at = at
    environment.save(update_fields=["offboarded_at"])
    withdraw_wishes(at=at, license__environment=environment)
    verb = Verb.ENVIRONMENT_OFFBOARDED
    records.record(application, verb, thing=environment, by=by, at=at)
    offboarding_emails.offboarded(environment, by=by, is_last=is_last)
    if is_last:
        orders.end_application(application, by=by, at=at)
    return environment


@transaction.atomic
def bring_back_environment(
    *, environment: Environment, by: User, at: datetime
) -> Environment:
    """Undo an off-boarding, as long as the data is kept; the app comes back with it.

    Keys and license count as if nothing had happened; a planned end that has passed is
    taken back with it. Whoever was told of the end is told of this. Refused: when the
    data is gone, for what was never ended, and to anybody but vendor staff.
    """
    refusals.refuse_customers(by)
    application = environment.application
    application.lock()
    _lock(environment, application)
    ended_at = environment.offboarded_at
    if ended_at is None:
        raise ValidationError(
            _("%(environment)s is not off-boarded."),
            params={"environment": environment},
        )
    if at >= kept_until(ended_at):
        raise ValidationError(
            _("Its data is deleted: it was kept for %(days)d days."),
            params={"days": settings.LICENSE_KEPT_DAYS},
        )
    environment.offboarded_at = None
    environment.save(update_fields=["offboarded_at"])
    if application.offboarded_at:
        application.offboarded_at = None
        application.save(update_fields=["offboarded_at"])
    _take_plan_back(environment, at=at)
    verb = Verb.ENVIRONMENT_BROUGHT_BACK
    records.record(application, verb, thing=environment, by=by, at=at)
    offboarding_emails.brought_back(environment, ended_at=ended_at, by=by)
    return environment


def is_last_one(environment: Environment) -> bool:
    """Whether nothing of the application is left when this environment ends."""
    others = Environment.objects.of(environment.application).live()
    return not others.exclude(pk=environment.pk).exists()


def kept_until(ended_at: datetime) -> datetime:
    """Until then the data can be downloaded, and all be brought back [LI-25]."""
    return ended_at + timedelta(days=settings.LICENSE_KEPT_DAYS)


def _refuse_unconfirmed(environment: Environment, *, is_confirmed: bool) -> None:
    """What has ended does not end again; the last one only with its app."""
    words = {"environment": environment}
    if environment.offboarded_at or environment.application.offboarded_at:
        raise ValidationError(
            _("%(environment)s is off-boarded already."), params=words
        )
    if not is_confirmed:
        refusal = _(
            "%(environment)s is the last environment: the app ends with it."
            " Confirm that too."
        )
        raise ValidationError(refusal, params=words)


def _lock(environment: Environment, application: Application) -> None:
    rows = Environment.objects.select_for_update(no_key=True)
    environment.refresh_from_db(from_queryset=rows)
    environment.application = application


def withdraw_wishes(*, at: datetime, **of_what: Any) -> int:
    """Close what was asked for something that has ended; `of_what` narrows it."""
    wishes = list(ExpansionRequest.objects.open().of_the_ended().filter(**of_what))
    words = _("The environment was off-boarded.")
    for wish in wishes:
        expansions.withdraw_expansion(request=wish, by=None, at=at, answer=words)
    return len(wishes)


def _take_plan_back(environment: Environment, *, at: datetime) -> None:
    """Else what was brought back would end again the same night."""
    license: License | None = getattr(environment, "license", None)
    if license is None:
        return
    license.lock()
    planned = license.terminates_on
    if planned is None or planned >= license.company.today(at):
        return
    license.terminates_on, license.ends_on = None, license.signed_until
    ends.write(license, ["terminates_on", "ends_on"], at=at)
