"""What we accept about servers and renewals."""

from __future__ import annotations

import re
from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from companies.models import User
from contacts.models import TechnicalContact
from licenses.keys import PREFIX
from licenses.models import License
from ui.forms import Arranged

SERVER_ID = re.compile(r"[\x21-\x7e]{4,128}\Z")


class KeyLinkForm(forms.Form):
    """Which of the other technical contacts is at the server."""

    contact = forms.ModelChoiceField(label=_("Technical contact"), queryset=None)

    def __init__(self, *args: Any, license: License, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = (
            TechnicalContact.objects.visible_to(user)
            .reachable_for(license.application)
            .exclude(user=user)
        )

    @property
    def colleagues(self) -> list[TechnicalContact]:
        """Whom the page offers."""
        return list(self.fields["contact"].queryset)


class ServerForm(Arranged, forms.Form):
    """The server a key is made for."""

    server_id = forms.CharField(
        label=_("Server ID"),
        max_length=128,
        strip=True,
        help_text=_(
            "The license dialog of your app shows it; the app has to be running. "
            "Copy it as it stands, for example 7C41-E09B-55D2."
        ),
        error_messages={"required": _("Copy the server ID from your app.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "off",
                "spellcheck": "false",
                "class": "code-field",
            }
        ),
    )
    server_name = forms.CharField(
        label=_("Server name"),
        max_length=80,
        required=False,
        help_text=_("What you call the server, so that others know which one it is."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def layout(self) -> Layout:
        return Layout(
            Row(
                Column("server_id", css_class="col-md-6"),
                Column("server_name", css_class="col-md-6"),
            )
        )

    def clean_server_id(self) -> str:
        server_id = self.cleaned_data["server_id"]
        if server_id.startswith(PREFIX):
            raise ValidationError(
                _("This is a license key. Copy the server ID of your app instead.")
            )
        if len(server_id.split()) != 1:
            raise ValidationError(
                _("A server ID has no spaces. Copy the ID alone, without its label.")
            )
        if not SERVER_ID.match(server_id):
            raise ValidationError(
                _("A server ID has 4 to 128 letters, digits or signs. Copy it again.")
            )
        return server_id
