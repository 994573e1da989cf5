"""Sign-in and its kin: the views of django-allauth that we use, each behind a door."""

from allauth.account import views
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path, reverse_lazy
from django.views.decorators.cache import never_cache

from companies.access import member, public
from companies.views import passkeys, sign_on
from companies.views.account import security
from companies.views.addresses import (
    answer_address,
    change_address,
    confirm_address,
    withdraw_address,
)
from companies.views.codes import sign_in_by_code
from companies.views.sessions import end_session, end_sessions, session_list

# Where a page leads that asks before something is lost.
BACK = {"cancel": reverse_lazy("companies:account")}

urlpatterns = [
    path("login/", sign_on.login, name="account_login"),
    path(
        "login/code/",
        sign_on.request_login_code,
        name="account_request_login_code",
    ),
    path("login/code/confirm/", sign_in_by_code, name="account_confirm_login_code"),
    path("sign-on/", sign_on.wanted, name="account_sign_on"),
    path("sign-on/go/", sign_on.go, name="account_sign_on_go"),
    path(
        "sign-on/<uuid:company>/callback/",
        sign_on.callback,
        name="account_sign_on_callback",
    ),
    path("logout/", public("the way out")(views.logout), name="account_logout"),
    path(
        "inactive/",
        public("says that an account is closed")(views.account_inactive),
        name="account_inactive",
    ),
    path("signup/", sign_on.signup, name="account_signup"),
    path(
        "confirm-email/",
        public("says that a letter is on its way")(views.email_verification_sent),
        name="account_email_verification_sent",
    ),
    re_path(
        r"^confirm-email/(?P<key>[-:\w]+)/$",
        public("its link carries a signed key")(views.confirm_email),
        name="account_confirm_email",
    ),
    path(
        "password/change/",
        sign_on.password_change,
        name="account_change_password",
    ),
    path("password/set/", sign_on.password_set, name="account_set_password"),
    path(
        "password/reset/",
        sign_on.password_reset,
        name="account_reset_password",
    ),
    path(
        "password/reset/done/",
        public("says that a letter is on its way")(views.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_on.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        public("says that the password is new")(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path(
        "reauthenticate/", member(views.reauthenticate), name="account_reauthenticate"
    ),
    path("email/", change_address, name="account_email"),
    path("email/withdraw/", withdraw_address, name="account_withdraw_address"),
    path("email/answer/<str:key>/", answer_address, name="account_answer_address"),
    path("email/<str:key>/", confirm_address, name="account_confirm_address"),
    path("sessions/", session_list, name="account_sessions"),
    path("sessions/end/", end_sessions, name="account_end_sessions"),
    path("sessions/<int:pk>/end/", end_session, name="account_end_session"),
    path("second-factor/", security, name="mfa_index"),
    path(
        "second-factor/sign-in/",
        passkeys.second_step,
        name="mfa_authenticate",
    ),
    path(
        "second-factor/show/",
        member(second_factor.reauthenticate),
        name="mfa_reauthenticate",
    ),
    path(
        "second-factor/on/",
        member(never_cache(totp.activate_totp)),
        name="mfa_activate_totp",
    ),
    path(
        "second-factor/off/",
        member(totp.DeactivateTOTPView.as_view(extra_context=BACK)),
        name="mfa_deactivate_totp",
    ),
    path("passkeys/", passkeys.passkey_list, name="mfa_list_webauthn"),
    path("passkeys/new/", passkeys.add, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/name/", passkeys.rename, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
    path("passkeys/sign-in/", passkeys.sign_in, name="mfa_login_webauthn"),
    path(
        "passkeys/show/",
        passkeys.reauthenticate,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "recovery-codes/",
        member(never_cache(recovery_codes.view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        "recovery-codes/new/",
        member(recovery_codes.GenerateRecoveryCodesView.as_view(extra_context=BACK)),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "recovery-codes/file/",
        member(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
