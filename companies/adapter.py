"""How django-allauth behaves in this house.

Its letters leave through the outbox, a confirmed address is a fact of the person
(`registered_at`), and every link points at the portal's public address.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from companies import actions, emails, known_devices, leading, sign_on_emails
from companies.models import User
from companies.verbs import Verb
from outbox.models import AddressStanding

PASSWORD_NOTICES = {
    "account/email/password_changed",
    "account/email/password_reset",
    "account/email/password_set",
}


FACTOR_PAGES = ["mfa_reauthenticate:webauthn", "mfa_reauthenticate"]
SIGN_IN_CODE = "account/email/login_code"
SECURITY_NOTICES = {
    "mfa/email/totp_activated": Verb.SECOND_FACTOR_ON,
    "mfa/email/totp_deactivated": Verb.SECOND_FACTOR_OFF,
    "mfa/email/webauthn_added": Verb.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": Verb.PASSKEY_REMOVED,
    "mfa/email/recovery_codes_generated": Verb.RECOVERY_CODES_MADE,
}


NO_ADDRESS = "0.0.0.0"  # noqa: S104 - nobody listens there; it says "unknown"


class UnknownLetterError(RuntimeError):
    """django-allauth wants to send a letter that nobody here has written."""


class AccountAdapter(DefaultAccountAdapter):
    """django-allauth asks here whenever the answer is ours to give."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "E-mail address and password do not belong together. Check both, or set"
            " a new password."
        ),
        "too_many_login_attempts": _(
            "Too many attempts failed. Wait five minutes, or sign in with a link by"
            " e-mail."
        ),
        "incorrect_code": _("This code is not right. Copy it from the newest e-mail."),
        "enter_current_password": _("This is not your current password."),
        "invalid_password_reset": _("This link has been used or is too old."),
        "rate_limited": _("Too many requests. Wait a minute and try again."),
    }

    # Accounts

    @transaction.atomic
    def save_user(
        self, request: HttpRequest, user: User, form: Form, commit: bool = True
    ) -> User:
        """Somebody registers: the name from the form, the language of the page."""
        user.name = form.cleaned_data["name"]
        user.language = translation.get_language()
        return super().save_user(request, user, form, commit)

    def pre_login(
        self, request: HttpRequest, user: User, **story: Any
    ) -> HttpResponse | None:
        """Whoever has an account need not confirm: demo, import and staff made some.

        Passkey, letter or invitation: who is bound comes in through the provider only.
        """
        by_provider = "sociallogin" in (story.get("signal_kwargs") or {})
        row = None if by_provider else leading.binding(user)
        if row:
            return leading.lead_on(request, row, user.email)
        if user.has_account:
            actions.confirm_address(user, at=user.registered_at)
        return super().pre_login(request, user, **story)

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            at = timezone.now()
            AddressStanding.objects.note_proof(email_address.email, at)
            actions.confirm_address(email_address.user, at=at)
        return confirmed

    def post_login(
        self, request: HttpRequest, user: User, **story: Any
    ) -> HttpResponse:
        response = super().post_login(request, user, **story)
        known_devices.remember(request, response, user.email)
        return response

    def get_login_stages(self) -> list[str]:
        """Single sign-on may have asked for the second factor already [CO-17]."""
        theirs = "allauth.mfa.stages.AuthenticateStage"
        ours = "companies.sign_on.OurAuthenticateStage"
        stages = super().get_login_stages()
        return [ours if stage == theirs else stage for stage in stages]

    # Wrong passwords are counted where they are typed. Nobody locks others out of
    # their accounts by guessing, for each place has its own count.

    def _get_login_attempts_cache_key(
        self, request: HttpRequest, **credentials: Any
    ) -> str:
        login = credentials.get("email", "")
        device = known_devices.device_of(request, login)
        where = f"device:{device}" if device else self.get_client_ip(request)
        return (
            f"{super()._get_login_attempts_cache_key(request, **credentials)}:{where}"
        )

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A device that is known for this account is not held up by its network."""
        if not known_devices.device_of(request, credentials.get("email", "")):
            super().pre_authenticate(request, **credentials)
            return
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            key=self._get_login_attempts_cache_key(request, **credentials),
            config={"login_failed": known_devices.ATTEMPTS},
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def set_password(self, user: User, password: str) -> None:
        actions.set_password(user, password, at=timezone.now())

    def get_reauthentication_methods(self, user: User) -> list[dict]:
        """Whoever has a second factor shows it: the password alone may be stolen.

        The passkey comes first, being the shorter way; its page leads to the codes.
        """
        methods = super().get_reauthentication_methods(user)
        factors = [one for one in methods if one["id"] in FACTOR_PAGES]
        factors.sort(key=lambda one: FACTOR_PAGES.index(one["id"]))
        return factors or methods

    def get_client_ip(self, request: HttpRequest) -> str:
        """Behind a socket without an address all are one visitor, but come in."""
        try:
            return super().get_client_ip(request)
        except PermissionDenied:
            return NO_ADDRESS

    # Addresses

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, token = key.split("-", 1)
        return _public("account_reset_password_from_key", uid, token)

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: Any
    ) -> str:
        return _public("account_confirm_email", emailconfirmation.key)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("companies:account")

    # Letters

    def send_password_reset_mail(
        self, user: User, email: str, context: dict[str, Any]
    ) -> None:
        if row := leading.binding(user):
            sign_on_emails.sign_on_instead(user, row, at=timezone.now())
            return
        link = context["password_reset_url"]
        emails.password_reset(user, link=link, at=timezone.now())

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: Any, signup: bool
    ) -> None:
        link = self.get_email_confirmation_url(request, emailconfirmation)
        person = emailconfirmation.email_address.user
        emails.confirm_address(person, link=link, at=timezone.now())

    def send_account_already_exists_mail(self, email: str) -> None:
        emails.account_exists(email, at=timezone.now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        at = timezone.now()
        if template_prefix in PASSWORD_NOTICES:
            emails.password_changed(user, at=at)
        elif template_prefix in SECURITY_NOTICES:
            verb = SECURITY_NOTICES[template_prefix]
            actions.note_security(user, verb, by=user, at=at)
        else:
            raise UnknownLetterError(template_prefix)

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Whatever leaves the house has a function in emails.py."""
        if template_prefix != SIGN_IN_CODE:
            raise UnknownLetterError(template_prefix)
        person = User.objects.get_by_natural_key(email)
        if row := leading.binding(person):
            sign_on_emails.sign_on_instead(person, row, at=timezone.now())
            return
        emails.sign_in_code(person, code=context["code"], at=timezone.now())


def _public(name: str, *args: str) -> str:
    return settings.PUBLIC_URL + reverse(name, args=args)
