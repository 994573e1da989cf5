"""What people and the portal do, as sentences that follow the actor's name.

`{thing}`, `{old}` and `{new}` are filled from the activity entry.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verb(models.TextChoices):
    APPLICATION_ORDERED = "application_ordered", _("ordered {thing}")
    ORDER_SIGNED = "order_signed", _("signed the order of {thing}")
    APPLICATION_DELIVERED = "application_delivered", _("delivered {thing}")
    APPLICATION_OFFBOARDED = "application_offboarded", _("off-boarded {thing}")
    APPLICATION_CHANGED = (
        "application_changed",
        _("changed {thing} from {old} to {new}"),
    )
    HOSTING_CHANGED = (
        "hosting_changed",
        _("moved {thing} from {old} to {new}"),
    )
    ENVIRONMENT_ADDED = "environment_added", _("added the environment {thing}")
    ENVIRONMENT_OFFBOARDED = (
        "environment_offboarded",
        _("off-boarded the environment {thing}"),
    )
    ENVIRONMENT_BROUGHT_BACK = (
        "environment_brought_back",
        _("brought the environment {thing} back"),
    )
    TEAM_JOINED = "team_joined", _("added {new} to the team of {thing}")
    TEAM_LEFT = "team_left", _("removed {old} from the team of {thing}")
    RIGHTS_CHANGED = (
        "rights_changed",
        _("changed the rights of {thing} from {old} to {new}"),
    )
    RIGHTS_REFUSED = (
        "rights_refused",
        _("tried to change the rights of {thing} and was refused: {new}"),
    )
    CONTACT_APPOINTED = (
        "contact_appointed",
        _("made {new} technical contact of {thing}"),
    )
    CONTACT_DISMISSED = (
        "contact_dismissed",
        _("removed {old} as technical contact of {thing}"),
    )
    CONTACT_ASKED = (
        "contact_asked",
        _("asked {new} whether they are still technical contact of {thing}"),
    )
    CONTACT_CONFIRMED = (
        "contact_confirmed",
        _("said to be still technical contact of {thing}"),
    )
    CONTACT_RAISED = (
        "contact_raised",
        _("raised that {new} may not be reached for {thing}: {old}"),
    )
    CONTACT_ESCALATED = (
        "contact_escalated",
        _("told the account executive that {new} may not be reached for {thing}"),
    )
    HANDOVER_OFFERED = (
        "handover_offered",
        _("offered the role of technical contact of {thing} to {new}"),
    )
    HANDOVER_ACCEPTED = (
        "handover_accepted",
        _("took over {thing} from {old}"),
    )
    HANDOVER_DECLINED = "handover_declined", _("declined to take over {thing}")
    HANDOVER_CANCELLED = (
        "handover_cancelled",
        _("withdrew the handover of {thing} to {new}"),
    )
    HANDOVER_LAPSED = (
        "handover_lapsed",
        _("let the handover of {thing} to {new} lapse"),
    )
    LICENSE_CREATED = "license_created", _("created {thing}, until {new}")
    LICENSE_IMPORTED = "license_imported", _("imported {thing}, until {new}")
    LICENSE_RENEWED = "license_renewed", _("renewed {thing} from {old} until {new}")
    LICENSE_CORRECTED = "license_corrected", _("corrected {new} of {thing}")
    END_PLANNED = (
        "end_planned",
        _("planned the end of {thing} for {new}, instead of {old}"),
    )
    END_UNPLANNED = (
        "end_unplanned",
        _("took back that {thing} ends on {old}; it runs until {new}"),
    )
    KEY_GENERATED = "key_generated", _("generated a key of {thing} for {new}")
    KEY_ACTIVATED = "key_activated", _("activated the key of {thing} on {new}")
    SERVER_ACTIVATED = "server_activated", _("activated {thing} on {new}")
    SERVER_DEACTIVATED = "server_deactivated", _("deactivated {thing} on {new}")
    SERVER_MOVED = "server_moved", _("moves {thing} from {old} to {new}")
    SEAT_FREED = "seat_freed", _("freed the place of {new} on {thing}")
    FILE_ISSUED = "file_issued", _("took a file of {thing} for {new}")
    LICENSE_KEY_MADE = "license_key_made", _("made the license key of {thing}")
    LICENSE_SUSPENDED = "license_suspended", _("suspended {thing}: {new}")
    LICENSE_REINSTATED = "license_reinstated", _("reinstated {thing}")
    LICENSE_REVOKED = "license_revoked", _("revoked {thing}: {new}")
    TOKEN_MADE = "token_made", _("made the API token {new} for {thing}")
    TOKEN_REVOKED = "token_revoked", _("revoked the API token {new} for {thing}")
    ENTITLEMENTS_CHANGED = (
        "entitlements_changed",
        _("changed what {thing} opens to {new}"),
    )
    POLICY_CHANGED = "policy_changed", _("put {thing} under the policy {new}")
    SIGNING_KEY_MADE = "signing_key_made", _("made the signing key {thing}")
    SIGNING_KEY_ROTATED = (
        "signing_key_rotated",
        _("made the signing key {thing}, which takes the place of {old}"),
    )
    EXPANSION_ASKED = "expansion_asked", _("asked to expand {thing}: {new}")
    EXPANSION_DISCUSSED = (
        "expansion_discussed",
        _("took up the request to expand {thing}"),
    )
    EXPANSION_AGREED = (
        "expansion_agreed",
        _("agreed to expand {thing}: {new}"),
    )
    EXPANSION_DECLINED = (
        "expansion_declined",
        _("declined to expand {thing}: {new}"),
    )
    EXPANSION_WITHDRAWN = (
        "expansion_withdrawn",
        _("withdrew the request to expand {thing}"),
    )
    CALENDAR_MADE = (
        "calendar_made",
        _("made a secret address for the calendar of {thing}"),
    )
    CALENDAR_REVOKED = (
        "calendar_revoked",
        _("revoked the secret address for the calendar of {thing}"),
    )
    RENEWAL_REMINDED = (
        "renewal_reminded",
        _("reminded {new} that {thing} ends"),
    )
    TICKET_OPENED = "ticket_opened", _("opened ticket {thing}")
    TICKET_SOLVED = "ticket_solved", _("solved ticket {thing}")
    MAINTENANCE_PLANNED = "maintenance_planned", _("planned {thing} for {new}")
    MAINTENANCE_MOVED = (
        "maintenance_moved",
        _("moved {thing} from {old} to {new}"),
    )
    MAINTENANCE_CANCELLED = "maintenance_cancelled", _("cancelled {thing}")
    MAINTENANCE_ANNOUNCED = (
        "maintenance_announced",
        _("told {new} about {thing}"),
    )
    COMPANY_REGISTERED = "company_registered", _("registered the company {thing}")
    COMPANY_CHANGED = "company_changed", _("changed {thing} from {old} to {new}")
    SECURITY_CONTACT_NAMED = (
        "security_contact_named",
        _("named {new} as security contact of {thing}"),
    )
    SECURITY_CONTACT_CONFIRMED = (
        "security_contact_confirmed",
        _("agreed to be security contact of {thing}: {new}"),
    )
    SECURITY_CONTACT_REMOVED = (
        "security_contact_removed",
        _("removed {old} as security contact of {thing}"),
    )
    SECURITY_CONTACT_LAPSED = (
        "security_contact_lapsed",
        _("dropped {old}, who did not confirm as security contact of {thing}"),
    )
    LEVEL_ASKED = "level_asked", _("asked for the service level of {thing}")
    ARCHIVE_ASKED = "archive_asked", _("asked for an archive of all data of {thing}")
    ARCHIVE_DOWNLOADED = (
        "archive_downloaded",
        _("downloaded the archive of all data of {thing}"),
    )
    PERSON_ADDED = "person_added", _("opened an account for {thing}")
    PERSON_REGISTERED = "person_registered", _("confirmed the address {thing}")
    PERSON_JOINED = "person_joined", _("added {thing} to {new}")
    PERSON_INVITED = "person_invited", _("invited {thing} as {new}")
    INVITATION_SENT = "invitation_sent", _("sent {thing} the invitation again")
    INVITATION_WITHDRAWN = (
        "invitation_withdrawn",
        _("withdrew the invitation of {thing}"),
    )
    INVITATION_ACCEPTED = (
        "invitation_accepted",
        _("accepted the invitation of {old}, as {new}"),
    )
    INVITATION_LAPSED = (
        "invitation_lapsed",
        _("let the invitation of {thing} lapse"),
    )
    PERSON_CHANGED = "person_changed", _("changed {thing} from {old} to {new}")
    ADDRESS_WANTED = (
        "address_wanted",
        _("asked to change the address of {thing} from {old} to {new}"),
    )
    ADDRESS_REFUSED = (
        "address_refused",
        _("kept the address of {thing}: {old} did not ask for {new}"),
    )
    ADDRESS_CHANGED = (
        "address_changed",
        _("changed the address of {thing} from {old} to {new}"),
    )
    PASSWORD_CHANGED = "password_changed", _("changed the password of {thing}")
    SECOND_FACTOR_ON = (
        "second_factor_on",
        _("switched on the second factor of {thing}"),
    )
    SECOND_FACTOR_OFF = (
        "second_factor_off",
        _("switched off the second factor of {thing}"),
    )
    RECOVERY_CODES_MADE = (
        "recovery_codes_made",
        _("made new recovery codes for {thing}"),
    )
    RECOVERY_CODE_USED = (
        "recovery_code_used",
        _("signed in as {thing} with a recovery code"),
    )
    PASSKEY_ADDED = "passkey_added", _("added a passkey to {thing}")
    PASSKEY_REMOVED = "passkey_removed", _("removed a passkey of {thing}")
    ADMIN_NAMED = "admin_named", _("made {thing} company admin")
    ADMIN_UNNAMED = "admin_unnamed", _("ended that {thing} is company admin")
    SESSIONS_ENDED = "sessions_ended", _("signed {thing} out everywhere")
    SESSION_ENDED = "session_ended", _("signed {thing} out on {old}")
    ACCOUNT_CLOSED = "account_closed", _("closed the account of {thing}")
    ACCOUNT_REOPENED = "account_reopened", _("opened the account of {thing} again")
    DOMAIN_CLAIMED = "domain_claimed", _("claimed the mail domain {thing}")
    DOMAIN_CONFIRMED = "domain_confirmed", _("confirmed the mail domain {thing}")
    DOMAIN_REFUSED = (
        "domain_refused",
        _("refused the claim of the mail domain {thing}: {new}"),
    )
    DOMAIN_REMOVED = "domain_removed", _("removed the mail domain {thing}: {new}")
    SIGN_ON_CONFIGURED = (
        "sign_on_configured",
        _("entered {new} for the single sign-on of {thing}"),
    )
    SIGN_ON_TESTED = (
        "sign_on_tested",
        _("tested the single sign-on of {thing} as {new}"),
    )
    SIGN_ON_ON = "sign_on_on", _("switched on the single sign-on of {thing} at {new}")
    SIGN_ON_OFF = "sign_on_off", _("switched off the single sign-on of {thing}: {new}")
    SIGN_ON_LINKED = "sign_on_linked", _("came in as {thing} by single sign-on first")
    SIGN_ON_FORGOTTEN = (
        "sign_on_forgotten",
        _("forgot by what name single sign-on knows {thing}"),
    )
