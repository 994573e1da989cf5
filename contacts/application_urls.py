"""Addresses named `applications:`, some of which need to know the contacts."""

from django.urls import path

from apps import views as apps_views
from contacts.views import rights, team

app_name = "applications"

urlpatterns = [
    path("applications/new/", apps_views.new, name="new"),
    path("applications/<uuid:pk>/access/", team.access, name="access"),
    path(
        "applications/<uuid:pk>/access/export/",
        rights.application_file,
        name="export_rights",
    ),
    path("environments/<uuid:pk>/rights/", rights.change, name="change_rights"),
    path("applications/<uuid:pk>/edit/", team.describe, name="edit"),
    path(
        "applications/<uuid:pk>/environments/new/",
        team.add_environment,
        name="add_environment",
    ),
    path(
        "environments/<uuid:pk>/edit/",
        team.change_environment,
        name="change_environment",
    ),
    path("memberships/<int:pk>/role/", team.change_role, name="change_role"),
    path("memberships/<int:pk>/leave/", team.leave, name="leave"),
]
