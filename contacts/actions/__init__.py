"""What happens to an application's technical contacts, and what waits for them.

One file per noun: orders (signed, delivered, off-boarded, moved), appointments,
handovers, the team, rights. Callers use this address: `contacts.actions.appoint(…)`.
"""

from contacts.actions.appointments import appoint, dismiss, replace_contact
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
from contacts.actions.team import leave_team

__all__ = [
    "Change",
    "accept_handover",
    "appoint",
    "cancel_handover",
    "change_hosting",
    "change_rights",
    "decline_handover",
    "deliver_application",
    "dismiss",
    "grant",
    "lapse_handovers",
    "leave_team",
    "note_refusal",
    "offboard_application",
    "offer_handover",
    "remind_handover",
    "replace_contact",
    "revoke",
    "set_rights",
    "sign_order",
    "write_again",
]
