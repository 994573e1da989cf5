"""What happens to licenses: signed, renewed, given keys, reminded of.

One file per noun. Callers use this address: `licenses.actions.generate_key(…)`.
"""

from licenses.actions.air_gap import activate_off_line
from licenses.actions.contracts import correct_license, create_license, renew_license
from licenses.actions.expansions import (
    agree_expansion,
    ask_expansion,
    decline_expansion,
    take_up_expansion,
    withdraw_expansion,
)
from licenses.actions.feeds import make_feed, revoke_feed
from licenses.actions.files import (
    FileWish,
    GivenFile,
    issue_license_file,
    issue_machine_file,
    usual_end,
)
from licenses.actions.imports import import_licenses
from licenses.actions.keeping import purge_files
from licenses.actions.keys import (
    activate_key,
    generate_key,
    send_key_link,
    text_of,
)
from licenses.actions.license_keys import license_key_of, make_license_key
from licenses.actions.offboarding import (
    bring_back_environment,
    offboard_environment,
)
from licenses.actions.planned_ends import (
    plan_end,
    run_planned_ends,
    unplan_end,
)
from licenses.actions.policies import put_under_policy, set_entitlements
from licenses.actions.reminders import remind_of_renewal
from licenses.actions.seats import (
    SeatsTakenError,
    ServerTakenError,
    activate_server,
    deactivate_server,
    free_seat,
)
from licenses.actions.signing import rotate_signing_key
from licenses.actions.signs_of_life import (
    drop_silent_servers,
    forget_heartbeat,
    note_facts,
    note_heartbeat,
    note_validation,
)
from licenses.actions.states import (
    reinstate_license,
    revoke_license,
    suspend_license,
)
from licenses.actions.tokens import make_token, note_use, revoke_token

__all__ = [
    "FileWish",
    "GivenFile",
    "SeatsTakenError",
    "ServerTakenError",
    "activate_key",
    "activate_off_line",
    "activate_server",
    "agree_expansion",
    "ask_expansion",
    "bring_back_environment",
    "correct_license",
    "create_license",
    "deactivate_server",
    "decline_expansion",
    "drop_silent_servers",
    "forget_heartbeat",
    "free_seat",
    "generate_key",
    "import_licenses",
    "issue_license_file",
    "issue_machine_file",
    "license_key_of",
    "make_feed",
    "make_license_key",
    "make_token",
    "note_facts",
    "note_heartbeat",
    "note_use",
    "note_validation",
    "offboard_environment",
    "plan_end",
    "purge_files",
    "put_under_policy",
    "reinstate_license",
    "remind_of_renewal",
    "renew_license",
    "revoke_feed",
    "revoke_license",
    "revoke_token",
    "rotate_signing_key",
    "run_planned_ends",
    "send_key_link",
    "set_entitlements",
    "suspend_license",
    "take_up_expansion",
    "text_of",
    "unplan_end",
    "usual_end",
    "withdraw_expansion",
]
