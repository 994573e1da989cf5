"""django-allauth's forms in our words and arrangement, and what we add to them."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.forms import CharField, EmailField, EmailInput, TextInput
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies import actions
from companies.models import Invitation, User
from ui.forms import Arranged

PASSWORD_HELP = _("At least 12 characters. A short sentence is easy to keep.")


class OurWords(Arranged):
    """Labels stand above the fields, so placeholders that repeat them go."""

    words: dict[str, Promise] = {}
    helps: dict[str, Promise] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.words.get(name, field.label)
            field.help_text = self.helps.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OurWords, forms.LoginForm):
    words = {
        "login": _("Work e-mail"),
        "password": _("Password"),
        "remember": _("Keep me signed in on this device for 30 days"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remember"].initial = True
        # Password managers look for this name beside a password.
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignupForm(OurWords, forms.SignupForm):
    """Registration asks for a name too: colleagues and support read it [TC-05]."""

    name = CharField(
        label=_("Your name"),
        max_length=120,
        widget=TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1", "password2"]
    words = {
        "email": _("Work e-mail"),
        "password1": _("Password"),
        "password2": _("The same password again"),
    }
    helps = {"password1": PASSWORD_HELP}


class ResetPasswordForm(OurWords, forms.ResetPasswordForm):
    words = {"email": _("Work e-mail")}


class ResetPasswordKeyForm(OurWords, forms.ResetPasswordKeyForm):
    """Reached from the letter only, so it confirms the address as well."""

    words = {
        "password1": _("New password"),
        "password2": _("The same password again"),
    }
    helps = {"password1": PASSWORD_HELP}

    def save(self) -> None:
        password = self.cleaned_data["password1"]
        actions.reset_password(self.user, password, at=timezone.now())


class NewcomerForm(OurWords, forms.ResetPasswordKeyForm):
    """Whoever was invited and has no account: the same password rules as above."""

    name = CharField(
        label=_("Your name"),
        max_length=120,
        widget=TextInput(attrs={"autocomplete": "name"}),
    )
    # Password managers keep the password under it.
    email = EmailField(
        label=_("Work e-mail"),
        disabled=True,
        widget=EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = ["name", "email", "password1", "password2"]
    words = {
        "password1": _("Password"),
        "password2": _("The same password again"),
    }
    helps = {"password1": PASSWORD_HELP}

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        email, name = invitation.email, invitation.name
        super().__init__(*args, initial={"email": email, "name": name}, **kwargs)
        # Judged against it: a password that is much like the address is refused.
        self.fields["password1"].user = User(email=email, name=name)

    @property
    def choice(self) -> dict[str, str]:
        """What the verb asks for."""
        cleaned = self.cleaned_data
        return {"name": cleaned["name"], "password": cleaned["password1"]}


class ChangePasswordForm(OurWords, forms.ChangePasswordForm):
    words = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("The same password again"),
    }
    helps = {"password1": PASSWORD_HELP}


class AskForLinkForm(OurWords, forms.RequestLoginCodeForm):
    """Whose mailbox it is signs in without a password."""

    words = {"email": _("Work e-mail")}


class CodeFromLetterForm(OurWords, forms.ConfirmLoginCodeForm):
    """Filled in by the link of the letter, or by hand from another device."""

    words = {"code": _("Code from the e-mail")}


class ReauthenticateForm(OurWords, forms.ReauthenticateForm):
    """Before something sensitive, by somebody who is signed in."""

    words = {"password": _("Your password")}


class SetPasswordForm(OurWords, forms.SetPasswordForm):
    words = {
        "password1": _("Password"),
        "password2": _("The same password again"),
    }
    helps = {"password1": PASSWORD_HELP}
