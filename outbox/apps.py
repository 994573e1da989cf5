"""Tells Django about this package."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from outbox.checks import check_imap_url, check_kept_days, check_numbers
from outbox.dkim import check_signing
from outbox.return_address import check_bounce_address


class OutboxConfig(AppConfig):
    name = "outbox"
    label = "outbox"
    verbose_name = _("Outbox")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_bounce_address)
        register(check_signing)
        register(check_kept_days)
        register(check_imap_url)
        register(check_numbers)
