"""Who is answered what: every address, every role, opened and pressed empty.

The one written table of `test_roles.py`. Foreign things do not exist (404); what one
sees and may not do is refused (403). A profile names nine answers; in the table two
profiles, for GET and for an empty POST, stand above the addresses that answer so.
"""

from dataclasses import dataclass

# A stranger is of another company; a member of this one, and on no team; an external
# of another company, and on the team; a deactivated person was signed in and on it.
ROLES = (
    "anonymous",
    "stranger",
    "member",
    "team",
    "contact",
    "admin",
    "external",
    "staff",
    "deactivated",
)

# The roles from left to right: `in` leads to the page to sign in; `done` is 200, or
# a redirect that the table names.
_PROFILES = """
                        anon   other  member team   holder admin  extern staff  gone
everybody               done   done   done   done   done   done   done   done   done
nobody                  404    404    404    404    404    404    404    404    404
no license key          401    401    401    401    401    401    401    401    401
no worker is seen       503    503    503    503    503    503    503    503    503
no JSON in the body     400    400    400    400    400    400    400    400    400
wrong method            405    405    405    405    405    405    405    405    405
not signed in           200    home   home   home   home   home   home   home   200
code asked for          done   home   home   home   home   home   home   home   done
signed out              in     in     in     in     in     in     in     in     in
signed in               in     done   done   done   done   done   done   done   in
wrong method, signed in in     405    405    405    405    405    405    405    in
nobody's                in     404    404    404    404    404    404    404    in
of a company            in     done   done   done   done   done   done   404    in
who may ask for it      in     done   done   done   done   done   done   403    in
its reader              in     404    404    404    done   404    404    404    in
colleagues              in     404    done   done   done   done   404    done   in
who parts with them     in     404    403    403    403    done   404    done   in
the team                in     404    404    done   done   done   done   done   in
who answers for it      in     404    404    403    done   done   403    done   in
contacts and staff      in     404    404    403    done   403    403    done   in
admins over it          in     404    404    403    403    done   403    done   in
who was offered it      in     404    404    403    403    403    403    403    in
admins                  in     403    403    403    403    done   403    403    in
wrong method, admins    in     403    403    403    403    405    403    403    in
no admin's yet          in     403    403    403    403    404    403    403    in
admins and staff        in     403    403    403    403    done   403    done   in
admins alone            in     404    404    404    404    done   404    404    in
wrong method, staff     in     403    403    403    403    403    403    405    in
staff                   in     403    403    403    403    403    403    done   in
"""

