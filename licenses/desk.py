"""What support staff fill in: renewals of several licenses, a portfolio to upload."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from licenses.actions.imports import Kind
from licenses.importing.parsing import DATE_FORMAT
from licenses.models import License

LARGEST_FILE = 2_000_000
DATE_FORMATS = [
    (DATE_FORMAT, "12/31/2026"),
    ("%d/%m/%Y", "31/12/2026"),
    ("%d.%m.%Y", "31.12.2026"),
    ("%Y-%m-%d", "2026-12-31"),
]


class RenewalForm(forms.Form):
    """Until when; without a day each license gets one more year."""

    ends_on = forms.DateField(
        label=_("New last valid day"),
        required=False,
        widget=UnfoldAdminSingleDateWidget(),
        help_text=_("Leave it empty to renew each by one term, as its policy says."),
    )

    def end_for(self, license: License, at: datetime) -> date:
        today = license.company.today(at)
        return self.cleaned_data["ends_on"] or license.next_end(today)


class PlannedEndForm(forms.Form):
    """The last valid day of a license that is not renewed."""

    ends_on = forms.DateField(
        label=_("Last valid day"),
        widget=UnfoldAdminSingleDateWidget(),
        help_text=_("Usually the end of its contract; an earlier day ends it sooner."),
    )

    def __init__(self, *args: Any, license: License, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = license.ends_on


class UploadForm(forms.Form):
    """The file of an asset tool, and what the file itself cannot say."""

    kind = forms.ChoiceField(
        label=_("What is in it"),
        choices=Kind.choices,
        widget=UnfoldAdminSelectWidget(),
        help_text=_(
            "Renewals and planned ends name each license by its LIC number, by its"
            " serial number, or by app and environment."
        ),
        required=False,
    )
    file = forms.FileField(
        label=_("CSV file"),
        widget=UnfoldAdminFileFieldWidget(),
        help_text=_("A CSV file, or several in a ZIP bundle; at most 2 MB."),
    )
    company = forms.CharField(
        label=_("Company"),
        max_length=120,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("The customer of the rows that name none."),
    )
    date_format = forms.ChoiceField(
        label=_("How the file writes 31 December 2026"),
        choices=DATE_FORMATS,
        widget=UnfoldAdminSelectWidget(),
    )

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Kind.PORTFOLIO

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(
                _("The file is larger than 2 MB. Split it, or use the command line.")
            )
        return file
