"""What is filled in about mail domains: the claim, and support's decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from companies import mail_domains
from companies.models import ClaimedDomain
from ui.forms import Arranged


class ClaimForm(Arranged, forms.Form):
    name = forms.CharField(
        label=_("Mail domain"),
        max_length=mail_domains.LONGEST,
        help_text=_("What stands after the @ of your own work e-mail."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "inputmode": "url"}
        ),
    )

    def clean_name(self) -> str:
        return mail_domains.normalise(self.cleaned_data["name"])


class DecisionForm(forms.ModelForm):
    """Support's answer to a claim, or the end of a domain that was confirmed."""

    WAITING = [
        ("confirm", _("Confirm: the domain is this company's, for good")),
        ("refuse", _("Refuse the claim")),
    ]
    CONFIRMED = [("remove", _("Remove the domain from this company"))]

    decision = forms.ChoiceField(
        label=_("Decision"), widget=UnfoldAdminRadioSelectWidget
    )
    why = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=500,
        help_text=_("Needed to refuse or remove; the company's admins read it."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )

    class Meta:
        model = ClaimedDomain
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_waiting = self.instance.is_waiting
        self.fields["decision"].choices = self.WAITING if is_waiting else self.CONFIRMED
