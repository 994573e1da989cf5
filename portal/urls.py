"""Every address of the portal: each package's own, under one roof."""

from django.contrib import admin
from django.urls import include, path

from portal import brand, health

urlpatterns = [
    path("brand.css", brand.stylesheet, name="brand"),
    path("mark.svg", brand.mark, name="mark"),
    path("healthz", health.liveness, name="healthz"),
    path("readyz", health.readiness, name="readyz"),
    path("", include("portal.company_urls")),
    path("", include("operations.urls")),
    path("accounts/", include("companies.account_urls")),
    path("admin/", admin.site.urls),
]
