"""django-allauth's forms about the second factor, in our words."""

from __future__ import annotations

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp import forms as totp_forms
from django.core.cache import cache
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from companies import actions, qr
from companies.account_forms import OurWords
from companies.verbs import Verb

CODE_HELP = _("Six digits from your authenticator app, or one of your recovery codes.")


class EnrolForm(OurWords, totp_forms.ActivateTOTPForm):
    """The secret is in the session until the first code shows that the app has it."""

    words = {"code": _("Code in the app now")}
    helps = {"code": _("Six digits. They change every half minute.")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    @cached_property
    def qr(self) -> qr.Drawing:
        return qr.draw(get_adapter().build_totp_url(self.user, self.secret))

    @property
    def spoken_secret(self) -> str:
        """In groups of four, as it is read from one screen and typed into another."""
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


class OnceOnly(OurWords):
    """A code of the app opens once: with the tolerance it would be right for longer.

    django-allauth remembers it for one period, and takes it in three.
    """

    words = {"code": _("Code")}
    helps = {"code": CODE_HELP}

    def clean_code(self) -> str:
        code = super().clean_code()
        if self.authenticator.type != Authenticator.Type.TOTP:
            return code
        lasts = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        used = f"second-factor-used:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(used, "y", timeout=lasts):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInCodeForm(OnceOnly, base_forms.AuthenticateForm):
    """The second half of signing in; a code from the drawer is worth a letter."""

    def save(self) -> None:
        super().save()
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            verb, at = Verb.RECOVERY_CODE_USED, timezone.now()
            actions.note_security(self.user, verb, by=self.user, at=at)


class CodeForm(OnceOnly, base_forms.ReauthenticateForm):
    """Before something sensitive, by somebody who is signed in."""


class SwitchOffForm(OurWords, totp_forms.DeactivateTOTPForm):
    """A button, with the words of a refusal."""


class NewCodesForm(OurWords, GenerateRecoveryCodesForm):
    """The same."""
