"""How every state of the portal looks and what it is called.

One map from a code ("ticket.pending") to a tone, a shape and a word. Shape and word
carry the meaning, the tone only repeats it. Nothing else in the house names a colour.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class State:
    """One look: `tone` is a class suffix, `glyph` or `icon` a symbol of the sprite."""

    tone: str
    glyph: str
    word: str | Promise
    icon: str = ""


STATES = {
    "hosting.on_premises": State("plain", "", _("On-Premises"), icon="server"),
    "hosting.cloud": State("plain", "", _("Cloud"), icon="cloud"),
    "application.ordered": State("", "ring", _("Ordered")),
    "application.signed": State("info", "half", _("Being set up")),
    "application.delivered": State("ok", "ok", _("Delivered")),
    "application.running": State("ok", "ok", _("Running")),
    "application.offboarded": State("", "none", _("Off-boarded")),
    "license.pending": State("", "ring", _("Not started")),
    "license.active": State("ok", "ok", pgettext_lazy("a license or a key", "Active")),
    "license.expiring": State("warn", "warn", _("Ends soon")),
    "license.renewed": State("info", "half", _("Renewed, key not active")),
    "license.grace": State("danger", "danger", _("In grace")),
    "license.expired": State("danger", "danger", _("Expired")),
    "license.ended": State("", "none", _("Ended")),
    "license.suspended": State("danger", "danger", _("Suspended")),
    "license.revoked": State("danger", "danger", _("Revoked")),
    "key.none": State("", "ring", _("No key yet")),
    "key.generated": State("info", "half", _("Generated, not active")),
    "key.active": State("ok", "ok", _("Key active")),
    "key.replaced": State("", "none", _("Replaced")),
    "key.revoked": State("danger", "danger", _("Revoked")),
    "expansion.sent": State("", "ring", pgettext_lazy("a request", "Sent")),
    "expansion.discussed": State("info", "half", _("Being discussed")),
    "expansion.agreed": State("ok", "check", pgettext_lazy("a request", "Agreed")),
    "expansion.declined": State("danger", "danger", _("Declined")),
    "expansion.withdrawn": State("", "none", _("Withdrawn")),
    "server.active": State("ok", "ok", _("Active")),
    "server.waiting": State("info", "half", _("Waits to be activated")),
    "server.moving": State("info", "half", _("Takes over, not active yet")),
    "server.silent": State("warn", "warn", pgettext_lazy("a server", "Silent")),
    "server.held": State("warn", "pause", _("Given back, place still taken")),
    "server.gone": State("", "none", _("Given back")),
    "file.out_there": State("info", "ok", _("Works")),
    "file.stale": State("", "none", _("Works no more")),
    "ticket.new": State("", "ring", _("New")),
    "ticket.open": State("info", "half", _("In progress")),
    "ticket.pending": State("warn", "you", _("Waiting for you")),
    "ticket.on_hold": State("", "pause", _("With engineering")),
    "ticket.scheduled": State("", "plan", _("Scheduled")),
    "ticket.solved": State("", "check", _("Solved")),
    "ticket.closed": State("", "none", _("Closed")),
    "maintenance.planned": State("info", "plan", _("Planned")),
    "maintenance.emergency": State("danger", "danger", _("Emergency")),
    "maintenance.scheduled": State("info", "plan", _("Scheduled")),
    "maintenance.moved": State("info", "plan", _("Moved")),
    "maintenance.in_progress": State("info", "half", _("In progress")),
    "maintenance.done": State("", "check", _("Done")),
    "maintenance.cancelled": State("", "none", _("Cancelled")),
    "contact.reachable": State("ok", "ok", _("Reachable")),
    "contact.no_account": State("warn", "warn", _("No account yet")),
    "contact.to_confirm": State("info", "half", _("To be confirmed")),
    "contact.silent": State("warn", "warn", pgettext_lazy("a contact", "Silent")),
    "contact.bounced": State("danger", "danger", _("Mail comes back")),
    "contact.left": State("danger", "danger", _("Left the team")),
    "contact.deactivated": State("danger", "danger", _("Deactivated")),
    "handover.offered": State("info", "half", _("Waiting for an answer")),
    "handover.accepted": State("ok", "check", _("Accepted")),
    "handover.declined": State("", "none", _("Declined")),
    "handover.lapsed": State("", "none", _("Lapsed")),
    "handover.cancelled": State("", "none", _("Withdrawn")),
    "person.active": State("ok", "ok", _("Active")),
    "person.invited": State("info", "half", _("Invited")),
    "person.deactivated": State("", "none", _("Deactivated")),
    "security_contact.confirmed": State("ok", "ok", _("Confirmed")),
    "security_contact.waiting": State("info", "half", _("Waits to be confirmed")),
    "domain.waiting": State("info", "half", _("We are checking it")),
    "domain.confirmed": State("ok", "ok", _("Confirmed")),
    "domain.refused": State("danger", "danger", _("Refused")),
    "invitation.open": State("info", "half", _("Invited")),
    "invitation.accepted": State("ok", "ok", _("Accepted")),
    "invitation.withdrawn": State("", "none", _("Withdrawn")),
    "invitation.lapsed": State("warn", "warn", _("Lapsed")),
    "archive.waiting": State("", "ring", _("Waiting")),
    "archive.running": State("info", "half", _("Being made")),
    "archive.ready": State("ok", "ok", _("Ready")),
    "archive.failed": State("danger", "danger", _("Failed")),
    "sign_on.configured": State("warn", "warn", _("To be tested")),
    "sign_on.tested": State("info", "half", _("Tested, not on")),
    "sign_on.on": State("ok", "ok", _("On")),
    "factor.on": State("ok", "ok", _("On")),
    "factor.off": State("", "none", _("Off")),
    "factor.few_codes": State("warn", "warn", _("Nearly used up")),
    "notice.unread": State("info", "ok", _("Unread")),
    "notice.read": State("", "none", _("Read")),
    "session.here": State("ok", "ok", _("Here, now")),
    "mail.waiting": State("", "ring", _("Waiting")),
    "mail.sent": State("ok", "check", _("Sent")),
    "mail.bounced": State("danger", "danger", _("Came back")),
    "mail.failed": State("danger", "danger", _("Not delivered")),
    "mail.sending": State("info", "half", _("Being sent")),
    "mail.cancelled": State("", "none", _("Not sent")),
    "mail.folded": State("ok", "check", _("In a digest")),
    "mail.portal": State("", "none", _("In the portal only")),
}

PRIORITIES = {1: _("Critical"), 2: _("High"), 3: _("Medium"), 4: _("Low")}


def state_of(thing: Any) -> State:
    """The look of a code, of a State, or of a thing with a `state_code`."""
    if isinstance(thing, State):
        return thing
    return STATES[getattr(thing, "state_code", thing)]
