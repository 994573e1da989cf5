"""Addresses of technical contacts and handovers."""

from django.urls import path

from contacts.views import appointments, handovers, reviews

app_name = "contacts"

urlpatterns = [
    path(
        "applications/<uuid:pk>/contacts/",
        appointments.for_application,
        name="for_application",
    ),
    path("applications/<uuid:pk>/contacts/add/", appointments.appoint, name="appoint"),
    path(
        "applications/<uuid:pk>/contacts/name/",
        appointments.name_contact,
        name="name_contact",
    ),
    path(
        "applications/<uuid:pk>/hosting/",
        appointments.change_hosting,
        name="change_hosting",
    ),
    path("applications/<uuid:pk>/offboard/", appointments.offboard, name="offboard"),
    path("contacts/<uuid:pk>/replace/", appointments.replace, name="replace"),
    path("contacts/<uuid:pk>/letter/", appointments.write_again, name="write_again"),
    path("contacts/<uuid:pk>/remove/", appointments.dismiss, name="dismiss"),
    path("contacts/<uuid:pk>/ask/", reviews.ask_again, name="ask_again"),
    path("contacts/still/", reviews.still, name="still"),
    path("contacts/still/<str:key>/", reviews.still_link, name="still_link"),
    path("applications/<uuid:pk>/handover/", handovers.offer, name="offer"),
    path("handovers/<uuid:pk>/", handovers.handover, name="handover"),
    path("handovers/<uuid:pk>/accept/", handovers.accept, name="accept"),
    path("handovers/<uuid:pk>/decline/", handovers.decline, name="decline"),
    path("handovers/<uuid:pk>/remind/", handovers.remind, name="remind"),
    path("handovers/<uuid:pk>/cancel/", handovers.cancel, name="cancel"),
]
