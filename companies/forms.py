"""What people fill in about themselves and about each other."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Field, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from companies import zones
from companies.models import Company, SecurityContact, User
from ui.forms import Arranged


class AccountForm(Arranged, forms.ModelForm):
    """What people may change about themselves; the address is confirmed elsewhere."""

    class Meta:
        model = User
        fields = ["name", "job_title", "phone", "language", "time_zone", "appearance"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "job_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "appearance": forms.RadioSelect,
        }
        help_texts = {
            "phone": _(
                "For support, when a ticket is critical. As in +31 10 555 0142."
            ),
            "time_zone": _(
                "All times in the portal and in our e-mail are shown in it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["time_zone"].widget = forms.Select(
            choices=zones.including(self.instance.time_zone)
        )

    @property
    def layout(self) -> Layout:
        return Layout(
            "name",
            Row(Column("job_title"), Column("phone")),
            Row(Column("language"), Column("time_zone")),
            Field("appearance", wrapper_class="choices"),
        )

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class NewAddressForm(Arranged, forms.Form):
    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CompanyForm(Arranged, forms.ModelForm):
    """What the company's own admins correct; the rest is the vendor's [PE-02]."""

    class Meta:
        model = Company
        fields = ["address", "time_zone"]
        widgets = {
            "address": forms.Textarea(
                attrs={"rows": 4, "autocomplete": "street-address"}
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget = forms.Select(
            choices=zones.including(self.instance.time_zone)
        )

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class SecurityContactForm(Arranged, forms.ModelForm):
    """Who is to be the security contact; the address confirms it itself [CO-16]."""

    class Meta:
        model = SecurityContact
        fields = ["name", "email"]


class PeopleFilter(forms.Form):
    """The filter bar of the people list; what makes no sense is left out."""

    STATES = [
        ("all", _("All")),
        ("active", _("Active")),
        ("closed", _("Deactivated")),
        ("external", _("External")),
    ]

    q = forms.CharField(max_length=100, required=False)
    state = forms.ChoiceField(choices=STATES, required=False)

    @property
    def words(self) -> str:
        return self.cleaned_data.get("q", "") if self.is_valid() else ""

    @property
    def chosen_state(self) -> str:
        chosen = self.cleaned_data.get("state", "") if self.is_valid() else ""
        return chosen or "all"


class ConfirmForm(Arranged, forms.Form):
    """A button and nothing to fill in; it carries the words of a refusal."""
