"""What the browser says about a passkey; whatever does not fit is refused in words."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

from allauth.mfa.webauthn import forms
from django.core.exceptions import ValidationError
from django.forms import CharField
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_decode

from companies import passkeys
from companies.account_forms import OurWords

NAME = _("Name of this passkey")
NAME_HELP = _("So that you know it again: the device or the password manager it is in.")
LONGEST_NAME = 60

# Whatever JSON somebody makes by hand, django-allauth and fido2 trip over it like this.
MALFORMED = (AttributeError, LookupError, TypeError, ValueError, struct.error)
IN_WORDS = {"too_many_login_attempts"}


REFUSED = _("This passkey does not fit, or it took too long. Try once more.")


def refusal() -> ValidationError:
    return ValidationError(REFUSED)


def judged(check: Callable[[], Any]) -> Any:
    """What the check says, or a refusal in our words, also of what is no passkey."""
    try:
        return check()
    except ValidationError as wrong:
        if wrong.error_list[0].code in IN_WORDS:
            raise
        raise refusal() from None
    except MALFORMED:
        raise refusal() from None


def require_origin(credential: Any) -> None:
    """Signed at the portal's public address, not at another of the same domain."""
    said = json.loads(websafe_decode(credential["response"]["clientDataJSON"]))
    if said["origin"] != passkeys.origin():
        raise refusal()


class AddForm(OurWords, forms.AddWebAuthnForm):
    """Every passkey signs in by itself: the browser is asked for no other kind."""

    passwordless = None
    words = {"name": NAME}
    helps = {"name": NAME_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages |= {"required": REFUSED}
        self.fields["name"].widget.attrs |= {
            "maxlength": LONGEST_NAME,
            "autocomplete": "off",
        }

    def clean_name(self) -> str:
        return super().clean_name()[:LONGEST_NAME]

    def clean(self) -> dict[str, Any]:
        return judged(self._clean)

    def _clean(self) -> dict[str, Any]:
        if "credential" in self.cleaned_data:
            require_origin(self.cleaned_data["credential"])
        return super().clean()


class ShownPasskey:
    """Put before a form of django-allauth that takes a signature of the browser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"required": REFUSED, "invalid": REFUSED}
        self.fields["credential"].error_messages |= words

    def clean_credential(self) -> Any:
        return judged(self._clean_credential)

    def _clean_credential(self) -> Any:
        require_origin(self.cleaned_data["credential"])
        return super().clean_credential()


class SignInForm(ShownPasskey, forms.LoginWebAuthnForm):
    """Instead of the password, by somebody who has not said who it is."""


class SecondStepForm(ShownPasskey, forms.AuthenticateWebAuthnForm):
    """The second half of signing in."""


class ReauthenticateForm(ShownPasskey, forms.ReauthenticateWebAuthnForm):
    """Before something sensitive, by somebody who is signed in."""


class RenameForm(OurWords, forms.EditWebAuthnForm):
    name = CharField(label=NAME, help_text=NAME_HELP, max_length=LONGEST_NAME)
