"""Addresses of people; the company's page and a person's need all floors (portal)."""

from django.urls import path

from companies.views import (
    account,
    archives,
    companies,
    invitations,
    joining,
    notices,
    roles,
    security_contacts,
    sign_in,
    sign_on_settings,
    unsubscribing,
)

app_name = "companies"

urlpatterns = [
    path("account/", account.account, name="account"),
    path("company/sign-in/", sign_in.sign_in, name="sign_in"),
    path(
        "account/invitations/<uuid:pk>/", joining.own_invitation, name="own_invitation"
    ),
    path("invitations/<str:token>/", joining.invitation, name="invitation"),
    path("people/invite/", invitations.invite, name="invite"),
    path("people/invitations/", invitations.invitation_list, name="invitations"),
    path(
        "people/invitations/<uuid:pk>/again/",
        invitations.send_invitation,
        name="send_invitation",
    ),
    path(
        "people/invitations/<uuid:pk>/withdraw/",
        invitations.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("account/notices/", notices.notice_choices, name="notice_choices"),
    path("account/notices/times/", notices.mail_times, name="mail_times"),
    path(
        "account/notices/reset/",
        notices.reset_notice_choices,
        name="reset_notice_choices",
    ),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.read_notices, name="read_notices"),
    path("notices/<int:pk>/open/", notices.open_notice, name="open_notice"),
    path("notices/<int:pk>/read/", notices.read_notice, name="read_notice"),
    path("notices/<int:pk>/unread/", notices.unread_notice, name="unread_notice"),
    path(
        "company/sign-in/provider/", sign_on_settings.configure, name="sign_on_provider"
    ),
    path("company/sign-in/test/", sign_on_settings.test, name="sign_on_test"),
    path("company/sign-in/on/", sign_on_settings.switch_on, name="sign_on_on"),
    path("company/sign-in/off/", sign_on_settings.switch_off, name="sign_on_off"),
    path("people/<uuid:pk>/admin/", roles.name_admin, name="name_admin"),
    path("people/<uuid:pk>/admin/end/", roles.unname_admin, name="unname_admin"),
    path("people/<uuid:pk>/contact/", roles.name_contact, name="name_contact"),
    path("company/edit/", companies.edit_company, name="edit_company"),
    path(
        "company/service-level/",
        companies.ask_service_level,
        name="ask_service_level",
    ),
    path("company/archive/", archives.archive, name="archive"),
    path("company/archive/new/", archives.ask_archive, name="ask_archive"),
    path("company/archive/<uuid:pk>/", archives.archive_file, name="archive_file"),
    path(
        "company/security/",
        security_contacts.name_security_contact,
        name="name_security_contact",
    ),
    path(
        "company/security/confirm/<str:key>/",
        security_contacts.confirm_security_contact,
        name="confirm_security_contact",
    ),
    path(
        "company/security/<uuid:pk>/ask/",
        security_contacts.ask_security_contact_again,
        name="ask_security_contact_again",
    ),
    path(
        "company/security/<uuid:pk>/remove/",
        security_contacts.remove_security_contact,
        name="remove_security_contact",
    ),
]
