"""Addresses of planned work."""

from django.urls import path

from operations import views

app_name = "operations"

urlpatterns = [
    path("maintenance/", views.maintenance_list, name="maintenance_list"),
    path("maintenance/<uuid:pk>/", views.maintenance_detail, name="maintenance_detail"),
    path("maintenance/<uuid:pk>/calendar/", views.calendar_file, name="calendar_file"),
    path("maintenance/<uuid:pk>/read/", views.acknowledge, name="acknowledge"),
    path(
        "applications/<uuid:pk>/maintenance/",
        views.for_application,
        name="for_application",
    ),
]