# An address, what it is about (a row of the world, or `=` what stands in its place),
# and where `done` leads: `>` after the POST, `>>` after both. A form posted empty that
# changes nothing lets pass whoever sees its page, for instance that of the rights.
_TABLE = """
everybody | everybody
    companies:invitation =gus@invited.example
    companies:confirm_security_contact =x
    account_reset_password
    account_reset_password_from_key =x,x
    account_answer_address =x

everybody | nobody
    account_confirm_email =x

everybody | wrong method
    brand
    mark
    healthz
    licenses:public_keys
    licensing:ping
    account_inactive
    account_email_verification_sent
    account_reset_password_done
    account_reset_password_from_key_done

no worker is seen | wrong method
    readyz

nobody | nobody
    contacts:still_link =x
    companies:unsubscribe =x
    account_sign_on_callback =00000000-0000-4000-8000-000000000000

wrong method | no JSON in the body
    licensing:validate_key

wrong method | no license key
    licensing:heartbeat =x
    licensing:heartbeat_again =x
    licensing:reset =x
    licensing:reset_again =x
    licensing:renew =x
    licensing:suspend =x
    licensing:reinstate =x
    licensing:check_in =x

wrong method | wrong method
    licensing:revoke =x

no license key | wrong method
    licensing:machine =x
    licensing:components =x
    licensing:processes_of =x
    licensing:machines_of =x
    licensing:license =x
    licensing:policy_of =x
    licensing:policies
    licensing:policy =x
    licensing:products
    licensing:product =x
    licensing:all_entitlements
    licensing:entitlement =x
    licensing:token =x
    licensing:me

nobody | wrong method
    licenses:public_key_file =00000000-0000-4000-8000-000000000000

no license key | no license key
    licensing:validate =x
    licensing:entitlements =x
    licensing:licenses
    licensing:tokens
    licensing:license_file =x
    licensing:machine_file =x
    licensing:machines

nobody | wrong method
    licensing:account =x
    calendar_feed =x
    mailbox
    mailbox_letter =x
    mailbox_html =x
    mailbox_source =x
    mailbox_attachment =x,1

not signed in | not signed in
    account_login
    account_request_login_code
    account_signup

code asked for | code asked for
    account_confirm_login_code >> account_request_login_code

signed in | signed out
    account_logout

signed out | signed out
    account_sign_on
    account_sign_on_go

signed in | signed in
    calendar
    companies:account
    companies:notice_choices > companies:notice_choices
    companies:mail_times
    contacts:still
    licenses:verify
    tickets:new
    account_change_password
    account_set_password >> account_change_password
    account_reauthenticate
    account_email
    account_confirm_address =x
    mfa_index >> companies:account
    mfa_authenticate >> home
    mfa_reauthenticate >> account_reauthenticate
    mfa_activate_totp
    mfa_add_webauthn
    mfa_login_webauthn >> home
    mfa_reauthenticate_webauthn >> account_reauthenticate
    mfa_generate_recovery_codes

signed in | wrong method, signed in
    home
    application_list
    application_export
    search
    companies:notices
    companies:people
    licenses:export
    licenses:expansions
    licenses:issued
    licenses:list
    operations:maintenance_list
    tickets:list
    account_sessions
    mfa_list_webauthn

nobody's | wrong method, signed in
    mfa_view_recovery_codes

nobody's | nobody's
    companies:own_invitation invitation
    mfa_deactivate_totp
    mfa_edit_webauthn =1
    mfa_remove_webauthn =1
    mfa_download_recovery_codes

of a company | wrong method, signed in
    companies:company

colleagues | wrong method, signed in
    companies:person colleague

who parts with them | who parts with them
    companies:deactivate colleague > companies:deactivate
    companies:reactivate colleague > companies:person

the team | wrong method, signed in
    application_detail depot
    application_activity depot
    application_past depot
    application_past_export depot
    licenses:detail license
    licenses:expansion expansion
    licenses:for_application depot
    licenses:issued_of_application depot
    licenses:issued_of_license license
    licenses:servers license
    contacts:for_application depot
    contacts:handover handover
    operations:maintenance_detail window
    operations:calendar_file window
    operations:for_application track
    tickets:attachment attachment
    tickets:for_application depot

the team | the team
    tickets:detail ticket
    tickets:solve ticket > tickets:detail
    tickets:people ticket

the team | who answers for it
    applications:access depot

who answers for it | wrong method, signed in
    application_activity_export depot
    application_told depot
    applications:export_rights depot

who answers for it | who answers for it
    applications:edit depot
    applications:add_environment depot
    applications:change_environment environment
    applications:change_role membership
    applications:leave membership > applications:access
    contacts:appoint depot
    contacts:dismiss contact > contacts:for_application
    contacts:offer depot
    contacts:cancel handover > contacts:for_application
    licenses:withdraw_expansion expansion > licenses:expansion

contacts and staff | wrong method, signed in
    licenses:key key
    licenses:key_file key

who answers for it | who answers for it
    licenses:expand cloud_license

contacts and staff | contacts and staff
    licenses:air_gap depot
    licenses:deactivate seat
    licenses:generate license
    licenses:offboard environment
    licenses:license_key license > licenses:license_key
    licenses:machine_file seat

admins over it | admins over it
    contacts:name_contact returns
    contacts:replace contact
    contacts:ask_again contact > contacts:for_application

admins | admins
    companies:sign_in
    companies:sign_on_provider
    companies:invite
    companies:withdraw_invitation invitation > companies:people
    companies:name_admin colleague > companies:person
    companies:unname_admin colleague > companies:person
    companies:name_contact colleague > companies:person
    companies:edit_company
    companies:ask_archive > companies:archive
    companies:name_security_contact
    companies:remove_security_contact security_contact > companies:company

no admin's yet | no admin's yet
    companies:sign_on_test
    companies:sign_on_on
    companies:sign_on_off

admins | wrong method, admins
    companies:invitations
    companies:archive
    companies:export_rights

admins and staff | wrong method, signed in
    companies:activity
    companies:export_activity

admins and staff | admins and staff
    applications:new

staff | wrong method, staff
    letters
    letter =licenses-renewed
    letter_html =licenses-renewed

staff | staff
    licenses:free held > licenses:detail
    contacts:change_hosting depot
    contacts:offboard depot
    licenses:bring_back environment > licenses:detail

wrong method, signed in | signed in
    companies:reset_notice_choices > companies:notice_choices
    companies:read_notices > companies:notices
    account_withdraw_address > companies:account
    account_end_sessions > account_sessions

wrong method, signed in | nobody's
    account_end_session =1

wrong method, signed in | who may ask for it
    companies:ask_service_level > companies:company

wrong method, signed in | its reader
    revoke_calendar feed > calendar
    companies:open_notice notice > licenses:list
    companies:read_notice notice > companies:notices
    companies:unread_notice notice > companies:notices

wrong method, signed in | the team
    applications:change_rights cloud > applications:access
    operations:acknowledge window > operations:maintenance_detail
    tickets:follow ticket > tickets:detail
    tickets:unfollow ticket > tickets:detail

wrong method, signed in | who answers for it
    contacts:write_again contact > contacts:for_application
    contacts:remind handover > contacts:handover

wrong method, signed in | contacts and staff
    licenses:activate key > licenses:key
    licenses:keep_file file > licenses:detail
    licenses:send_link key > licenses:key

wrong method, signed in | who was offered it
    contacts:accept handover
    contacts:decline handover

wrong method, signed in | admins alone
    companies:archive_file archive

wrong method, admins | admins
    companies:send_invitation invitation > companies:people
    companies:ask_security_contact_again security_contact > companies:company
"""


@dataclass(frozen=True)
class Line:
    """One address: what it is about, and for each method a profile and a target."""

    name: str
    about: str
    get: tuple[str, str]
    post: tuple[str, str]

    def answers(self, method):
        profile, done = getattr(self, method)
        told = [{"done": done}.get(one, one) for one in PROFILES[profile]]
        return dict(zip(ROLES, told, strict=True))


def _profiles(text):
    for row in text.strip("\n").splitlines()[1:]:
        yield row[:24].strip(), tuple(row[24:].split())


def _lines(text):
    for row in text.strip().splitlines():
        if not row.startswith(" "):
            get, _, post = row.partition(" | ")
        elif row.strip():
            yield _line(row.split(), get, post)


def _line(words, get, post):
    name, rest = words[0], words[1:]
    after_post = rest[-1] if rest[-2:-1] in ([">"], [">>"]) else "200"
    after_get = after_post if ">>" in rest else "200"
    about = rest[0] if rest and not rest[0].startswith(">") else "-"
    return Line(name, about, (get, after_get), (post, after_post))


PROFILES = dict(_profiles(_PROFILES))
ADDRESSES = {line.name: line for line in _lines(_TABLE)}
