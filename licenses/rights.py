"""Who may do what to a license; seeing one is judged by `companies.access`."""

from __future__ import annotations

from typing import Any

from companies.models import User
from contacts import rights
from contacts.models import TechnicalContact
from licenses.models import ExpansionRequest, License


def may_generate_keys(user: Any, license: License) -> bool:
    """Contacts of an On-Premises application, and vendor staff [LI-01, E9].

    Nobody for a Cloud application: its licenses are the vendor's business [LI-05].
    """
    application = license.application
    return application.is_on_premises and rights.may_generate_keys(user, application)


def contacts_of(license: License) -> list[User]:
    """The people who make its keys, the longest in office first."""
    contacts = TechnicalContact.objects.reachable_for(license.application)
    return [contact.user for contact in contacts.order_by("appointed_at", "id")]


def may_renew(user: Any) -> bool:
    """A renewal is a contract: the vendor signs it, whatever the hosting."""
    return bool(user.is_active and user.is_staff)


def may_ask_expansion(user: Any, license: License) -> bool:
    """Contacts and company admins, in either hosting [LI-04]; staff for who calls."""
    return rights.may_manage_contacts(user, license.application)


def may_withdraw_expansion(user: Any, request: ExpansionRequest) -> bool:
    """Who asked, while active, and whoever may ask for the same license."""
    is_own = user.is_active and user.pk == request.asked_by_id
    return is_own or may_ask_expansion(user, request.license)
