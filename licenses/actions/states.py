"""A license is suspended, reinstated, revoked: by vendor staff, for a reason."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies import audit
from companies.models import User
from companies.verbs import Verb
from licenses import emails, rights
from licenses.actions import keys
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
    _refuse_customers(by)
    license.lock()
    _refuse_over(license)
    if license.is_suspended:
        raise ValidationError(_("The license is suspended already."))
    license.suspended_at, license.suspension_reason = at, _reason_in(reason)
    license.save(update_fields=["suspended_at", "suspension_reason"])
    _record(license, Verb.LICENSE_SUSPENDED, by, at, license.suspension_reason)
    emails.suspended(license, by=by)
    return license


@transaction.atomic
def reinstate_license(*, license: License, by: User | None, at: datetime) -> License:
    """Let a suspended license run again, on the servers it had; people are told.

    Where it was renewed meanwhile, the next key of each server is made now.
    """
    _refuse_customers(by)
    license.lock()
    _refuse_over(license)
    if not license.is_suspended:
        raise ValidationError(_("The license is not suspended."))
    since = license.suspended_at
    license.suspended_at, license.suspension_reason = None, ""
    license.save(update_fields=["suspended_at", "suspension_reason"])
    _record(license, Verb.LICENSE_REINSTATED, by, at)
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
    _refuse_customers(by)
    license.lock()
    _refuse_over(license)
    license.revoked_at, license.revocation_reason = at, _reason_in(reason)
    license.save(update_fields=["revoked_at", "revocation_reason"])
    _record(license, Verb.LICENSE_REVOKED, by, at, license.revocation_reason)
    emails.revoked(license, by=by)
    return license


def _reason_in(text: str) -> str:
    if not text.strip():
        raise ValidationError({"reason": _("Say why: the customer reads it.")})
    if len(text.strip()) > 200:
        raise ValidationError({"reason": _("Say it in at most 200 characters.")})
    return text.strip()


def _refuse_customers(by: User | None) -> None:
    if by is not None and not rights.may_renew(by):
        raise PermissionDenied


def _refuse_over(license: License) -> None:
    if license.is_revoked:
        raise ValidationError(_("The license is revoked."))
    if license.is_offboarded:
        raise ValidationError(
            _("%(environment)s is off-boarded."),
            params={"environment": license.environment},
        )


def _record(
    license: License, verb: Verb, by: User | None, at: datetime, new: str = ""
) -> None:
    audit.record(
        company=license.company,
        by=by,
        verb=verb,
        thing=license,
        new=new,
        about=license.application.pk,
        at=at,
    )
