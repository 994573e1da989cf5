"""What staff say to plan or move a window."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.models import Environment
from operations import actions
from operations.models import MaintenanceWindow


class WindowForm(forms.ModelForm):
    """A new window with the environments it touches; an old one with its times."""

    environments = forms.ModelMultipleChoiceField(
        queryset=Environment.objects.live().on_cloud(),
        label=_("Environments"),
        help_text=_("Cloud only. Type a part of the app's or the company's name."),
        widget=AutocompleteSelectMultiple(
            MaintenanceWindow._meta.get_field("environments"), admin.site
        ),
        required=False,
    )

    class Meta:
        model = MaintenanceWindow
        fields = [
            "title",
            "description",
            "impact",
            "kind",
            "starts_at",
            "ends_at",
            "outage_starts_at",
            "outage_minutes",
            "environments",
        ]

    def clean(self) -> dict[str, Any]:
        """Ask whether the verb would do it, before it is called."""
        data = super().clean()
        if not self.errors:
            try:
                self._ask(data)
            except ValidationError as refused:
                self.add_error(None, refused)
        return data

    def _ask(self, data: dict[str, Any]) -> None:
        at = timezone.now()
        if self.instance.pk is None:
            actions.check_span(data["starts_at"], data["ends_at"], at)
            actions.check_outage(
                data["outage_starts_at"],
                data["outage_minutes"],
                data["starts_at"],
                data["ends_at"],
            )
            actions.check_environments(list(data["environments"]))
        elif {"starts_at", "ends_at"} & set(self.changed_data):
            stored = MaintenanceWindow.objects.get(pk=self.instance.pk)
            actions.check_changeable(stored, at)
            actions.check_span(data["starts_at"], data["ends_at"], at)
