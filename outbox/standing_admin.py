"""Addresses for support staff: which mail comes back, and to trust one again."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from outbox import actions
from outbox.ledger import Ledger
from outbox.models import AddressStanding


class BouncedFilter(admin.SimpleListFilter):
    """Whether mail to the address comes back, as the portal holds it now."""

    title = _("mail to the address")
    parameter_name = "bounced"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple]:
        return [("yes", _("Comes back"))]

    def queryset(
        self, request: HttpRequest, rows: QuerySet[AddressStanding]
    ) -> QuerySet[AddressStanding]:
        return rows.bounced() if self.value() == "yes" else rows


@admin.register(AddressStanding)
class AddressStandingAdmin(Ledger, ModelAdmin):
    list_display = [
        "address",
        "last_delivered_at",
        "last_bounced_at",
        "is_reported",
        "words",
    ]
    list_filter = [BouncedFilter]
    search_fields = ["address"]
    date_hierarchy = "last_bounced_at"
    show_full_result_count = False
    actions = ["trust"]

    @admin.action(description=_("Mail arrives there again"), permissions=["view"])
    def trust(self, request: HttpRequest, queryset: QuerySet[AddressStanding]) -> None:
        """When the customer has said so; the history of the address says who did it."""
        at, done = timezone.now(), 0
        for standing in queryset:
            try:
                actions.trust(standing, at=at)
            except ValidationError as refusal:
                words = f"{standing}: {' '.join(refusal.messages)}"
                self.message_user(request, words, messages.WARNING)
            else:
                self.log_change(request, standing, str(_("Mail arrives there again")))
                done += 1
        if done:
            words = ngettext(
                "%(count)d address is trusted again.",
                "%(count)d addresses are trusted again.",
                done,
            )
            self.message_user(request, words % {"count": done}, messages.SUCCESS)
