"""What a company admin copies from the provider, and why it is switched off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from companies import provider_calls
from companies.models import SignOn
from ui.forms import Arranged

SAMPLE = "https://login.company.example"


class ProviderForm(Arranged, forms.ModelForm):
    """The secret is written and never shown again."""

    secret = forms.CharField(
        label=_("Client secret"),
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    field_order = [
        "issuer",
        "client_id",
        "secret",
        "provider_factor",
        "trusts_addresses",
    ]

    class Meta:
        model = SignOn
        fields = ["issuer", "client_id", "provider_factor", "trusts_addresses"]
        labels = {
            "issuer": _("Issuer"),
            "client_id": _("Client ID"),
            "provider_factor": _("The provider asks for a second factor itself"),
            "trusts_addresses": _(
                "The provider does not say which addresses are confirmed; all of"
                " them are"
            ),
        }
        help_texts = {
            "issuer": format_lazy(
                _("As your provider names it, such as {sample}"), sample=SAMPLE
            ),
            "client_id": _("The provider gives it when you register this portal."),
            "provider_factor": _(
                "Then we do not ask again. Otherwise we ask who has enrolled one here."
            ),
            "trusts_addresses": _(
                "Only where nobody can enter an address of their own choice there. We"
                " look for the claim email_verified."
            ),
        }
        widgets = {"issuer": forms.URLInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.encrypted_secret:
            self.fields["secret"].required = False
            self.fields["secret"].help_text = _(
                "Leave it empty to keep the one saved; another issuer needs its own."
            )

    def clean_issuer(self) -> str:
        issuer = self.cleaned_data["issuer"].strip()
        issuer = issuer.removesuffix("/.well-known/openid-configuration")
        if not provider_calls.is_allowed(issuer) or "?" in issuer or "#" in issuer:
            raise ValidationError(
                _t("Write the whole address, beginning with https://.")
            )
        return issuer


class SwitchOffForm(forms.ModelForm):
    """At the support desk, when a company cannot get in to do it."""

    why = forms.CharField(
        label=_("Why it is switched off"),
        max_length=500,
        help_text=_(
            "Saving switches it off: members choose a password, and read why in the"
            " letter about it."
        ),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )

    class Meta:
        model = SignOn
        fields: list[str] = []
