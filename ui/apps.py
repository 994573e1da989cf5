"""Tells Django about this package."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ui import brand


class UiConfig(AppConfig):
    name = "ui"
    label = "ui"
    verbose_name = _("User interface")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        brand.check_accent(settings.VENDOR_ACCENT)
