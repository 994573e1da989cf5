"""Wishes for more at the support desk: read, taken up, agreed, declined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.paginator import InfinitePaginator

from licenses import actions
from licenses.expansion_forms import AnswerForm
from licenses.models import ExpansionRequest
from ui.admin import Ledger
from ui.states import state_of

CHANGE = "admin:licenses_expansionrequest_change"
TONES = {
    "expansion.sent": "warning",
    "expansion.discussed": "info",
    "expansion.agreed": "success",
    "expansion.declined": "danger",
    "expansion.withdrawn": "default",
}


class OpenFilter(admin.SimpleListFilter):
    """The ones that wait for an answer."""

    title = _("open or not")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Open")), ("no", _("Over"))]

    def queryset(
        self, request: HttpRequest, queryset: Any
    ) -> QuerySet[ExpansionRequest]:
        words = {"yes": queryset.open, "no": queryset.over}
        return words[self.value()]() if self.value() in words else queryset


@admin.register(ExpansionRequest)
class ExpansionRequestAdmin(Ledger, ModelAdmin):
    """Answered by the three buttons; the license itself is corrected on its own page.

    Who is asked for more users reads here what the license covers today.
    """

    list_display = ["wish", "license", "company_text", "shown_state", "asked_at"]
    list_filter = [OpenFilter, "state"]
    search_fields = [
        "license__environment__application__name",
        "license__environment__application__company__name",
        "asked_by__name",
    ]
    ordering = ["-asked_at", "id"]
    date_hierarchy = "asked_at"
    paginator = InfinitePaginator
    show_full_result_count = False
    actions_detail = ["take_up", "agree", "decline", "open_license"]

    WISH = ["wish", "reason", "license", "environment_text", "company_text"]
    STATE = ["state", "users_then", "users_today", "executive"]
    WHO = ["asked_by", "asked_at", "taken_up_by", "taken_up_at"]
    END = ["closed_by", "closed_at", "answer"]
    fieldsets = [
        (None, {"fields": WISH}),
        (_("Facts"), {"fields": [*STATE, *WHO, *END]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExpansionRequest]:
        return super().get_queryset(request).with_people()

    @display(description=_("wanted"))
    def wish(self, row: ExpansionRequest) -> str:
        return row.title

    @display(description=_("company"))
    def company_text(self, row: ExpansionRequest) -> str:
        return str(row.license.company)

    @display(description=_("environment"))
    def environment_text(self, row: ExpansionRequest) -> str:
        return str(row.license.environment)

    @display(description=_("users of the license today"))
    def users_today(self, row: ExpansionRequest) -> int | None:
        return row.license.covered_users

    @display(description=_("state"), label=TONES)
    def shown_state(self, row: ExpansionRequest) -> tuple[str, str]:
        return row.state_code, str(state_of(row).word)

    @action(description=_("Take up"), url_path="take-up")
    def take_up(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One click more: opening an address changes nothing."""
        words = _("Whoever asked is told that you are working on it.")
        return self._ask(
            request, object_id, actions.take_up_expansion, _("Take up"), words
        )

    @action(description=_("Agree"), url_path="agree")
    def agree(self, request: HttpRequest, object_id: str) -> HttpResponse:
        words = _(
            "Write what was agreed. The license does not change by this: correct or"
            " renew it on its own page."
        )
        verb = actions.agree_expansion
        form = AnswerForm(request.POST or None)
        return self._ask(request, object_id, verb, _("Agree"), words, form)

    @action(description=_("Decline"), url_path="decline")
    def decline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        words = _("Write why not. Whoever asked is told.")
        verb = actions.decline_expansion
        form = AnswerForm(request.POST or None)
        return self._ask(request, object_id, verb, _("Decline"), words, form)

    @action(description=_("Open the license"), url_path="license")
    def open_license(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return redirect("admin:licenses_expansionrequest_changelist")
        return redirect("admin:licenses_license_change", row.license_id)

    def _ask(
        self,
        request: HttpRequest,
        object_id: str,
        verb: Callable[..., Any],
        label: str | Promise,
        words: str | Promise,
        form: AnswerForm | None = None,
    ) -> HttpResponse:
        """The page before one of the buttons; its post does it."""
        row = self.get_object(request, object_id)
        if row is None:
            return redirect("admin:licenses_expansionrequest_changelist")
        if request.method == "POST" and (form is None or form.is_valid()):
            answer = form.cleaned_data if form else {}
            return self._do(request, row, verb, answer)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": label,
            "words": words,
            "row": row,
            "form": form,
        }
        return TemplateResponse(request, "licenses/admin/answer.html", context)

    def _do(
        self,
        request: HttpRequest,
        row: ExpansionRequest,
        verb: Callable[..., Any],
        answer: dict[str, str],
    ) -> HttpResponse:
        try:
            verb(request=row, by=request.user, at=timezone.now(), **answer)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
        else:
            words = _t("%(person)s is told.") % {"person": row.asked_by}
            self.message_user(request, words, messages.SUCCESS)
        return redirect(CHANGE, row.pk)
