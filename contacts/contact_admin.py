"""Technical contacts and handovers at the support desk.

Everything is written by the verbs; what they refuse is shown in their words.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from companies.step_up import require_second_factor
from contacts import actions
from contacts.models import Handover, TechnicalContact
from contacts.reachability import Trouble
from ui.admin import Ledger, VerbAdmin
from ui.states import state_of

ANY = "any"


class TroubleFilter(admin.SimpleListFilter):
    """Contacts who may not hear of anything, by what is wrong."""

    title = _("what is wrong")
    parameter_name = "trouble"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(ANY, _("Anything")), *Trouble.choices]

    def queryset(
        self, request: HttpRequest, queryset: Any
    ) -> QuerySet[TechnicalContact]:
        if self.value() == ANY:
            return queryset.worrying(timezone.now())
        if self.value() not in Trouble.values:
            return queryset
        return queryset.worrying_for(self.value(), timezone.now())


@admin.register(TechnicalContact)
class TechnicalContactAdmin(VerbAdmin):
    list_display = ["user", "application", "company", "shown_state", "appointed_at"]
    list_filter = [TroubleFilter, "hosting"]
    search_fields = [
        "user__name",
        "user__email",
        "application__name",
        "application__company__name",
    ]
    autocomplete_fields = ["application", "user"]
    fields = ["application", "user", "reason"]
    FACTS = ["reach", "trouble", "appointed_at", "appointed_by", "confirmed_at"]
    date_hierarchy = "appointed_at"
    paginator = InfinitePaginator
    show_full_result_count = False
    actions = ["dismiss"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TechnicalContact]:
        found = super().get_queryset(request).with_health()
        return found.select_related("user", "application__company")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.fields, *self.FACTS, "way_on"] if obj else self.fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An appointment ends, it is not edited; the list still offers its action."""
        return obj is None

    def save_model(
        self, request: HttpRequest, obj: TechnicalContact, form: Form, change: bool
    ) -> None:
        require_second_factor(request)
        wanted = form.cleaned_data
        row = actions.appoint(
            application=wanted["application"],
            person=wanted["user"],
            reason=wanted["reason"],
            by=request.user,
            at=timezone.now(),
        )
        self.adopt(obj, row)

    @display(description=_("can be reached"))
    def reach(self, contact: TechnicalContact) -> str:
        _code, word = self.shown_state(contact)
        return word

    @display(description=_("what is wrong"))
    def trouble(self, contact: TechnicalContact) -> str:
        return contact.judged(timezone.now()).health.reason

    @display(description=_("next"))
    def way_on(self, contact: TechnicalContact) -> str:
        """Asking again, replacing and ending are done where the customer does it."""
        page = reverse("contacts:for_application", args=[contact.application_id])
        words = _("Ask again, replace or end: the contacts of the app")
        return format_html('<a class="desk-link" href="{}">{}</a>', page, words)

    @display(description=_("company"))
    def company(self, contact: TechnicalContact) -> str:
        return contact.application.company.name

    @display(
        description=_("can be reached"),
        label={
            "contact.reachable": "success",
            "contact.to_confirm": "info",
            "contact.no_account": "warning",
            "contact.silent": "warning",
            "contact.bounced": "danger",
            "contact.left": "danger",
            "contact.deactivated": "danger",
        },
    )
    def shown_state(self, contact: TechnicalContact) -> tuple[str, str]:
        health = contact.judged(timezone.now()).health
        return health.state_code, str(state_of(health).word)

    @admin.action(description=_("End the appointment"))
    def dismiss(
        self, request: HttpRequest, queryset: QuerySet[TechnicalContact]
    ) -> None:
        require_second_factor(request)
        verb = partial(actions.dismiss, by=request.user, at=timezone.now())
        self.attempt(request, queryset, lambda row: verb(contact=row), _roles_ended)


@admin.register(Handover)
class HandoverAdmin(Ledger, ModelAdmin):
    list_display = ["application", "from_user", "to_user", "shown_state", "lapses_at"]
    list_filter = ["state"]
    list_select_related = ["application", "from_user", "to_user"]
    search_fields = ["application__name", "from_user__name", "to_user__name"]
    date_hierarchy = "offered_at"
    paginator = InfinitePaginator
    show_full_result_count = False

    @display(
        description=_("state"),
        label={"handover.offered": "info", "handover.accepted": "success"},
    )
    def shown_state(self, handover: Handover) -> tuple[str, str]:
        return handover.state_code, str(state_of(handover).word)


def _roles_ended(number: int) -> str:
    return ngettext("%d appointment ended.", "%d appointments ended.", number) % number
