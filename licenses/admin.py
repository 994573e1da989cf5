"""Licenses, keys and reminders for support staff; the verbs write, the pages ask."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Field, Model, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.paginator import InfinitePaginator

from licenses import actions, desk_page, rotation, rows, upload
from licenses.expansion_admin import ExpansionRequestAdmin
from licenses.models import (
    License,
    LicenseKey,
    LicenseTerm,
    RenewalReminder,
    SigningKey,
)
from licenses.planned_end_admin import PlannedEnds
from licenses.policy_admin import EntitlementAdmin, PolicyAdmin
from licenses.renewal_admin import Renewals
from licenses.stopping import StopActions
from licenses.token_admin import ApiTokenAdmin
from ui.admin import Ledger, VerbAdmin
from ui.states import state_of

# Registered where they are written; Django looks only here.
__all__ = ["ApiTokenAdmin", "EntitlementAdmin", "ExpansionRequestAdmin", "PolicyAdmin"]

TONES = {
    "license.pending": "default",
    "license.active": "success",
    "license.expiring": "warning",
    "license.renewed": "info",
    "license.grace": "danger",
    "license.expired": "danger",
    "license.suspended": "danger",
    "license.revoked": "danger",
    "license.ended": "default",
}


class StandingFilter(admin.SimpleListFilter):
    """Where the license stands today, by the vendor's calendar."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("ending", _("Ends within 30 days")),
            ("renew", _("Ends within 90 days")),
            ("activate", _("Key to activate")),
            ("grace", _("In grace")),
            ("suspended", _("Suspended")),
            ("revoked", _("Revoked")),
            ("ended", _("Ended")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[License]:
        today, ladder = timezone.localdate(), rows.ladder()
        words = {
            "ending": lambda: queryset.live().ending_within(ladder.soon, today),
            "renew": lambda: queryset.live().ending_within(ladder.renew, today),
            "activate": lambda: queryset.live().to_activate(),
            "grace": lambda: queryset.live().in_grace(today),
            "suspended": lambda: queryset.live().filter(suspended_at__isnull=False),
            "revoked": lambda: queryset.filter(revoked_at__isnull=False),
            "ended": lambda: queryset.live().ended(today),
        }
        return words[self.value()]() if self.value() in words else queryset


class TermInline(Ledger, TabularInline):
    model = LicenseTerm
    fields = ["starts_on", "ends_on", "signed_at", "signed_by"]
    extra = 0
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("signed_by")


class KeyInline(Ledger, TabularInline):
    """Keys by their fingerprint; the key itself is never shown here."""

    model = LicenseKey
    fields = ["fingerprint", "server_name", "server_id", "ends_on", "activated_at"]
    extra = 0
    hide_title = True


class ReminderInline(Ledger, TabularInline):
    model = RenewalReminder
    fields = ["due_on", "days_before", "told_at", "told"]
    extra = 0
    hide_title = True


@admin.register(License)
class LicenseAdmin(Renewals, PlannedEnds, StopActions, VerbAdmin):
    list_display = [
        "number_text",
        "application_text",
        "company_text",
        "due_on",
        "shown_state",
    ]
    list_filter = [StandingFilter, "environment__application__hosting"]
    search_fields = ["number"]
    search_help_text = _("App, LIC number or serial number")
    ordering = ["due_on", "id"]
    date_hierarchy = "due_on"
    autocomplete_fields = ["environment", "policy", "entitlements"]
    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 50
    actions = ["renew"]
    actions_list = ["import_portfolio"]
    actions_detail = [
        "renew_this",
        "plan_end",
        "unplan_end",
        "suspend_this",
        "reinstate_this",
        "revoke_this",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[License]:
        return super().get_queryset(request).with_company()

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[License], bool]:
        words = search_term.strip()
        return (queryset.matching(words) if words else queryset), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        return desk_page.fieldsets(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*desk_page.CONTRACT, *desk_page.READ] if obj else []

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Only what leads anywhere as the license stands."""
        offered = super().get_actions_detail(request, object_id)
        license = self.get_object(request, object_id)
        if license is None:
            return offered
        prefix = f"{self.opts.app_label}_{self.opts.model_name}_"
        return [
            one
            for one in offered
            if desk_page.offers(one.action_name.removeprefix(prefix), license)
        ]

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Facts and notes are a few lines, not a screen."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in {"metadata", "notes"}:
            field.widget.attrs["rows"] = 3
        return field

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[type]:
        return [TermInline, KeyInline, ReminderInline] if obj else []

    def save_model(
        self, request: HttpRequest, obj: License, form: Form, change: bool
    ) -> None:
        who_and_when = {"by": request.user, "at": timezone.now()}
        wanted = dict(form.cleaned_data)
        wanted["metadata"] = wanted["metadata"] or {}
        sold = {name: wanted.pop(name) for name in desk_page.SOLD}
        with transaction.atomic():
            if change:
                row = License.objects.get(pk=obj.pk)
                actions.correct_license(license=row, **wanted, **who_and_when)
            else:
                wanted["policy"] = sold["policy"]
                row = actions.create_license(**wanted, **who_and_when)
                self.adopt(obj, row)
            actions.put_under_policy(license=row, policy=sold["policy"], **who_and_when)
            actions.set_entitlements(
                license=row, entitlements=sold["entitlements"], **who_and_when
            )

    def save_related(
        self, request: HttpRequest, form: Form, formsets: Any, change: bool
    ) -> None:
        """Without the form's entitlements: a verb has written them."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    @display(description=_("license"), ordering="number")
    def number_text(self, license: License) -> str:
        return str(license)

    @display(description=_("app"))
    def application_text(self, license: License) -> str:
        return str(license.environment)

    @display(description=_("company"))
    def company_text(self, license: License) -> str:
        return str(license.company)

    @display(description=_("app"))
    def app(self, license: License) -> str:
        return _linked(license.application)

    @display(description=_("company"))
    def company(self, license: License) -> str:
        return _linked(license.company)

    @display(description=_("state"))
    def standing(self, license: License) -> str:
        _code, word = self.shown_state(license)
        return word

    @display(description=_("state"), label=TONES)
    def shown_state(self, license: License) -> tuple[str, str]:
        today: date = license.company.today(timezone.now())
        code = license.standing(today).state_code
        return code, str(state_of(code).word)

    @action(description=_("Import from CSV"), url_path="import")
    def import_portfolio(self, request: HttpRequest) -> HttpResponse:
        return upload.page(request, self)


def _linked(row: Model) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    page = reverse(name, args=[row.pk])
    return format_html('<a class="desk-link" href="{}">{}</a>', page, row)


@admin.register(LicenseKey)
class LicenseKeyAdmin(Ledger, ModelAdmin):
    """Keys by their fingerprint, for the question which key runs where."""

    list_display = ["fingerprint", "license", "server", "ends_on", "shown_state"]
    list_select_related = ["license"]
    search_fields = ["fingerprint", "server_id", "server_name"]
    ordering = ["-made_at"]
    paginator = InfinitePaginator
    show_full_result_count = False
    fields = [
        "license",
        "fingerprint",
        "server_id",
        "server_name",
        "users",
        "ends_on",
        "signing_key",
        "made_at",
        "made_by",
        "activated_at",
        "activated_by",
        "superseded_at",
    ]

    @display(description=_("state"))
    def shown_state(self, key: LicenseKey) -> str:
        return str(state_of(key).word)


@admin.register(RenewalReminder)
class RenewalReminderAdmin(Ledger, ModelAdmin):
    list_display = ["license", "due_on", "days_before", "told", "told_at"]
    list_select_related = ["license"]
    list_filter = ["days_before"]
    date_hierarchy = "told_at"
    ordering = ["-told_at"]
    paginator = InfinitePaginator
    show_full_result_count = False


@admin.register(SigningKey)
class SigningKeyAdmin(Ledger, ModelAdmin):
    """The public halves, to compare with what clients were built with."""

    list_display = ["public_key", "is_active", "created_at", "retired_at"]
    fields = ["public_key", "is_active", "created_at", "retired_at"]
    actions_list = ["rotate"]

    @action(description=_("New signing key"), url_path="rotate")
    def rotate(self, request: HttpRequest) -> HttpResponse:
        return rotation.page(request, self)
