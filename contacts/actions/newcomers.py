"""Technical contacts who have no account yet: the letter that leads to one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from companies.models import User
from contacts import emails, rights
from contacts.actions import office
from contacts.models import TechnicalContact
from outbox.models import Message

PAUSE = timedelta(hours=1)


@transaction.atomic
def write_again(*, contact: TechnicalContact, by: User, at: datetime) -> None:
    """Send the letter of the appointment once more to who has no account [TC-04].

    It says how to choose a password; without that the app is not delivered. For those
    who may appoint. Refused once there is an account, and within an hour of the letter
    before.
    """
    application = contact.application
    application.lock()
    office.assert_may(rights.may_appoint(by, application))
    office.refuse_offboarded(application)
    contact = office.still_contact(contact)
    if contact.state_code != "contact.no_account":
        raise ValidationError(
            _("%(person)s has an account, or had one: there is nothing to send."),
            params={"person": contact.user},
        )
    hour = int((at - contact.appointed_at) / PAUSE)
    if hour < 1 or _wrote_lately(contact, hour, at):
        raise ValidationError(
            _(
                "The last letter to %(person)s is less than an hour old. Ask whether"
                " it arrived, perhaps among the junk."
            ),
            params={"person": contact.user},
        )
    emails.appointed(contact, again=hour)


def _wrote_lately(contact: TechnicalContact, hour: int, at: datetime) -> bool:
    """Each hour since the appointment has a letter's key; two of them can matter."""
    keys = [emails.key_of_appointment(contact, again=one) for one in (hour - 1, hour)]
    letters = Message.objects.filter(key__in=keys, recipient=contact.user.email)
    return letters.filter(created_at__gt=at - PAUSE).exists()
