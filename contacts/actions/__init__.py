"""What happens to an application's technical contacts, and what waits for them.

One file per noun: orders (signed, delivered, off-boarded, moved), appointments,
handovers, the team, rights, reviews (still me?), concerns. Callers use this address:
`contacts.actions.appoint(…)`.
"""

from contacts.actions.appointments import appoint, dismiss, replace_contact
from contacts.actions.concerns import watch_contacts
from contacts.actions.grants import (
    Change,
    change_rights,
    grant,
    note_refusal,
    revoke,
    set_rights,
)
from contacts.actions.handovers import (
    accept_handover,
    cancel_handover,
    decline_handover,
    lapse_handovers,
    offer_handover,
    remind_handover,
)
from contacts.actions.newcomers import write_again
from contacts.actions.orders import (
    change_hosting,
    deliver_application,
    offboard_application,
    sign_order,
)
from contacts.actions.reviews import (
    ask_again,
    ask_contacts,
    confirm_still,
    remind_contacts,
)
from contacts.actions.team import leave_team

__all__ = [
    "Change",
    "accept_handover",
    "appoint",
    "ask_again",
    "ask_contacts",
    "cancel_handover",
    "change_hosting",
    "change_rights",
    "confirm_still",
    "decline_handover",
    "deliver_application",
    "dismiss",
    "grant",
    "lapse_handovers",
    "leave_team",
    "note_refusal",
    "offboard_application",
    "offer_handover",
    "remind_contacts",
    "remind_handover",
    "replace_contact",
    "revoke",
    "set_rights",
    "sign_order",
    "watch_contacts",
    "write_again",
]
