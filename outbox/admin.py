"""The outbox for support staff: what was written, to whom, and what became of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from outbox import actions
from outbox.ledger import Ledger
from outbox.models import (
    Attachment,
    Attempt,
    Lane,
    Message,
    MessageQuerySet,
)
from outbox.postponed_admin import inlines_of
from outbox.preview import html_response, without_secrets
from outbox.returned_admin import ReturnedMailAdmin
from outbox.standing_admin import AddressStandingAdmin

__all__ = ["AddressStandingAdmin", "ReturnedMailAdmin"]

STATE_LABELS = {
    Message.State.WAITING: "info",
    Message.State.SENDING: "info",
    Message.State.SENT: "success",
    Message.State.BOUNCED: "danger",
    Message.State.FAILED: "danger",
    Message.State.CANCELLED: "warning",
    Message.State.FOLDED: "success",
}


class AttemptInline(Ledger, TabularInline):
    model = Attempt
    fields = ["at", "outcome", "server", "code", "words", "shown_took"]
    readonly_fields = ["shown_took"]
    hide_title = True
    verbose_name_plural = _("delivery log")

    @display(description=_("took"))
    def shown_took(self, attempt: Attempt) -> str:
        if attempt.took is None:
            return "-"
        seconds = number_format(attempt.took.total_seconds(), 1)
        return _("%(count)s s") % {"count": seconds}


class AttachmentInline(Ledger, TabularInline):
    model = Attachment
    fields = ["filename", "mimetype"]
    hide_title = True


class DeliveryFilter(admin.SimpleListFilter):
    """What became of a letter, in the four ways that matter."""

    title = _("delivery")
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple]:
        return [
            ("waiting", _("Waits")),
            ("sent", _("Sent")),
            ("lost", _("Did not arrive")),
            ("cancelled", _("Cancelled")),
        ]

    def queryset(self, request: HttpRequest, rows: MessageQuerySet) -> QuerySet:
        words = {
            "waiting": rows.waiting,
            "sent": rows.sent,
            "lost": rows.lost,
            "cancelled": rows.cancelled,
        }
        return words.get(self.value(), rows.all)()


@admin.register(Message)
class MessageAdmin(Ledger, ModelAdmin):
    list_display = [
        "subject",
        "recipient",
        "shown_state",
        "topic",
        "template",
        "shown_moment",
        "tries",
    ]
    list_filter = [DeliveryFilter, "priority", "kind"]
    search_fields = ["recipient", "subject", "key", "message_id"]
    search_help_text = _("Address, subject, key or Message-ID")
    paginator = InfinitePaginator
    list_per_page = 50
    change_form_outer_before_template = "outbox/admin/verbs.html"
    date_hierarchy = "created_at"
    show_full_result_count = False
    actions = ["try_now", "cancel"]
    inlines = [AttemptInline, AttachmentInline]
    fieldsets = [
        (None, {"fields": ["subject", "recipient", "recipient_name", "audience"]}),
        (
            _("Delivery"),
            {
                "fields": [
                    "state",
                    "tries",
                    "due_at",
                    "last_words",
                    "created_at",
                    "sent_at",
                    "expires_at",
                    "blanked_at",
                ]
            },
        ),
        (_("Letter"), {"fields": ["preview", "shown_text"]}),
        (
            _("Identity"),
            {
                "classes": ["collapse"],
                "fields": [
                    "key",
                    "template",
                    "kind",
                    "priority",
                    "message_id",
                    "thread",
                    "references",
                    "reply_to",
                    "about_id",
                    "thing_kind",
                    "thing_id",
                ],
            },
        ),
    ]
    readonly_fields = ["preview", "shown_text"]

    def get_inlines(self, request: HttpRequest, obj: Message | None) -> list[Any]:
        return [*super().get_inlines(request, obj), *inlines_of(obj)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """The list has no use for the bodies."""
        rows = super().get_queryset(request)
        return rows if _is_one(request) else rows.defer("text", "html", "references")

    def get_urls(self) -> list[URLPattern]:
        return [
            self._address("html", self.html_view),
            self._address("try", require_POST(self.try_view)),
            self._address("cancel", require_POST(self.cancel_view)),
            *super().get_urls(),
        ]

    def _address(self, name: str, view: Callable) -> URLPattern:
        door = self.admin_site.admin_view(view)
        return path(f"<uuid:pk>/{name}/", door, name=f"outbox_message_{name}")

    def html_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        message = self.get_object(request, str(pk))
        if message is None or not self.has_view_permission(request, message):
            raise Http404
        return html_response(without_secrets(message.html))

    @display(description=_("state"), label=STATE_LABELS, ordering="state")
    def shown_state(self, message: Message) -> tuple[str, str]:
        return message.state, message.get_state_display()

    @display(description=_("as its reader sees it"))
    def preview(self, message: Message) -> str:
        if not message.html:
            return "-"
        return render_to_string(
            "mailbox/_frame.html",
            {
                "url": reverse("admin:outbox_message_html", args=[message.pk]),
                "title": message.subject,
            },
        )

    @display(description=_("text"))
    def shown_text(self, message: Message) -> str:
        return format_html("<pre>{}</pre>", without_secrets(message.text))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        """A whole address is found by its index; any other word by looking through."""
        if is_address(search_term.strip()):
            return queryset.to_address(search_term.strip()), False
        return super().get_search_results(request, queryset, search_term)

    @display(description=_("sent, or next try"))
    def shown_moment(self, message: Message) -> str:
        at = message.sent_at or message.due_at
        return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else "-"

    def try_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._on_one(request, pk, self.try_now)

    def cancel_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._on_one(request, pk, self.cancel)

    def _on_one(self, request: HttpRequest, pk: Any, verb: Callable) -> HttpResponse:
        """The same as from the list, for one letter; back to its page."""
        found = self.get_queryset(request).filter(pk=pk)
        if not found:
            raise Http404
        verb(request, found)
        return redirect("admin:outbox_message_change", pk)

    @admin.action(description=_("Try again now"), permissions=["view"])
    def try_now(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        tried = self._attempt(request, queryset, actions.try_now)
        if tried:
            words = ngettext(
                "%(count)d letter is in line to be tried now.",
                "%(count)d letters are in line to be tried now.",
                tried,
            )
            self.message_user(request, words % {"count": tried}, messages.SUCCESS)

    @admin.action(description=_("Cancel"), permissions=["view"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        ended = self._attempt(request, queryset, actions.cancel)
        if ended:
            words = ngettext(
                "%(count)d letter is cancelled.",
                "%(count)d letters are cancelled.",
                ended,
            )
            self.message_user(request, words % {"count": ended}, messages.SUCCESS)

    def _attempt(
        self, request: HttpRequest, rows: QuerySet[Message], verb: Callable
    ) -> int:
        """How many it was done to; a refusal is said with the letter it is about."""
        at, done = timezone.now(), 0
        for message in rows:
            try:
                verb(message, by=request.user, at=at)
            except ValidationError as refusal:
                words = f"{message}: {' '.join(refusal.messages)}"
                self.message_user(request, words, messages.WARNING)
            else:
                done += 1
        return done


def is_address(words: str) -> bool:
    try:
        validate_email(words)
    except ValidationError:
        return False
    return True


def _is_one(request: HttpRequest) -> bool:
    """Whether one letter is asked for, and not the list."""
    match = request.resolver_match
    return match is not None and ("object_id" in match.kwargs or "pk" in match.kwargs)


@admin.register(Lane)
class LaneAdmin(Ledger, ModelAdmin):
    list_display = ["name", "troubles", "since", "closed_until", "words"]
