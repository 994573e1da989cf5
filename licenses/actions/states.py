"""A license is suspended, reinstated, revoked: by vendor staff, for a reason."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies.models import User
from companies.verbs import Verb
from licenses import emails
from licenses.actions import keys, refusals
from licenses.actions.records import record
from licenses.models import License


@transaction.atomic
def suspend_license(
    *, license: License, reason: str, by: User | None, at: datetime
) -> License:
    """Stop a license until it is reinstated; whoever looks after it is told.

    Apps that ask over the network hear it at their next question, and no new key or
    file is made. What is out there off line works on until its own end. Refused: no
    reason, a license that is suspended, revoked or off-boarded, and customers.
    """
    refusals.refuse_customers(by)
    license.lock()
    refusals.refuse_over(license)
    if license.is_suspended:
        raise ValidationError(_("The license is suspended already."))
    license.suspended_at, license.suspension_reason = at, _reason_in(reason)
    license.save(update_fields=["suspended_at", "suspension_reason"])
    reason = license.suspension_reason
    record(license, Verb.LICENSE_SUSPENDED, by=by, at=at, new=reason)
    emails.suspended(license, by=by)
    return license


@transaction.atomic
def reinstate_license(*, license: License, by: User | None, at: datetime) -> License:
    """Let a suspended license run again, on the servers it had; people are told.

    Where it was renewed meanwhile, the next key of each server is made now.
    """
    refusals.refuse_customers(by)
    license.lock()
    refusals.refuse_over(license)
    if not license.is_suspended:
        raise ValidationError(_("The license is not suspended."))
    since = license.suspended_at
    license.suspended_at, license.suspension_reason = None, ""
    license.save(update_fields=["suspended_at", "suspension_reason"])
    record(license, Verb.LICENSE_REINSTATED, by=by, at=at)
    if license.keys.current().filter(ends_on__lt=license.ends_on).exists():
        keys.make_successors(license, by=by, at=at)
    emails.reinstated(license, since=since, by=by)
    return license


@transaction.atomic
def revoke_license(
    *, license: License, reason: str, by: User | None, at: datetime
) -> License:
    """End a license for good: its keys are unknown from now on, its history stays.

    There is no way back, and the environment gets no other license: if the app is to
    run on, it needs a new environment with a license. Refused as suspending is.
    """
    refusals.refuse_customers(by)
    license.lock()
    refusals.refuse_over(license)
    license.revoked_at, license.revocation_reason = at, _reason_in(reason)
    license.save(update_fields=["revoked_at", "revocation_reason"])
    reason = license.revocation_reason
    record(license, Verb.LICENSE_REVOKED, by=by, at=at, new=reason)
    emails.revoked(license, by=by)
    return license


def _reason_in(text: str) -> str:
    if not text.strip():
        raise ValidationError({"reason": _("Say why: the customer reads it.")})
    if len(text.strip()) > 200:
        raise ValidationError({"reason": _("Say it in at most 200 characters.")})
    return text.strip()
