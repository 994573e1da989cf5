"""Sign-in and its kin: the views of django-allauth that we use, each behind a door."""

from allauth.account import views
from django.urls import path, re_path

from companies.access import member, public

urlpatterns = [
    path("login/", public("the way in")(views.login), name="account_login"),
    path("logout/", public("the way out")(views.logout), name="account_logout"),
    path(
        "inactive/",
        public("says that an account is closed")(views.account_inactive),
        name="account_inactive",
    ),
    path("signup/", public("registration")(views.signup), name="account_signup"),
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
        member(views.password_change),
        name="account_change_password",
    ),
    path("password/set/", member(views.password_set), name="account_set_password"),
    path(
        "password/reset/",
        public("whoever forgot the password")(views.password_reset),
        name="account_reset_password",
    ),
    path(
        "password/reset/done/",
        public("says that a letter is on its way")(views.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public("its link carries a key that works once")(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        public("says that the password is new")(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
