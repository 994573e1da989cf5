"""What the support desk does to people with every floor in sight."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from companies.admin import PersonAdmin
from companies.models import User
from companies.step_up import require_second_factor
from portal import actions

admin.site.unregister(User)


@admin.register(User)
class LeaverAdmin(PersonAdmin):
    """The people of the ground floor, and how one of them leaves [CO-09, CO-10]."""

    actions = [*PersonAdmin.actions, "deactivate_people"]

    @admin.action(description=_("Deactivate"))
    def deactivate_people(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Who cannot go yet is named with all reasons, and with the page about them."""
        require_second_factor(request)
        for person in queryset:
            try:
                actions.deactivate_person(
                    person=person, by=request.user, at=timezone.now()
                )
            except ValidationError as refusal:
                page = reverse("companies:deactivate", args=[person.pk])
                words = " ".join(refusal.messages)
                link = format_html('<a href="{}">{}</a>: {}', page, person, words)
                self.message_user(request, link, messages.ERROR)
            else:
                words = _("%(name)s is deactivated.") % {"name": person}
                self.message_user(request, words, messages.SUCCESS)
