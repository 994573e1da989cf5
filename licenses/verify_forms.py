"""What somebody shows us to learn whether we made it."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ui.forms import Arranged

LARGEST = 65_536


class VerifyForm(Arranged, forms.Form):
    """A key or a file, pasted or uploaded; of two, the file."""

    text = forms.CharField(
        label=_("Key or file"),
        max_length=LARGEST,
        required=False,
        help_text=_("Paste a license key, or all of a license file or machine file."),
        widget=forms.Textarea(
            attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    file = forms.FileField(
        label=_("Or choose the file"),
        required=False,
        allow_empty_file=True,
        help_text=_("A .lic file, at most 64 KB. We look at it and keep nothing."),
    )

    @property
    def layout(self) -> Layout:
        return Layout("text", "file")

    def clean_file(self) -> str:
        """The text in it; what is no text is nothing of ours, and examined as such."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > LARGEST:
            raise ValidationError(_("This file is too large to be one of ours."))
        return file.read().decode(errors="replace")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        shown = cleaned.get("file") or cleaned.get("text", "")
        if not shown.strip() and not self.errors:
            raise ValidationError(_("Paste a key or a file, or choose a file."))
        return cleaned | {"shown": shown}
