"""The contract behind a license: signed, renewed term by term, corrected."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from apps.models import Environment
from companies.models import User
from companies.verbs import Verb
from licenses import emails
from licenses.actions import ends, keys, policies, refusals
from licenses.actions.records import record
from licenses.models import License, LicenseTerm
from licenses.terms import TOO_FAR, is_too_far
from ui.times import day

FIRST_NUMBER = 20001
ATTEMPTS = 20


@transaction.atomic
def create_license(
    *,
    environment: Environment,
    ends_on: date,
    by: User | None,
    at: datetime,
    starts_on: date | None = None,
    verb: Verb = Verb.LICENSE_CREATED,
    **facts: Any,
) -> License:
    """Sign the contract's first term for an environment; give the license a number.

    `facts` are the license's own fields: policy, users, serial, purchase, notes.
    Nobody is told: a new license asks nothing of anybody until a key is made. `by` None
    is the portal itself. Refused: a second license for an environment [E13], one for an
    environment that is off-boarded, an end before its start, a serial number that the
    same app has already, and anybody but vendor staff.
    """
    refusals.refuse_customers(by)
    environment = Environment.objects.select_for_update(of=("self",)).get(
        pk=environment.pk
    )
    if License.objects.filter(environment=environment).exists():
        raise ValidationError(_("This environment has a license already."))
    license = License(
        environment=environment,
        application_name=environment.application.name,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=at,
        **facts,
    )
    _check_new(license)
    _insert_numbered(license)
    _sign_term(license, starts_on, by=by, at=at)
    record(license, verb, by=by, at=at, new=ends_on)
    return license


@transaction.atomic
def renew_license(
    *,
    license: License,
    ends_on: date,
    by: User | None,
    at: datetime,
    users: int | None = None,
    starts_on: date | None = None,
) -> License:
    """Sign the next term, of an On-Premises or a Cloud license.

    The term follows the one before, or begins today when that has run out. On-Premises
    a new key is made for each server that has one, and the contacts are told to put it
    into the app [LI-19]; the key they run stays valid until its own end [E12]. For
    Cloud only the account executive is told [LI-05]. Refused: an end that is not later
    than today's, a license that is off-boarded, revoked or planned to end, and anybody
    but vendor staff.
    """
    refusals.refuse_customers(by)
    license.lock()
    old = license.ends_on
    begins = starts_on or max(old + timedelta(days=1), license.company.today(at))
    check_renewal(license, begins=begins, ends_on=ends_on)
    license.ends_on = ends_on
    license.users = users or license.users
    ends.write(license, ["ends_on", "users"], at=at)
    _sign_term(license, begins, by=by, at=at)
    record(license, Verb.LICENSE_RENEWED, by=by, at=at, old=old, new=ends_on)
    keys.make_successors(license, by=by, at=at)
    emails.renewed(license, old_end=old, by=by)
    return license


def check_renewal(license: License, *, begins: date, ends_on: date) -> None:
    """Refuse a term that cannot be signed, as `renew_license` does and previews do."""
    refusals.refuse_offboarded(license)
    ends.refuse_planned(license)
    refusals.refuse_revoked(license)
    if ends_on <= license.ends_on:
        raise ValidationError(
            _("The license runs until %(day)s. Choose a later day."),
            params={"day": day(license.ends_on)},
        )
    if begins > ends_on:
        raise ValidationError(_("A term ends after it starts."))
    if is_too_far(ends_on):
        raise ValidationError(TOO_FAR)


def why_not_renewed(license: License, *, ends_on: date, at: datetime) -> str:
    """What stands in the way of a renewal, in words; empty where nothing does."""
    begins = max(license.ends_on + timedelta(days=1), license.company.today(at))
    try:
        check_renewal(license, begins=begins, ends_on=ends_on)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


@transaction.atomic
def correct_license(
    *, license: License, by: User | None, at: datetime, **facts: Any
) -> list[str]:
    """Put right what was written down wrongly; returns the names of what changed.

    Not a renewal: nobody is told. An end that moves takes the latest term along.
    """
    refusals.refuse_customers(by)
    license.lock()
    old_end = license.ends_on
    changed = [name for name, value in facts.items() if getattr(license, name) != value]
    if not changed:
        return []
    if "ends_on" in changed:
        ends.refuse_planned(license)
    for name in changed:
        setattr(license, name, facts[name])
    license.full_clean(exclude=["environment", "number"])
    ends.write(license, changed, at=at)
    if license.ends_on != old_end:
        _move_term(license, old_end)
    record(
        license, Verb.LICENSE_CORRECTED, by=by, at=at, new=", ".join(sorted(changed))
    )
    return changed


def _check_new(license: License) -> None:
    """The days of grace are those of its policy, unless they were agreed otherwise."""
    refusals.refuse_offboarded(license)
    if license.policy:
        policies.refuse_unfit(license, license.policy)
        if license.grace_days is None:
            license.grace_days = license.policy.grace_days
    license.full_clean(exclude=["environment", "number"])


def _insert_numbered(license: License) -> None:
    """Take the next free number; whoever takes it at the same moment tries again."""
    for _attempt in range(ATTEMPTS):
        last = License.objects.aggregate(last=models.Max("number"))["last"]
        license.number = (last or FIRST_NUMBER - 1) + 1
        try:
            with transaction.atomic():
                license.save(force_insert=True)
        except IntegrityError:
            if not License.objects.filter(number=license.number).exists():
                raise
        else:
            return
    raise ValidationError(_("Too many licenses are being created. Try again."))


def _sign_term(
    license: License, starts_on: date | None, *, by: User | None, at: datetime
) -> None:
    """The next term; or that of the same end once more, after a shorter one."""
    LicenseTerm.objects.update_or_create(
        license=license,
        ends_on=license.ends_on,
        defaults={"starts_on": starts_on, "signed_at": at, "signed_by": by},
    )


def _move_term(license: License, old_end: date) -> None:
    """The latest term ends when the license does.

    Where that is the end of an earlier term, the latest was never meant.
    """
    latest = license.terms.filter(ends_on=old_end)
    if license.terms.filter(ends_on=license.ends_on).exists():
        latest.delete()
    else:
        latest.update(ends_on=license.ends_on)
