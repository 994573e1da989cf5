"""Planned work for vendor staff: plan, move, cancel; the verbs do the rest."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from operations import actions
from operations.forms import WindowForm
from operations.models import MaintenanceWindow, WindowEnvironment, WindowEvent
from ui.states import state_of

OUTAGE = ["outage_starts_at", "outage_minutes"]


class ReadOnlyInline(TabularInline):
    """Facts beside the window; they come from verbs only."""

    extra = 0
    hide_title = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TouchedInline(ReadOnlyInline):
    model = WindowEnvironment
    fields = ["environment"]
    verbose_name_plural = _("environments in this window")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WindowEnvironment]:
        rows = super().get_queryset(request)
        return rows.select_related("environment__application")


class EventInline(ReadOnlyInline):
    model = WindowEvent
    fields = ["kind", "old_starts_at", "at"]


@admin.register(MaintenanceWindow)
class MaintenanceWindowAdmin(ModelAdmin):
    form = WindowForm
    list_display = [
        "code",
        "title",
        "starts_at",
        "ends_at",
        "shown_state",
        "announced_at",
    ]
    list_display_links = ["code", "title"]
    list_filter = ["kind"]
    search_fields = ["title", "description"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]
    actions = ["cancel_windows"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = ["title", "kind", "starts_at", "ends_at", *OUTAGE, "impact"]
        shown.append("description")
        if obj is None:
            return ["environments", *shown]
        return [*shown, "announce_at", "announced_at", "cancelled_at", "planned_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        facts = ["announce_at", "announced_at", "cancelled_at", "planned_by", "kind"]
        return [*facts, *OUTAGE, "title", "impact", "description"]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[type]:
        return [TouchedInline, EventInline] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A window is cancelled, never deleted: people were told of it."""
        return False

    def save_model(
        self, request: HttpRequest, obj: MaintenanceWindow, form: Any, change: bool
    ) -> None:
        at = timezone.now()
        if change:
            actions.move_window(
                obj,
                starts_at=form.cleaned_data["starts_at"],
                ends_at=form.cleaned_data["ends_at"],
                by=request.user,
                at=at,
            )
            return
        window = actions.plan_window(**form.cleaned_data, by=request.user, at=at)
        obj.pk = window.pk
        obj.refresh_from_db()

    @display(description=_("state"))
    def shown_state(self, window: MaintenanceWindow) -> str:
        return str(state_of(window.state_code(timezone.now())).word)

    @admin.action(description=_("Cancel the window and tell its contacts"))
    def cancel_windows(
        self, request: HttpRequest, queryset: QuerySet[MaintenanceWindow]
    ) -> None:
        cancelled = 0
        for window in queryset:
            try:
                actions.cancel_window(window, by=request.user, at=timezone.now())
                cancelled += 1
            except ValidationError as refused:
                messages.error(request, " ".join(refused.messages))
        if cancelled:
            words = ngettext(
                "%(count)d window is cancelled.",
                "%(count)d windows are cancelled.",
                cancelled,
            )
            messages.success(request, words % {"count": cancelled})
