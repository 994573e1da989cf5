"""What somebody asks for beyond a license, and what the vendor answers."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from licenses.models import ExpansionRequest
from licenses.models.expansion import KINDS
from ui.forms import Arranged


class ExpansionForm(Arranged, forms.ModelForm):
    """How many users, of which kind, or what else; and why."""

    class Meta:
        model = ExpansionRequest
        fields = [*KINDS, "besides", "reason"]
        labels = {
            "users": _("Users in all"),
            "concurrent_users": _("At the same time"),
            "internal_users": _("Internal"),
            "external_users": _("External"),
            "besides": _("Something else"),
            "reason": _("Why"),
        }
        help_texts = {
            "users": _("How many the license should cover afterwards."),
            "besides": _("What the license should cover besides, in a few words."),
            "reason": _("Your account executive reads it."),
        }
        widgets = {
            **{
                kind: forms.NumberInput({"min": 1, "inputmode": "numeric"})
                for kind in KINDS
            },
            "reason": forms.Textarea({"rows": 4}),
        }

    @property
    def layout(self) -> Layout:
        of_a_kind = [kind for kind in KINDS if kind != "users"]
        return Layout(
            "users",
            Fieldset(
                _("By kind, if your contract tells them apart"),
                Row(*(Column(kind, css_class="col-md-4") for kind in of_a_kind)),
            ),
            "besides",
            "reason",
        )

    def clean(self) -> dict[str, Any]:
        """A wish without any wish in it asks for nothing."""
        wanted = super().clean()
        named = [wanted.get(name) for name in (*KINDS, "besides")]
        if not any(named) and not self.errors:
            raise ValidationError(_("Say how many users you want, or what else."))
        return wanted


class AnswerForm(forms.Form):
    """The vendor's answer; the customer reads every word of it."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("The customer reads it, in the mail and in the portal."),
    )
