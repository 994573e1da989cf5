"""What the desk sees of a letter's wait, and of the letters that a digest carries."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from outbox.ledger import Ledger
from outbox.models import Message, Postponement


class WaitInline(Ledger, TabularInline):
    """How long this letter waits for its reader's hours, and which digest took it."""

    model = Postponement
    fk_name = "message"
    fields = ["until", "in_digest", "digest"]
    hide_title = True


class FoldedInline(Ledger, TabularInline):
    """What went into this digest."""

    model = Postponement
    fk_name = "digest"
    fields = ["message", "gist"]
    hide_title = True
    verbose_name_plural = Message.State.FOLDED.label

    def get_queryset(self, request: HttpRequest) -> QuerySet[Postponement]:
        return super().get_queryset(request).select_related("message")


def inlines_of(message: Message | None) -> list[Any]:
    """Only what there is something to show of."""
    if message is None:
        return []
    waits = Postponement.objects.of_messages([message.pk])
    found = [WaitInline] if waits.exists() else []
    return [*found, FoldedInline] if message.folded.exists() else found
