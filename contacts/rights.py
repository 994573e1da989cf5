"""What a person may do: to one environment, and about an application's people.

Seeing is judged by `companies.access`; everything else is judged here and nowhere
else. A right on an environment is held by the role of technical contact, by a grant on
that very environment [E24], or as vendor staff; being company admin gives none.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from apps.models import Application, Environment
from apps.rights import may_order
from companies.access import fetch_visible
from contacts.holdings import NOTHING, granted_on, of_the_role, rights_of
from contacts.models import Handover, Right, TechnicalContact

__all__ = [
    "Right",
    "fetch_with",
    "governs",
    "is_contact",
    "may",
    "may_answer_handover",
    "may_appoint",
    "may_by_api",
    "may_cancel_handover",
    "may_change_application",
    "may_change_hosting",
    "may_dismiss",
    "may_export_rights",
    "may_generate_keys",
    "may_manage_contacts",
    "may_manage_team",
    "may_offboard",
    "may_offer_handover",
    "may_order",
    "may_replace_contact",
    "may_settle_orders",
    "rights_of",
    "rights_on",
]

# Support acts for a customer, but who may do what there is the contact's word [E24].
RIGHTS_OF_STAFF = frozenset(Right) - {Right.MANAGE_PERMISSIONS}


def may(user: Any, right: Right, environment: Environment) -> bool:
    """Whether this person has this right on this environment."""
    return right in rights_on(user, environment)


def may_by_api(user: Any, right: Right, environment: Environment) -> bool:
    """Whether a program may do it in this person's name: both rights are needed."""
    return {right, Right.API} <= rights_on(user, environment)


def rights_on(user: Any, environment: Environment) -> frozenset[Right]:
    """All that this person may do to one environment, in two queries at most."""
    if not user.is_authenticated or not user.is_active:
        return NOTHING
    if user.is_staff:
        return RIGHTS_OF_STAFF
    granted = granted_on(environment, user)
    if _holds_role(user, environment.application_id):
        return granted | of_the_role(environment)  # the contact may everything
    return granted


def fetch_with(right: Right, user: Any, **lookup: Any) -> Environment:
    """The environment: 404 when it is not visible, 403 without the right."""
    environment = fetch_visible(Environment, user, **lookup)
    if not may(user, right, environment):
        raise PermissionDenied
    return environment


def is_contact(user: Any, application: Application) -> bool:
    """Whether this person is a technical contact of the application today."""
    return user.is_active and _holds_role(user, application.pk)


def may_generate_keys(user: Any, application: Application) -> bool:
    """Contacts of the application and vendor staff [LI-01, TC-33].

    A company admin who wants to may first become the contact.
    """
    return user.is_active and (user.is_staff or is_contact(user, application))


def may_manage_contacts(user: Any, application: Application) -> bool:
    """Contacts themselves, admins of the company [TC-28] and vendor staff [TC-29]."""
    return governs(user, application) or is_contact(user, application)


def may_manage_team(user: Any, application: Application) -> bool:
    return may_manage_contacts(user, application)


def may_export_rights(user: Any, application: Application) -> bool:
    """The list of rights as a file: for the contact [TC-32], admins and staff."""
    return may_manage_contacts(user, application)


def may_change_application(user: Any, application: Application) -> bool:
    """Correct its name and description, add and rename its environments."""
    return may_manage_contacts(user, application)


def may_appoint(user: Any, application: Application) -> bool:
    """Add a contact at once; on Cloud the contact can only hand over [TC-21]."""
    if application.is_cloud:
        return governs(user, application)
    return may_manage_contacts(user, application)


def may_replace_contact(user: Any, application: Application) -> bool:
    """Take the role from one person and give it to another at once."""
    return governs(user, application)


def may_dismiss(user: Any, contact: TechnicalContact) -> bool:
    return may_manage_contacts(user, contact.application)


def may_offer_handover(user: Any, contact: TechnicalContact) -> bool:
    """The contact offers the own role; an admin or staff may offer in their place."""
    is_own = user.is_active and user.pk == contact.user_id
    return is_own or governs(user, contact.application)


def may_answer_handover(user: Any, handover: Handover) -> bool:
    """Nobody can accept for somebody else."""
    return user.is_active and user.pk == handover.to_user_id


def may_cancel_handover(user: Any, handover: Handover) -> bool:
    """Whoever gives the role away or offered it; admins and staff too."""
    takes_part = user.pk in {handover.from_user_id, handover.offered_by_id}
    return user.is_active and (takes_part or governs(user, handover.application))


def may_change_hosting(user: Any) -> bool:
    """It changes the contract, so the vendor does it [TC-36]."""
    return user.is_active and user.is_staff


def may_offboard(user: Any, application: Application) -> bool:
    """Ask for the end of an environment and confirm it [TC-32]; staff at the desk."""
    return user.is_active and (user.is_staff or is_contact(user, application))


def may_settle_orders(user: Any) -> bool:
    """Record a signature, deliver and off-board: the vendor's own acts."""
    return user.is_active and user.is_staff


def governs(user: Any, application: Application) -> bool:
    """Vendor staff, and admins of the company the application belongs to."""
    if not user.is_active:
        return False
    if user.is_staff:
        return True
    return user.is_company_admin and user.company_id == application.company_id


def _holds_role(user: Any, application_id: Any) -> bool:
    return (
        TechnicalContact.objects.held_by(user)
        .filter(application=application_id)
        .exists()
    )
