"""The outbox for support staff: what was written, to whom, and what became of it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from outbox import actions
from outbox.models import AddressStanding, Attachment, Attempt, Lane, Message
from outbox.preview import html_response, without_secrets

STATE_LABELS = {
    Message.State.WAITING: "info",
    Message.State.SENDING: "info",
    Message.State.SENT: "success",
    Message.State.BOUNCED: "danger",
    Message.State.FAILED: "danger",
    Message.State.CANCELLED: "warning",
}


class Ledger:
    """Facts: they can be read, not added, changed or removed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AttemptInline(Ledger, TabularInline):
    model = Attempt
    fields = ["at", "outcome", "code", "words"]
    verbose_name_plural = _("delivery log")


class AttachmentInline(Ledger, TabularInline):
    model = Attachment
    fields = ["filename", "mimetype"]


@admin.register(Message)
class MessageAdmin(Ledger, ModelAdmin):
    list_display = ["subject", "recipient", "shown_state", "tries", "due_at"]
    list_filter = ["state", "kind"]
    search_fields = ["recipient", "subject", "key", "message_id"]
    date_hierarchy = "created_at"
    show_full_result_count = False
    actions = ["send_again"]
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """The list has no use for the bodies."""
        rows = super().get_queryset(request)
        return rows if _is_one(request) else rows.defer("text", "html", "references")

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<uuid:pk>/html/",
                self.admin_site.admin_view(self.html_view),
                name="outbox_message_html",
            ),
            *super().get_urls(),
        ]

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

    @admin.action(description=_("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        at = timezone.now()
        sent = 0
        for message in queryset:
            try:
                actions.send_again(message, by=request.user, at=at)
            except ValidationError as refusal:
                words = f"{message}: {' '.join(refusal.messages)}"
                self.message_user(request, words, messages.WARNING)
            else:
                sent += 1
        if sent:
            words = ngettext(
                "%(count)d letter is in line again.",
                "%(count)d letters are in line again.",
                sent,
            )
            self.message_user(request, words % {"count": sent}, messages.SUCCESS)


def _is_one(request: HttpRequest) -> bool:
    """Whether one letter is asked for, and not the list."""
    match = request.resolver_match
    return match is not None and ("object_id" in match.kwargs or "pk" in match.kwargs)


@admin.register(Lane)
class LaneAdmin(Ledger, ModelAdmin):
    list_display = ["name", "troubles", "since", "closed_until", "words"]


@admin.register(AddressStanding)
class AddressStandingAdmin(Ledger, ModelAdmin):
    list_display = ["address", "last_delivered_at", "last_bounced_at", "words"]
    search_fields = ["address"]
    date_hierarchy = "last_bounced_at"
    show_full_result_count = False
