"""The platform's releases and the environments, for support staff.

Applications themselves are in `contacts.admin`: their page needs the contacts.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminURLInputWidget

from apps.models import Environment, Membership, PlatformRelease
from ui.admin import Ledger

ADDRESSES = {
    models.URLField: {
        "form_class": forms.URLField,
        "assume_scheme": "https",
        "widget": UnfoldAdminURLInputWidget,
    }
}


@admin.register(PlatformRelease)
class PlatformReleaseAdmin(ModelAdmin):
    """The vendor's own figures: they decide how long versions are supported."""

    list_display = ["major", "available_on", "is_planned", "latest", "latest_on"]
    list_filter = ["is_planned"]
    search_fields = ["major", "latest"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A release has happened; a plan is moved, not deleted."""
        return False


@admin.register(Environment)
class EnvironmentAdmin(Ledger, ModelAdmin):
    """To be found and chosen elsewhere; changed on the page of the application."""

    list_display = ["name", "application", "company", "purpose", "platform_version"]
    list_filter = ["purpose"]
    list_select_related = ["application__company"]
    search_fields = ["name", "application__name", "application__company__name"]
    ordering = ["application__name", "name"]
    paginator = InfinitePaginator
    show_full_result_count = False
    formfield_overrides = ADDRESSES

    @display(description=_("company"))
    def company(self, environment: Environment) -> str:
        return environment.application.company.name


class Spoken:
    """A field in a table is named by its column, for those who hear the page too."""

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            inner = getattr(field.widget, "widget", field.widget)
            inner.attrs.setdefault("aria-label", capfirst(db_field.verbose_name))
        return field


class EnvironmentInline(Spoken, TabularInline):
    model = Environment
    fields = ["name", "purpose", "url", "platform_version"]
    formfield_overrides = ADDRESSES
    extra = 0
    hide_title = True
    can_delete = False
    verbose_name_plural = _("environments")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(offboarded_at__isnull=True)


class MembershipForm(forms.ModelForm):
    """Who is on the team stays who it is; the role may change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            person = self.instance.user
            names = UnfoldAdminSelectWidget(
                attrs={"aria-label": _("Person")}, choices=[(person.pk, person.name)]
            )
            self.fields["user"].widget = names
            self.fields["user"].disabled = True


class MembershipInline(Spoken, TabularInline):
    model = Membership
    form = MembershipForm
    fields = ["user", "role"]
    autocomplete_fields = ["user"]
    extra = 0
    hide_title = True
    verbose_name_plural = _("team")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_people()
