"""Addresses of tickets and their files."""

from django.urls import path

from tickets import views

app_name = "tickets"
urlpatterns = [
    path("tickets/", views.ticket_list, name="list"),
    path("tickets/new/", views.new, name="new"),
    path("tickets/files/<uuid:pk>/", views.attachment, name="attachment"),
    path("tickets/<int:number>/", views.detail, name="detail"),
    path("tickets/<int:number>/solve/", views.solve, name="solve"),
    path("tickets/<int:number>/follow/", views.follow, name="follow"),
    path("tickets/<int:number>/unfollow/", views.unfollow, name="unfollow"),
    path("tickets/<int:number>/people/", views.add_follower, name="people"),
    path(
        "applications/<uuid:pk>/tickets/",
        views.for_application,
        name="for_application",
    ),
]
