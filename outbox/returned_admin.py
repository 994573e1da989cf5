"""Returned mail for support staff: what came in, and what was made of it."""

from django.contrib import admin
from unfold.admin import ModelAdmin
from unfold.decorators import display

from outbox.ledger import Ledger
from outbox.models import ReturnedMail, Verdict

LABELS = {
    Verdict.BOUNCED: "danger",
    Verdict.COMPLAINED: "danger",
    Verdict.UNREADABLE: "warning",
    Verdict.UNSIGNED: "warning",
    Verdict.NO_REPORT: "warning",
    Verdict.UNKNOWN: "warning",
}


@admin.register(ReturnedMail)
class ReturnedMailAdmin(Ledger, ModelAdmin):
    list_display = ["subject", "sender", "shown_verdict", "received_at"]
    list_filter = ["verdict"]
    search_fields = ["subject", "sender"]
    fields = ["subject", "sender", "received_at", "verdict", "message", "fingerprint"]
    show_full_result_count = False

    @display(
        description=ReturnedMail._meta.get_field("verdict").verbose_name,
        label=LABELS,
        ordering="verdict",
    )
    def shown_verdict(self, mail: ReturnedMail) -> tuple[str, str]:
        return mail.verdict, mail.get_verdict_display()
