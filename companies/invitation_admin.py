"""Invitations for the vendor's support staff."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from companies import actions
from companies.invitation_forms import InvitationForm
from companies.invitees import Invitee
from companies.models import Invitation
from companies.step_up import require_second_factor
from ui.admin import VerbAdmin
from ui.states import state_of


@admin.register(Invitation)
class InvitationAdmin(VerbAdmin):
    """Support invites for a company too, for instance its first admin [CO-04]."""

    list_display = ["email", "company", "role", "shown_state", "invited_by"]
    list_filter = ["state", "role"]
    list_select_related = ["company", "invited_by"]
    search_fields = ["email", "name", "company__name"]
    autocomplete_fields = ["company"]
    paginator = InfinitePaginator
    show_full_result_count = False
    actions = ["send_again", "withdraw"]

    form = InvitationForm

    WISHES = ["company", "email", "name", "role", "message"]
    FACTS = ["state", "invited_by", "invited_at", "sent_at", "lapses_at"]
    FACTS += ["reminded_at", "closed_at", "accepted_by"]

    def get_fields(
        self, request: HttpRequest, obj: Invitation | None = None
    ) -> list[str]:
        return [*self.WISHES, *self.FACTS] if obj else self.WISHES

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was written in a letter stays as it is."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Invitation, form: Form, change: bool
    ) -> None:
        wish = form.cleaned_data
        if wish["role"] == Invitation.Role.ADMIN:
            require_second_factor(request)
        invitee = Invitee(wish["email"], wish["name"])
        rows = actions.invite(
            wish["company"],
            [invitee],
            role=wish["role"],
            message=wish["message"],
            by=request.user,
            at=timezone.now(),
        )
        self.adopt(obj, rows[0])

    @display(
        description=_("state"),
        label={
            "invitation.open": "info",
            "invitation.accepted": "success",
            "invitation.withdrawn": "default",
            "invitation.lapsed": "warning",
        },
    )
    def shown_state(self, invitation: Invitation) -> tuple[str, str]:
        return invitation.state_code, str(state_of(invitation).word)

    @admin.action(description=_("Send again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        who = {"by": request.user, "at": timezone.now()}
        verb = partial(actions.send_invitation_again, **who)
        self.attempt(request, queryset, verb, _letters_sent)

    @admin.action(description=_("Withdraw"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        who = {"by": request.user, "at": timezone.now()}
        verb = partial(actions.withdraw_invitation, **who)
        self.attempt(request, queryset, verb, _invitations_withdrawn)


def _invitations_withdrawn(count: int) -> str:
    words = ngettext(
        "%(count)d invitation is withdrawn.",
        "%(count)d invitations are withdrawn.",
        count,
    )
    return words % {"count": count}


def _letters_sent(count: int) -> str:
    words = ngettext("%(count)d letter is sent.", "%(count)d letters are sent.", count)
    return words % {"count": count}
