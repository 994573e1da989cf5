"""The support desk: the queue by time left, and the ticket with its answer form."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from tickets.models import Ticket


@admin.register(Ticket)
class TicketAdmin(ModelAdmin):
    pass
