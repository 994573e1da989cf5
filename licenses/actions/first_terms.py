"""When the first term of a license begins, where the policy leaves that open."""

from __future__ import annotations

from datetime import datetime

from licenses.actions import ends
from licenses.models import License
from licenses.terms import end_of_term


def begin_term(license: License, *, at: datetime) -> None:
    """The first server is named: a term that counts from the first activation begins.

    For whoever holds the row. Other terms began with the contract, also that of a
    license which was renewed before anybody used it: it keeps what was signed.
    """
    rules = license.rules
    if rules.expiry_basis != rules.ExpiryBasis.FROM_FIRST_ACTIVATION:
        return
    if license.terms.count() > 1:
        return
    old = license.ends_on
    license.starts_on = license.company.today(at)
    license.ends_on = end_of_term(license.starts_on, rules.duration_months)
    ends.write(license, ["starts_on", "ends_on"], at=at)
    license.terms.filter(ends_on=old).update(
        starts_on=license.starts_on, ends_on=license.ends_on
    )
