"""Licenses for vendor staff."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from licenses.models import License


@admin.register(License)
class LicenseAdmin(ModelAdmin):
    list_display = ["__str__"]
