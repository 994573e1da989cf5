"""From a signed order to a delivered application, and what may follow."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps import actions as apps_actions
from apps import records
from apps.models import Application, Environment, Membership
from companies.models import User
from companies.verbs import Verb
from contacts import emails, rights
from contacts.actions import grants, office
from contacts.models import TechnicalContact


@transaction.atomic
def sign_order(
    *,
    application: Application,
    by: User | None,
    at: datetime,
    contact: User | None = None,
) -> Application:
    """Record the signature and, in the same moment, appoint the contact [TC-03].

    The contact is the one the order names, unless `contact` names another; both join
    the team first. The contact and the company's admins are mailed; a contact without
    an account is asked to sign up. Refused: a second signature, an order that names
    nobody or somebody deactivated.
    """
    application.lock()
    office.assert_may(by is None or rights.may_settle_orders(by))
    office.refuse_offboarded(application)
    if application.order_signed_at:
        raise ValidationError(
            _("The order of %(application)s is signed already."),
            params={"application": application},
        )
    person = contact or application.named_contact
    if person is None:
        raise ValidationError(
            _(
                "The order of %(application)s names no technical contact."
                " Name one, then sign."
            ),
            params={"application": application},
        )
    office.lock_person(person)
    office.require_active(person)
    application.order_signed_at = at
    application.named_contact = person
    application.save(update_fields=["order_signed_at", "named_contact"])
    records.record(application, Verb.ORDER_SIGNED, by=by, at=at)
    _appoint_at_signing(application, person, by=by, at=at)
    return application


def _appoint_at_signing(
    application: Application, person: User, *, by: User | None, at: datetime
) -> None:
    # The letter of the appointment says all; another about the team would be noise.
    apps_actions.enrol(application=application, person=person, by=by, at=at)
    appointed = office.give_role(application, person, by=by, at=at)
    records.record(application, Verb.CONTACT_APPOINTED, by=by, at=at, new=person)
    emails.appointed(appointed)
    emails.order_signed(appointed, by=by)


@transaction.atomic
def deliver_application(
    *, application: Application, by: User | None, at: datetime
) -> Application:
    """Hand the application over to its customer.

    Its contacts and the company's admins are mailed. Refused, each with what to do:
    before the order is signed, without a technical contact, and while a contact has
    no account [TC-02, TC-04, E3]; a second delivery.
    """
    application.lock()
    office.assert_may(by is None or rights.may_settle_orders(by))
    office.refuse_offboarded(application)
    _require_deliverable(application)
    application.delivered_at = at
    application.save(update_fields=["delivered_at"])
    records.record(application, Verb.APPLICATION_DELIVERED, by=by, at=at)
    emails.delivered(application, by=by)
    return application


def _require_deliverable(application: Application) -> None:
    facts = {"application": application}
    if application.delivered_at:
        raise ValidationError(_("%(application)s is delivered already."), params=facts)
    if not application.order_signed_at:
        raise ValidationError(
            _("The order of %(application)s is not signed yet. Sign it first."),
            params=facts,
        )
    contacts = TechnicalContact.objects.of(application)
    if not contacts.exists():
        raise ValidationError(
            _("%(application)s has no technical contact. Appoint one first."),
            params=facts,
        )
    for contact in contacts.without_account().select_related("user"):
        office.require_account(contact.user)


@transaction.atomic
def offboard_application(
    *, application: Application, by: User | None, at: datetime
) -> Application:
    """End an application with all its environments.

    It stays readable; its contacts stay on record and are told no more of it. Open
    handovers are withdrawn. Contacts and admins are mailed. Refused the second time.
    """
    application.lock()
    office.assert_may(by is None or rights.may_settle_orders(by))
    office.refuse_offboarded(application)
    return end_application(application, by=by, at=at)


def end_application(
    application: Application, *, by: User | None, at: datetime
) -> Application:
    """The same, for a verb that has judged who may and holds the application."""
    withdrawn = office.withdraw_offers(application, by=by, at=at)
    application.offboarded_at = at
    application.save(update_fields=["offboarded_at"])
    Environment.objects.of(application).filter(offboarded_at__isnull=True).update(
        offboarded_at=at
    )
    records.record(application, Verb.APPLICATION_OFFBOARDED, by=by, at=at)
    emails.handovers_withdrawn(withdrawn, by=by)
    emails.offboarded(application, by=by)
    return application


@transaction.atomic
def change_hosting(
    *,
    application: Application,
    hosting: str,
    by: User | None,
    at: datetime,
    keep: User | None = None,
) -> Application:
    """Move an application between On-Premises and Cloud.

    To Cloud only one contact stays: with several, `keep` names that one and the others
    are dismissed; to On-Premises all stay [E5], and the rights on its environments end.
    Open handovers are withdrawn, since the role changes its meaning. Contacts old and
    new and the admins are mailed.
    Refused: the hosting it has already, and several contacts with nobody chosen.
    """
    application.lock()
    office.assert_may(by is None or rights.may_change_hosting(by))
    office.refuse_offboarded(application)
    old = application.get_hosting_display()
    _set_hosting(application, hosting)
    staying, leaving = _divide(application, keep)
    withdrawn = office.withdraw_offers(application, by=by, at=at)
    for contact in leaving:
        office.take_role(contact, by=by, at=at)
        records.record(
            application, Verb.CONTACT_DISMISSED, by=by, at=at, old=contact.user
        )
    application.save(update_fields=["hosting"])
    if application.is_on_premises:
        team = Membership.objects.of(application).select_related("user")
        grants.end_rights(application, team, by=by, at=at)
    TechnicalContact.objects.of(application).update(hosting=hosting)
    new = application.get_hosting_display()
    records.record(application, Verb.HOSTING_CHANGED, by=by, at=at, old=old, new=new)
    emails.handovers_withdrawn(withdrawn, by=by)
    emails.hosting_changed(application, staying=staying, leaving=leaving, by=by, at=at)
    return application


def _set_hosting(application: Application, hosting: str) -> None:
    if application.hosting == hosting:
        raise ValidationError(
            _("%(application)s runs there already: %(hosting)s."),
            params={
                "application": application,
                "hosting": application.get_hosting_display(),
            },
        )
    application.hosting = hosting
    application.clean_fields(exclude=["company", "ordered_by", "named_contact"])


def _divide(
    application: Application, keep: User | None
) -> tuple[list[TechnicalContact], list[TechnicalContact]]:
    """Who stays and who leaves under the new hosting."""
    present = office.contacts_of(application)
    if application.is_on_premises or (len(present) <= 1 and keep is None):
        return present, []
    staying = [contact for contact in present if keep and contact.user_id == keep.pk]
    if not staying:
        raise ValidationError(
            _(
                "A Cloud app has exactly one technical contact."
                " Choose who of %(people)s stays."
            ),
            params={"people": ", ".join(str(contact.user) for contact in present)},
        )
    return staying, [contact for contact in present if contact not in staying]
