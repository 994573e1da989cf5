"""What somebody types before an environment ends, or the whole app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.models import Environment
from ui.forms import Arranged


class EndForm(Arranged, forms.Form):
    """The name of a production environment shows that it is meant; others ask less."""

    name = forms.CharField(
        label=_("Name of the environment"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, environment: Environment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environment = environment
        if environment.purpose != Environment.Purpose.PRODUCTION:
            del self.fields["name"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if name != self.environment.name:
            raise ValidationError(_("This is not the name of the environment."))
        return name


class EndAppForm(Arranged, forms.Form):
    """The second question, about the app that ends with its last environment."""

    application = forms.CharField(
        label=_("Name of the app"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, environment: Environment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environment = environment

    def clean_application(self) -> str:
        name = self.cleaned_data["application"]
        if name != self.environment.application.name:
            raise ValidationError(_("This is not the name of the app."))
        return name
