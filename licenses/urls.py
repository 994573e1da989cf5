"""Addresses of licenses and keys."""

from django.urls import path

from licenses import views

app_name = "licenses"

urlpatterns = [
    path("licenses/", views.license_list, name="list"),
    path("licenses/export/", views.license_export, name="export"),
    path("licenses/<uuid:pk>/", views.license_detail, name="detail"),
    path("licenses/<uuid:pk>/generate/", views.generate_key, name="generate"),
    path("licenses/keys/<uuid:pk>/", views.key_detail, name="key"),
    path("licenses/keys/<uuid:pk>/file/", views.key_file, name="key_file"),
    path("licenses/keys/<uuid:pk>/activate/", views.activate_key, name="activate"),
    path("licenses/keys/<uuid:pk>/send/", views.send_key_link, name="send_link"),
    path(
        "applications/<uuid:pk>/licenses/",
        views.for_application,
        name="for_application",
    ),
]
