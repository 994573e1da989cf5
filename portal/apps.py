"""Tells Django about this package, and about our own site behind its admin."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")
    default = True

    def ready(self) -> None:
        """Tasks that run from now on are written down; fields speak every language."""
        import_module("portal.runs")
        import_module("portal.admin_words").translate_fields()


class SupportDeskConfig(admin_apps.AdminConfig):
    """Django's admin with the support desk's site as `admin.site`."""

    default = False
    default_site = "portal.admin_site.SupportSite"
