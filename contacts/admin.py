"""Applications for support staff: with their contacts, environments and teams.

Everything is written by the verbs; what they refuse is shown in their words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from apps import actions as apps_actions
from apps.admin import EnvironmentInline, MembershipInline
from apps.models import Application, Environment, Membership
from contacts import actions, reach_file
from contacts.contact_admin import HandoverAdmin, TechnicalContactAdmin
from contacts.models import TechnicalContact, contact_count, unreachable
from contacts.reach_file import why_unreached, with_reach
from ui.admin import Ledger, VerbAdmin
from ui.sheets import download
from ui.states import state_of

# Registered where they are written; Django looks only here.
__all__ = ["HandoverAdmin", "TechnicalContactAdmin"]

TONES = {
    "application.ordered": "default",
    "application.signed": "info",
    "application.delivered": "success",
    "application.offboarded": "default",
}


class StateFilter(admin.SimpleListFilter):
    """Where an application is on its way from order to end."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Application.State.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Application]:
        return queryset.in_state(self.value()) if self.value() else queryset


class ReachFilter(admin.SimpleListFilter):
    """Apps of which nobody would be told anything."""

    title = _("technical contact")
    parameter_name = "reach"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("nobody", _("Nobody to reach"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Application]:
        return unreachable(queryset) if self.value() else queryset


class ContactInline(Ledger, TabularInline):
    """Read here; appointed, replaced and dismissed on pages of their own."""

    model = TechnicalContact
    fields = ["user", "appointed_at", "appointed_by", "reason"]
    extra = 0
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_people()


@admin.register(Application)
class ApplicationAdmin(VerbAdmin):
    list_display = ["name", "company", "hosting", "shown_state", "contacts"]
    list_filter = [StateFilter, "hosting", ReachFilter]
    list_select_related = ["company"]
    search_fields = ["name", "company__name"]
    autocomplete_fields = ["company", "named_contact"]
    paginator = InfinitePaginator
    show_full_result_count = False
    actions = ["sign_orders", "deliver", "offboard", "change_hosting", "save_reach"]

    WISHES = ["company", "name", "description", "hosting", "location", "named_contact"]
    FACTS = [
        "company",
        "hosting",
        "ordered_at",
        "ordered_by",
        "order_signed_at",
        "delivered_at",
        "offboarded_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        found = super().get_queryset(request).annotate(contact_count=contact_count())
        return with_reach(found) if _asks_for_reach(request) else found

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Where nobody can be reached, also why."""
        return self.list_display + (["why"] if _asks_for_reach(request) else [])

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        if obj is None:
            return [(None, {"fields": self.WISHES})]
        words = ["name", "description", "location", "named_contact"]
        return [(None, {"fields": words}), (_("Facts"), {"fields": self.FACTS})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        signed = ["named_contact"] if obj.order_signed_at else []
        return [*self.FACTS, *signed]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[type]:
        return [ContactInline, EnvironmentInline, MembershipInline] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if "named_contact" in form.base_fields:
            form.base_fields["named_contact"].required = True
        return form

    def save_model(
        self, request: HttpRequest, obj: Application, form: Form, change: bool
    ) -> None:
        who_and_when = {"by": request.user, "at": timezone.now()}
        wanted = dict(form.cleaned_data)
        contact = wanted.pop("named_contact", None)
        if not change:
            row = apps_actions.order_application(
                **wanted, contact=contact, **who_and_when
            )
            self.adopt(obj, row)
            return
        apps_actions.describe_application(application=obj, **wanted, **who_and_when)
        if contact and "named_contact" in form.changed_data:
            apps_actions.name_contact(application=obj, person=contact, **who_and_when)

    def save_formset(
        self, request: HttpRequest, form: Form, formset: BaseInlineFormSet, change: bool
    ) -> None:
        """Each row of an inline by its verb, in the page's one transaction."""
        formset.save(commit=False)
        who_and_when = {"by": request.user, "at": timezone.now()}
        save = {Environment: save_environment, Membership: save_membership}
        for row in formset.new_objects:
            save[formset.model](row, is_new=True, **who_and_when)
        for row, _fields in formset.changed_objects:
            save[formset.model](row, is_new=False, **who_and_when)
        for row in formset.deleted_objects:
            actions.leave_team(membership=row, **who_and_when)

    @display(description=_("state"), label=TONES)
    def shown_state(self, application: Application) -> tuple[str, str]:
        return application.state_code, str(state_of(application).word)

    @display(description=_("contacts"), ordering="contact_count")
    def contacts(self, application: Application) -> int:
        return application.contact_count

    @display(description=_("why nobody can be reached"))
    def why(self, application: Application) -> str:
        return why_unreached(application, timezone.now())

    @admin.action(description=_("Save who can be reached as a file (CSV)"))
    def save_reach(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> StreamingHttpResponse:
        lines = reach_file.rows(queryset, timezone.now())
        return download(lines, "reach.csv", get_language())

    @admin.action(description=_("Sign the order"))
    def sign_orders(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> None:
        self._each(request, queryset, actions.sign_order, _orders_signed)

    @admin.action(description=_("Deliver"))
    def deliver(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        self._each(request, queryset, actions.deliver_application, _apps_delivered)

    @admin.action(description=_("Off-board"))
    def offboard(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> HttpResponse | None:
        return self._go(request, queryset, "contacts:offboard")

    @admin.action(description=_("Change the hosting"))
    def change_hosting(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> HttpResponse | None:
        return self._go(request, queryset, "contacts:change_hosting")

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Application],
        verb: Callable[..., Any],
        done: Callable[[int], str],
    ) -> None:
        at = timezone.now()
        self.attempt(
            request,
            queryset,
            lambda row: verb(application=row, by=request.user, at=at),
            done,
        )

    def _go(
        self, request: HttpRequest, queryset: QuerySet[Application], page: str
    ) -> HttpResponse | None:
        """What cannot be undone is asked on a page, for one application at a time."""
        chosen = list(queryset[:2])
        if len(chosen) == 1:
            return redirect(page, chosen[0].pk)
        self.message_user(request, _t("Choose one app."), messages.ERROR)
        return None


def _asks_for_reach(request: HttpRequest) -> bool:
    return bool(request.GET.get(ReachFilter.parameter_name))


def save_environment(row: Environment, *, is_new: bool, **who_and_when: Any) -> None:
    facts = {
        name: getattr(row, name)
        for name in ("name", "purpose", "url", "platform_version")
    }
    if is_new:
        made = apps_actions.add_environment(
            application=row.application, **facts, **who_and_when
        )
        row.pk = made.pk
    else:
        apps_actions.change_environment(environment=row, **facts, **who_and_when)


def save_membership(row: Membership, *, is_new: bool, **who_and_when: Any) -> None:
    if is_new:
        made = apps_actions.join_team(
            application=row.application,
            person=row.user,
            role=row.role,
            **who_and_when,
        )
        row.pk = made.pk
    else:
        apps_actions.change_role(membership=row, role=row.role, **who_and_when)


def _orders_signed(number: int) -> str:
    return ngettext("%d order signed.", "%d orders signed.", number) % number


def _apps_delivered(number: int) -> str:
    return ngettext("%d app delivered.", "%d apps delivered.", number) % number
