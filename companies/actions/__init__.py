"""What happens to people, their accounts and their companies.

One file per noun. Callers use this address: `companies.actions.name_admin(…)`.
"""

from companies.actions.accounts import (
    add_person,
    change_account,
    confirm_address,
    note_security,
    reset_password,
    reset_second_factor,
    set_password,
)
from companies.actions.addresses import (
    ask_address,
    change_address,
    confirm_new_address,
    confirm_old_address,
    finish_addresses,
    refuse_address,
    withdraw_address,
)
from companies.actions.archives import (
    ask_archive,
    finish_archive,
    hold_archive,
    note_download,
    purge_archives,
    take_archive,
)
from companies.actions.arriving import (
    address_in,
    arrive,
)
from companies.actions.belonging import (
    join_by_address,
    join_company,
)
from companies.actions.companies import (
    change_company,
    name_admin,
    name_contact,
    register_company,
    unname_admin,
)
from companies.actions.company_page import (
    ask_service_level,
    edit_company,
)
from companies.actions.domains import (
    claim_domain,
    confirm_domain,
    refuse_domain,
    remove_domain,
)
from companies.actions.guards import (
    assert_manages,
    locked,
)
from companies.actions.invitations import (
    invite,
    lapse_invitations,
    remind_of_invitations,
    send_invitation_again,
    withdraw_invitation,
)
from companies.actions.joining import (
    accept_as_newcomer,
    accept_invitation,
)
from companies.actions.leaving import (
    close_account,
    end_session,
    end_sessions,
    reopen_account,
)
from companies.actions.notices import (
    choose_notices,
    choose_rhythm,
    mark_all_read,
    mark_read,
    mark_unread,
    purge_notices,
    reset_notices,
    switch_letters,
)
from companies.actions.sealing import reseal
from companies.actions.security_contacts import (
    ask_security_contact_again,
    confirm_security_contact,
    lapse_security_contacts,
    name_security_contact,
    remove_security_contact,
)
from companies.actions.sign_on import (
    configure_sign_on,
    forget_sign_on,
    note_sign_on_test,
    switch_sign_on_off,
    switch_sign_on_on,
)

__all__ = [
    "accept_as_newcomer",
    "accept_invitation",
    "add_person",
    "address_in",
    "arrive",
    "ask_address",
    "ask_archive",
    "ask_security_contact_again",
    "ask_service_level",
    "assert_manages",
    "change_account",
    "change_address",
    "change_company",
    "choose_notices",
    "choose_rhythm",
    "claim_domain",
    "close_account",
    "configure_sign_on",
    "confirm_address",
    "confirm_domain",
    "confirm_new_address",
    "confirm_old_address",
    "confirm_security_contact",
    "edit_company",
    "end_session",
    "end_sessions",
    "finish_addresses",
    "finish_archive",
    "forget_sign_on",
    "hold_archive",
    "invite",
    "join_by_address",
    "join_company",
    "lapse_invitations",
    "lapse_security_contacts",
    "locked",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "name_admin",
    "name_contact",
    "name_security_contact",
    "note_download",
    "note_security",
    "note_sign_on_test",
    "purge_archives",
    "purge_notices",
    "refuse_address",
    "refuse_domain",
    "register_company",
    "remind_of_invitations",
    "remove_domain",
    "remove_security_contact",
    "reopen_account",
    "reseal",
    "reset_notices",
    "switch_letters",
    "reset_password",
    "reset_second_factor",
    "send_invitation_again",
    "set_password",
    "switch_sign_on_off",
    "switch_sign_on_on",
    "take_archive",
    "unname_admin",
    "withdraw_address",
    "withdraw_invitation",
]
