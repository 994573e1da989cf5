"""What the support desk sees and does with every floor in sight."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from companies.admin import PersonAdmin
from companies.models import User
from companies.step_up import require_second_factor
from outbox.ledger import Ledger
from portal import actions
from portal.admin_delivery import in_words, seconds
from portal.models import ErrandRun
from portal.schedule import ERRANDS

OUTCOMES = {
    ErrandRun.Outcome.RUNNING: "info",
    ErrandRun.Outcome.DONE: "success",
    ErrandRun.Outcome.FAILED: "danger",
}


class ErrandFilter(admin.SimpleListFilter):
    title = _("errand")
    parameter_name = "errand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple]:
        return [(name, name) for name in ERRANDS]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        return rows.filter(errand=self.value()) if self.value() else rows


admin.site.unregister(User)


@admin.register(ErrandRun)
class ErrandRunAdmin(Ledger, ModelAdmin):
    """What the workers did by the clock, the latest first."""

    list_display = [
        "errand",
        "started_at",
        "shown_outcome",
        "shown_took",
        "shown_deeds",
    ]
    list_filter = ["outcome", ErrandFilter]
    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 50

    @display(description=_("outcome"), label=OUTCOMES)
    def shown_outcome(self, run: ErrandRun) -> tuple[str, str]:
        return run.outcome, run.get_outcome_display()

    @display(description=_("took"))
    def shown_took(self, run: ErrandRun) -> str:
        return seconds(run.took) if run.took else "-"

    @display(description=_("what it did"))
    def shown_deeds(self, run: ErrandRun) -> str:
        return run.words or in_words(run.figures) or "-"


@admin.register(User)
class LeaverAdmin(PersonAdmin):
    """The people of the ground floor, and how one of them leaves [CO-09, CO-10]."""

    actions = [*PersonAdmin.actions, "deactivate_people"]

    @admin.action(description=_("Deactivate"))
    def deactivate_people(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Who cannot go yet is named with all reasons, and with the page about them."""
        require_second_factor(request)
        for person in queryset:
            try:
                actions.deactivate_person(
                    person=person, by=request.user, at=timezone.now()
                )
            except ValidationError as refusal:
                page = reverse("companies:deactivate", args=[person.pk])
                words = " ".join(refusal.messages)
                link = format_html('<a href="{}">{}</a>: {}', page, person, words)
                self.message_user(request, link, messages.ERROR)
            else:
                words = _("%(name)s is deactivated.") % {"name": person}
                self.message_user(request, words, messages.SUCCESS)
