"""Tells Django about this package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    name = "companies"
    label = "companies"
    verbose_name = _("Companies and people")
    default_auto_field = "django.db.models.BigAutoField"
