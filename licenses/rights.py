"""Who may do what to a license; seeing one is judged by `companies.access`."""

from __future__ import annotations

from typing import Any

from contacts import rights
from licenses.models import License


def may_generate_keys(user: Any, license: License) -> bool:
    """Contacts of an On-Premises application, and vendor staff [LI-01, E9].

    Nobody for a Cloud application: its licenses are the vendor's business [LI-05].
    """
    application = license.application
    return application.is_on_premises and rights.may_generate_keys(user, application)


def may_renew(user: Any) -> bool:
    """A renewal is a contract: the vendor signs it, whatever the hosting."""
    return bool(user.is_active and user.is_staff)
