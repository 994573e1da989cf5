"""Who may not, and what has ended: the refusals that several verbs share.

Each raises; verbs ask them first, or right after they hold the row they judge.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from companies.models import User
from licenses import rights
from licenses.models import License


def refuse_customers(by: User | None) -> None:
    """What the vendor decides; `by` None is the portal itself."""
    if by is not None and not rights.may_renew(by):
        raise PermissionDenied


def refuse_strangers(by: User | None, license: License) -> None:
    """What contacts and the vendor do; `by` None is the app or the portal itself."""
    if by is not None and not rights.may_generate_keys(by, license):
        raise PermissionDenied


def refuse_revoked(license: License) -> None:
    if license.is_revoked:
        raise ValidationError(_("%(license)s is revoked."), params={"license": license})


def refuse_offboarded(license: License) -> None:
    """Of an environment that is off-boarded, alone or with its app."""
    if license.is_offboarded:
        raise ValidationError(
            _("%(environment)s is off-boarded."),
            params={"environment": license.environment},
        )


def refuse_over(license: License) -> None:
    """Ended for good, whatever its contract says."""
    refuse_revoked(license)
    refuse_offboarded(license)


def refuse_stopped(license: License) -> None:
    """Licenses that no server may begin to use."""
    if license.application.is_cloud:
        raise ValidationError(_("A Cloud license needs no key: we renew it for you."))
    refuse_over(license)
    if license.is_suspended:
        raise ValidationError(
            _("The license is suspended: %(reason)s"),
            params={"reason": license.suspension_reason},
        )


def why_stopped(license: License) -> str:
    """Why no server may begin to use it, in words; empty where nothing is wrong."""
    try:
        refuse_stopped(license)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""
