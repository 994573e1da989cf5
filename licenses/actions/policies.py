"""Which rules a license comes under, and which features it opens of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import User
from companies.verbs import Verb
from licenses.actions import ends, refusals
from licenses.actions.records import record
from licenses.models import Entitlement, License, Policy
from licenses.models.policy import standard
from licenses.terms import end_of_term


@transaction.atomic
def put_under_policy(
    *, license: License, policy: Policy | None, by: User | None, at: datetime
) -> License:
    """Change the rules of a license, as an upgrade does; its servers stay.

    `policy` None means the standard rules. Its grace days come along; its end stays, or
    a new term begins today, as the policy says. Refused: a policy of another app or one
    that is retired, another kind of license key once there is a key, more servers than
    the policy lets in, and customers.
    """
    refusals.refuse_customers(by)
    license.lock()
    if license.policy_id == (policy.pk if policy else None):
        return license
    rules = policy or standard()
    refuse_unfit(license, policy)
    _refuse_other_scheme(license, rules)
    license.policy, license.grace_days = policy, rules.grace_days
    _refuse_too_many(license, at)
    if rules.transfer_strategy == Policy.TransferStrategy.RESET_EXPIRY:
        _begin_anew(license, rules, by=by, at=at)
    ends.write(license, ["policy", "grace_days", "starts_on", "ends_on"], at=at)
    record(license, Verb.POLICY_CHANGED, by=by, at=at, new=rules)
    return license


@transaction.atomic
def set_entitlements(
    *,
    license: License,
    entitlements: Iterable[Entitlement],
    by: User | None,
    at: datetime,
) -> License:
    """The features that the license opens beside those of its policy."""
    refusals.refuse_customers(by)
    license.lock()
    before = set(license.entitlements.all())
    after = set(entitlements)
    if before == after:
        return license
    license.entitlements.set(after)
    record(
        license,
        Verb.ENTITLEMENTS_CHANGED,
        by=by,
        at=at,
        old=_codes(before),
        new=_codes(after) or "-",
    )
    return license


def _codes(entitlements: Iterable[Entitlement]) -> str:
    return ", ".join(sorted(one.code for one in entitlements))


def _begin_anew(
    license: License, rules: Policy, *, by: User | None, at: datetime
) -> None:
    """A new term from today: signed like a renewal."""
    ends.refuse_planned(license)
    today = license.company.today(at)
    if license.starts_on and license.starts_on > today:
        license.starts_on = today
    license.ends_on = end_of_term(today, rules.duration_months)
    license.terms.get_or_create(
        ends_on=license.ends_on,
        defaults={"starts_on": today, "signed_at": at, "signed_by": by},
    )


def refuse_unfit(license: License, policy: Policy | None) -> None:
    """A policy of another app, or one that is retired."""
    if policy is None:
        return
    offered = Policy.objects.for_application(license.application)
    if not offered.filter(pk=policy.pk).exists():
        raise ValidationError({"policy": _("This policy is not offered for the app.")})


def _refuse_other_scheme(license: License, rules: Policy) -> None:
    """A license key never changes, so its kind cannot either."""
    if license.key_digest and rules.scheme != license.rules.scheme:
        words = _(
            "The license has its key already, and this policy wants another kind."
        )
        raise ValidationError({"policy": words})


def _refuse_too_many(license: License, at: datetime) -> None:
    most = license.rules.most_servers(license.server_limit)
    taken = license.seats.counted(at).count()
    if most is not None and taken > most:
        words = ngettext(
            "%(taken)d servers hold the license; this policy lets in %(most)d.",
            "%(taken)d servers hold the license; this policy lets in %(most)d.",
            most,
        )
        raise ValidationError({"policy": words % {"taken": taken, "most": most}})
