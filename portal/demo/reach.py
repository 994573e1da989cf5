"""Whether the demo's contacts can be reached: one is silent, one's mail comes back."""

from __future__ import annotations

from companies.models import User
from contacts import actions as contacts_actions
from outbox.models import AddressStanding
from portal.demo.moments import Moments

SILENT = "samuel"
BOUNCED = "noor"
WORDS = "550 5.1.1 <noor@acme.example>: Recipient address rejected: User unknown"


def load(people: dict[str, User], moments: Moments) -> None:
    """Everybody was asked last month whether they still are the contact."""
    contacts_actions.ask_contacts(at=moments.ago(36))
    for person in people.values():
        if person.email.split("@")[0] != SILENT:
            asked = person.reviews.open().values_list("application", flat=True)
            contacts_actions.confirm_still(
                person=person, applications=list(asked), at=moments.ago(34, 11)
            )
    bounced = next(one for one in people if one.startswith(f"{BOUNCED}@"))
    AddressStanding.objects.note_report(bounced, WORDS, moments.ago(2, 8, 40))
