"""Addresses of people; the company's page and a person's need all floors (portal)."""

from django.urls import path

from companies.views import account, roles

app_name = "companies"

urlpatterns = [
    path("account/", account.account, name="account"),
    path("people/<uuid:pk>/admin/", roles.name_admin, name="name_admin"),
    path("people/<uuid:pk>/admin/end/", roles.unname_admin, name="unname_admin"),
    path("people/<uuid:pk>/contact/", roles.name_contact, name="name_contact"),
]
