"""What happens to people, their accounts and their companies.

One file per noun. Callers use this address: `companies.actions.name_admin(…)`.
"""

from companies.actions.accounts import (
    add_person,
    change_account,
    confirm_address,
    join_company,
    note_security,
    reset_password,
    reset_second_factor,
    set_password,
)
from companies.actions.addresses import (
    ask_address,
    change_address,
)
from companies.actions.companies import (
    change_company,
    name_admin,
    name_contact,
    register_company,
    unname_admin,
)
from companies.actions.guards import (
    assert_manages,
    locked,
)
from companies.actions.leaving import (
    close_account,
    end_session,
    end_sessions,
    reopen_account,
)

__all__ = [
    "add_person",
    "ask_address",
    "assert_manages",
    "change_account",
    "change_address",
    "change_company",
    "close_account",
    "confirm_address",
    "end_session",
    "end_sessions",
    "join_company",
    "locked",
    "name_admin",
    "name_contact",
    "note_security",
    "register_company",
    "reopen_account",
    "reset_password",
    "reset_second_factor",
    "set_password",
    "unname_admin",
]
