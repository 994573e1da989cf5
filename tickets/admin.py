"""The support desk: the queue by time left, and a ticket with its thread and clocks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from tickets import actions, beside, clocks, desk, faces, queue, threads
from tickets.models import Holiday, Priority, ReadyAnswer, ServiceTarget, Ticket
from tickets.priority import MATRIX
from ui.admin import VerbAdmin

NAME = "admin:tickets_ticket"
TONES = {
    Ticket.State.NEW: "primary",
    Ticket.State.OPEN: "info",
    Ticket.State.PENDING: "warning",
    Ticket.State.ON_HOLD: "default",
    Ticket.State.SOLVED: "success",
    Ticket.State.CLOSED: "default",
}


def time_left_column() -> Any:
    at, calendar = timezone.now(), clocks.business_hours()

    @display(description=_("time left"), ordering="queue_at")
    def time_left(ticket: Ticket) -> Any:
        return faces.ring(ticket, at, calendar) or _("nothing promised")

    return time_left


class StateFilter(admin.SimpleListFilter):
    """Open tickets unless something else is asked for: the desk's daily queue."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All")), *Ticket.State.choices]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": _("Open")}, *others]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Ticket]:
        if self.value() is None:
            return queryset.open()
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value())


class OwnerFilter(admin.SimpleListFilter):
    title = _("owner")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("Mine")), ("nobody", _("Nobody's"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Ticket]:
        if self.value() == "me":
            return queryset.filter(owner=request.user)
        if self.value() == "nobody":
            return queryset.filter(owner__isnull=True)
        return queryset


@admin.register(Ticket)
class TicketAdmin(VerbAdmin):
    """Tickets are opened in the portal and changed by verbs, on a page of their own."""

    list_display_links = ["shown_ticket"]
    list_filter = [StateFilter, OwnerFilter, "priority", "kind"]
    list_select_related = ["company", "owner"]
    list_per_page = 50
    ordering = ["queue_at", "number"]
    search_fields = ["search_text"]
    show_full_result_count = False
    paginator = InfinitePaginator
    actions = ["take_tickets", "solve_tickets"]
    list_before_template = "tickets/admin/_tabs.html"
    search_help_text = _("Number, words of the subject, app or asker")

    class Media:
        css = {"all": ["tickets/desk.css"]}  # noqa: RUF012 Django reads it so

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        found = queryset.matching(search_term) if search_term.strip() else queryset
        return found, False

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [
            "shown_ticket",
            "shown_priority",
            "shown_state",
            self._time_left(request),
            "company",
            "owner",
            "shown_call",
        ]

    def _time_left(self, request: HttpRequest) -> Any:
        """A column that asks for the hours and the moment once per request."""
        if not hasattr(request, "time_left"):
            request.time_left = time_left_column()
        return request.time_left

    def get_urls(self) -> list[URLPattern]:
        after = self.admin_site.admin_view(require_safe(self.next_view))
        here = path("<int:number>/next/", after, name="tickets_ticket_next")
        return [here, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {"tabs": queue.tabs(request.GET), **(extra_context or {})}
        return super().changelist_view(request, shown)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return redirect("tickets:new")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The same thread and clocks as the customer's, and what support may do."""
        ticket = self._ticket(request, object_id)
        if ticket is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        ready = ReadyAnswer.objects.for_reader_of(ticket.opened_by.language)
        ready = list(ready)
        shown = desk.forms_of(ticket, desk.begun(ticket, ready, request.GET))
        if request.method == "POST":
            sent = desk.posted_form(ticket, request.POST, request.FILES)
            if sent and self._carried_out(request, sent[1]):
                wants_next = request.GET.get("then") == "next"
                return redirect(
                    f"{NAME}_next" if wants_next else f"{NAME}_change", ticket.pk
                )
            shown |= dict([sent]) if sent else {}
            ticket.refresh_from_db()
        return TemplateResponse(
            request,
            "tickets/admin/ticket.html",
            {**self._page(request, ticket, shown), "ready": ready},
        )

    def next_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """On to what waits after this one."""
        ticket = self._ticket(request, str(number))
        if ticket is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, number)
        following = queue.next_for(request.user, ticket)
        if following:
            return redirect(f"{NAME}_change", following.pk)
        self.message_user(request, _("Nothing else waits for you."))
        return redirect(f"{NAME}_changelist")

    def _ticket(self, request: HttpRequest, number: str) -> Ticket | None:
        rows = self.get_queryset(request).with_all().select_related("owner")
        return rows.filter(pk=number).first() if number.isdecimal() else None

    def _carried_out(self, request: HttpRequest, form: desk.DeskForm) -> bool:
        if not form.is_valid():
            return False
        try:
            form.carry_out(request.user, timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return False
        self.message_user(request, form.done, messages.SUCCESS)
        return True

    def _page(
        self, request: HttpRequest, ticket: Ticket, shown: dict[str, Any]
    ) -> dict[str, Any]:
        at = timezone.now()
        thread = threads.of(ticket, request.user)
        watch = clocks.read(ticket, thread.moves, clocks.business_hours())
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(ticket),
            "media": self.media,
            "ticket": ticket,
            "state": faces.state_for(request.user, ticket.state),
            "posts": thread.posts,
            "clocks": faces.explained(watch, at),
            "matrix": MATRIX,
            "followers": list(ticket.followers.all()),
            "beside": beside.of(ticket, at),
            "forms": shown,
        }

    @display(description=_("ticket"), ordering="number")
    def shown_ticket(self, ticket: Ticket) -> str:
        return str(ticket)

    @display(
        description=_("priority"),
        ordering="priority",
        label={"P1": "danger", "P2": "warning", "P3": "info", "P4": "default"},
    )
    def shown_priority(self, ticket: Ticket) -> tuple[str, str]:
        code = f"P{ticket.priority}"
        return code, f"{code} {Priority(ticket.priority).label}"

    @display(description=_("state"), ordering="state", label=TONES)
    def shown_state(self, ticket: Ticket) -> tuple[str, str]:
        if ticket.state == Ticket.State.PENDING:
            return ticket.state, str(faces.FOR_THE_DESK.word)
        return ticket.state, ticket.get_state_display()

    @display(description=_("call"), label={"missing": "danger"})
    def shown_call(self, ticket: Ticket) -> tuple[str, str] | str:
        return ("missing", str(_("not logged"))) if ticket.needs_call else ""

    @admin.action(description=_("Take"))
    def take_tickets(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        self.attempt(
            request,
            queryset,
            lambda ticket: actions.take(
                ticket=ticket, by=request.user, at=timezone.now()
            ),
            lambda count: (
                ngettext(
                    "%(count)d ticket is yours.", "%(count)d tickets are yours.", count
                )
                % {"count": count}
            ),
        )

    @admin.action(description=_("Solve"))
    def solve_tickets(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        self.attempt(
            request,
            queryset,
            lambda ticket: actions.solve(
                ticket=ticket, by=request.user, at=timezone.now()
            ),
            lambda count: (
                ngettext(
                    "%(count)d ticket is solved.",
                    "%(count)d tickets are solved.",
                    count,
                )
                % {"count": count}
            ),
        )


@admin.register(ReadyAnswer)
class ReadyAnswerAdmin(ModelAdmin):
    """Words only: what was sent with them stays in its thread."""

    list_display = ["name", "language", "beginning"]
    list_filter = ["language"]
    search_fields = ["name", "text"]

    @display(description=_("text"))
    def beginning(self, answer: ReadyAnswer) -> str:
        return Truncator(answer.text).chars(80)


@admin.register(ServiceTarget)
class ServiceTargetAdmin(ModelAdmin):
    """The figures of each service level, per priority [TI-35]."""

    list_display = [
        "service_level",
        "priority",
        "response_minutes",
        "resolution_minutes",
        "around_the_clock",
    ]
    list_filter = ["service_level"]
    list_select_related = ["service_level"]


@admin.register(Holiday)
class HolidayAdmin(ModelAdmin):
    list_display = ["day", "name", "opens_at", "closes_at"]
    search_fields = ["name"]
    date_hierarchy = "day"
