"""Every address of the portal: each package's own, under one roof."""

from django.contrib import admin
from django.urls import include, path

from portal import (
    brand,
    calendar_pages,
    health,
    letters,
    log_pages,
    mailbox,
    reach_pages,
    views,
)

urlpatterns = [
    path("", views.home, name="home"),
    # Asked far more often than any page, and by machines: found first.
    path("v1/", include("licenses.api.urls")),
    path("applications/", views.application_list, name="application_list"),
    path("applications/export/", views.application_export, name="application_export"),
    path(
        "applications/<uuid:pk>/", views.application_detail, name="application_detail"
    ),
    path(
        "applications/<uuid:pk>/activity/",
        log_pages.application_log,
        name="application_activity",
    ),
    path(
        "applications/<uuid:pk>/activity/export/",
        log_pages.application_log_file,
        name="application_activity_export",
    ),
    path(
        "applications/<uuid:pk>/contacts/told/",
        reach_pages.application_told,
        name="application_told",
    ),
    path(
        "applications/<uuid:pk>/told/",
        reach_pages.application_past,
        name="application_past",
    ),
    path(
        "applications/<uuid:pk>/told/export/",
        reach_pages.application_past_file,
        name="application_past_export",
    ),
    path("licenses/calendar/", calendar_pages.calendar, name="calendar"),
    path(
        "licenses/calendar/<uuid:pk>/revoke/",
        calendar_pages.revoke_calendar,
        name="revoke_calendar",
    ),
    path(
        "calendar/<str:token>.ics", calendar_pages.calendar_feed, name="calendar_feed"
    ),
    path("search/", views.search, name="search"),
    path("brand.css", brand.stylesheet, name="brand"),
    path("mark.svg", brand.mark, name="mark"),
    path("healthz", health.liveness, name="healthz"),
    path("readyz", health.readiness, name="readyz"),
    path("", include("portal.company_urls")),
    path("", include("licenses.urls")),
    path("", include("contacts.application_urls")),
    path("", include("contacts.urls")),
    path("", include("operations.urls")),
    path("", include("tickets.urls")),
    path("letters/", letters.letter_list, name="letters"),
    path("letters/<slug:slug>/", letters.letter_detail, name="letter"),
    path("letters/<slug:slug>/html/", letters.letter_html, name="letter_html"),
    path("mailbox/", mailbox.letter_list, name="mailbox"),
    path("mailbox/<str:name>/", mailbox.letter_detail, name="mailbox_letter"),
    path("mailbox/<str:name>/html/", mailbox.letter_html, name="mailbox_html"),
    path("mailbox/<str:name>/source/", mailbox.letter_source, name="mailbox_source"),
    path(
        "mailbox/<str:name>/attachments/<int:number>/",
        mailbox.letter_attachment,
        name="mailbox_attachment",
    ),
    path("accounts/", include("companies.account_urls")),
    path("admin/", admin.site.urls),
]
