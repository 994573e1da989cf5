"""Addresses of people; the company's page and a person's need all floors (portal)."""

from django.urls import path

from companies import views

app_name = "companies"

urlpatterns = [
    path("account/", views.account, name="account"),
    path("people/<uuid:pk>/admin/", views.name_admin, name="name_admin"),
    path("people/<uuid:pk>/admin/end/", views.unname_admin, name="unname_admin"),
    path("people/<uuid:pk>/contact/", views.name_contact, name="name_contact"),
]
