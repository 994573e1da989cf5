"""Policies, entitlements, servers and issued files at the support desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from licenses import actions
from licenses.models import Entitlement, IssuedFile, Policy, Seat
from ui.admin import Ledger, VerbAdmin


@admin.register(Policy)
class PolicyAdmin(VerbAdmin):
    """What licenses are sold under; a change counts for all licenses that have it."""

    list_display = ["name", "application", "is_floating", "max_servers", "is_offered"]
    list_select_related = ["application"]
    search_fields = ["name"]
    autocomplete_fields = ["application", "entitlements"]
    fieldsets = [
        (None, {"fields": ["name", "application", "scheme", "entitlements"]}),
        (
            _("Term"),
            {
                "fields": [
                    "duration_months",
                    "expiry_basis",
                    "renewal_basis",
                    "transfer_strategy",
                    "expiration_strategy",
                    "grace_days",
                    "reminder_days",
                ]
            },
        ),
        (
            _("Servers"),
            {
                "fields": [
                    "is_floating",
                    "max_servers",
                    "overage",
                    "uniqueness",
                    "matching",
                    "moves_allowed",
                    "moves_days",
                    "requires_fingerprint",
                    "requires_product",
                    "requires_heartbeat",
                    "heartbeat_seconds",
                    "drops_dead_servers",
                ]
            },
        ),
        (
            _("Users"),
            {
                "fields": [
                    "named_users",
                    "concurrent_users",
                    "internal_users",
                    "external_users",
                ]
            },
        ),
        (_("Offered"), {"fields": ["retired_at"]}),
    ]

    @display(description=_("offered"), boolean=True)
    def is_offered(self, policy: Policy) -> bool:
        return policy.retired_at is None


@admin.register(Entitlement)
class EntitlementAdmin(VerbAdmin):
    """Features; an app asks for one by its code, so a code never changes."""

    list_display = ["code", "name"]
    search_fields = ["code", "name"]
    fields = ["code", "name", "metadata"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(Seat)
class SeatAdmin(Ledger, VerbAdmin):
    """Which servers hold which license, and which place is held for what is gone."""

    list_display = ["server_text", "license", "made_at", "activated_at", "held_until"]
    list_select_related = ["license"]
    search_fields = ["server_name", "license__number"]
    search_help_text = _("Server name or number of the license")
    ordering = ["-made_at"]
    paginator = InfinitePaginator
    show_full_result_count = False
    actions = ["free"]
    fields = [
        "license",
        "server_id",
        "server_name",
        "hostname",
        "platform",
        "ip",
        "cores",
        "memory",
        "disk",
        "replaces",
        "made_at",
        "made_by",
        "activated_at",
        "activated_by",
        "last_heartbeat_at",
        "deactivated_at",
        "deactivated_by",
        "reason",
        "held_until",
    ]

    @display(description=_("server"))
    def server_text(self, seat: Seat) -> str:
        return str(seat)[:80]

    @admin.action(description=_("Free the place now"), permissions=["view"])
    def free(self, request: HttpRequest, queryset: Any) -> None:
        """The customer has told us that key and file are gone from these servers."""
        self.attempt(
            request,
            queryset.with_license(),
            lambda seat: actions.free_seat(
                seat=seat, by=request.user, at=timezone.now()
            ),
            freed_words,
        )


def freed_words(count: int) -> str:
    return ngettext("%(count)d place is free.", "%(count)d places are free.", count) % {
        "count": count
    }


@admin.register(IssuedFile)
class IssuedFileAdmin(Ledger, ModelAdmin):
    """What is out there off line, and until when it works."""

    list_display = ["kind", "license", "seat", "way", "issued_at", "expires_at"]
    list_filter = ["kind", "way"]
    search_fields = ["license__number", "sha256"]
    date_hierarchy = "issued_at"
    ordering = ["-issued_at"]
    paginator = InfinitePaginator
    show_full_result_count = False
    fields = [
        "license",
        "seat",
        "kind",
        "way",
        "is_encrypted",
        "ends_on",
        "issued_at",
        "issued_by",
        "expires_at",
        "sha256",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[IssuedFile]:
        return super().get_queryset(request).with_people().select_related("license")
