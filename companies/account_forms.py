"""django-allauth's forms in our words and our arrangement; what they do is its own."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ui.forms import Arranged


class OurWords(Arranged):
    """Labels stand above the fields, so placeholders that repeat them go."""

    words: dict[str, Promise] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.words.get(name, field.label)
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


class SignupForm(OurWords, forms.SignupForm):
    words = {
        "email": _("Work e-mail"),
        "password1": _("Password"),
        "password2": _("The same password again"),
    }


class ResetPasswordForm(OurWords, forms.ResetPasswordForm):
    words = {"email": _("Work e-mail")}


class ResetPasswordKeyForm(OurWords, forms.ResetPasswordKeyForm):
    words = {
        "password1": _("New password"),
        "password2": _("The same password again"),
    }


class ChangePasswordForm(OurWords, forms.ChangePasswordForm):
    words = {
        "oldpassword": _("Your password now"),
        "password1": _("New password"),
        "password2": _("The same password again"),
    }


class SetPasswordForm(OurWords, forms.SetPasswordForm):
    words = {
        "password1": _("Password"),
        "password2": _("The same password again"),
    }


class AddEmailForm(OurWords, forms.AddEmailForm):
    words = {"email": _("Another e-mail address")}


class ReauthenticateForm(OurWords, forms.ReauthenticateForm):
    words = {"password": _("Your password")}
