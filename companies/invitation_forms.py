"""What is filled in to invite somebody to a company."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from companies import invitees
from companies.invitees import Invitee
from companies.models import Invitation
from ui.forms import Arranged


class InviteForm(Arranged, forms.ModelForm):
    """One address or a pasted list; whether somebody may be invited the verb judges."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_(
            "One in each line. A list copied from your mail program works too, with"
            " the names in it."
        ),
    )

    class Meta:
        model = Invitation
        fields = ["role", "message"]
        widgets = {
            "role": forms.RadioSelect,
            "message": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "role": _(
                "Members see the apps on whose team they are. Company admins see"
                " every app and decide about people."
            ),
            "message": _("If you like; it stands in the letter, under your name."),
        }

    field_order = ["addresses", "role", "message"]

    @property
    def layout(self) -> Layout:
        return Layout("addresses", Field("role", wrapper_class="choices"), "message")

    def clean_addresses(self) -> list[Invitee]:
        return invitees.parse(self.cleaned_data["addresses"])

    @property
    def wish(self) -> dict[str, Any]:
        """What the verb asks for."""
        return {name: self.cleaned_data[name] for name in ("role", "message")}


class InvitationForm(forms.ModelForm):
    """One invitation in the support desk, which chooses the company."""

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()
