"""All addresses named `companies:`, also the two pages that need every floor."""

from django.urls import path

from companies import urls as companies
from contacts.views import rights
from portal import company_pages, leaver_pages, log_pages

app_name = companies.app_name

urlpatterns = [
    *companies.urlpatterns,
    path("company/", company_pages.company, name="company"),
    path("company/activity/", log_pages.company_log, name="activity"),
    path(
        "company/activity/export/", log_pages.company_log_file, name="export_activity"
    ),
    path("company/rights/export/", rights.company_file, name="export_rights"),
    path("people/", company_pages.people, name="people"),
    path("people/<uuid:pk>/", company_pages.person, name="person"),
    path("people/<uuid:pk>/deactivate/", leaver_pages.deactivate, name="deactivate"),
    path("people/<uuid:pk>/reactivate/", leaver_pages.reactivate, name="reactivate"),
]
