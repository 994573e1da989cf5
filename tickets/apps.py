"""Tells Django about this package."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tickets import sla


class TicketsConfig(AppConfig):
    name = "tickets"
    label = "tickets"
    verbose_name = _("Tickets")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hours that make no sense must stop the start, not the first ticket."""
        try:
            sla.week_from(settings.SUPPORT_HOURS)
        except ValueError as fault:
            raise ImproperlyConfigured(f"SUPPORT_HOURS: {fault}") from fault
