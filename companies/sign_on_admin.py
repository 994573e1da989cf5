"""Single sign-on at the support desk: how it stands, and the way out of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.forms import Form
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from companies import actions
from companies.models import SignOn
from companies.sign_on_forms import SwitchOffForm
from ui.admin import VerbAdmin
from ui.states import state_of


@admin.register(SignOn)
class SignOnAdmin(VerbAdmin):
    """A company enters, tests and switches it on; support can only switch it off."""

    form = SwitchOffForm
    list_display = ["company", "issuer", "shown_state", "tested_at", "on_at"]
    list_filter = ["state"]
    list_select_related = ["company"]
    search_fields = ["company__name", "issuer"]
    show_full_result_count = False

    FACTS = ["company", "issuer", "client_id", "provider_factor", "trusts_addresses"]
    TEST = ["state", "tested_at", "tested_by", "tested_address", "on_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: SignOn | None = None
    ) -> bool:
        return obj is None or obj.is_on

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        shown = [
            (_("Provider"), {"fields": self.FACTS}),
            (_("State"), {"fields": self.TEST}),
        ]
        way_out = (_("Switch off"), {"fields": ["why"]})
        return [*shown, way_out] if obj.is_on else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.FACTS, *self.TEST]

    def save_model(
        self, request: HttpRequest, obj: SignOn, form: Form, change: bool
    ) -> None:
        actions.switch_sign_on_off(
            obj,
            reason=form.cleaned_data["why"],
            by=request.user,
            at=timezone.now(),
        )
        said = _t("Switched off. The members are told to choose a password.")
        self.message_user(request, said, messages.SUCCESS)

    @display(
        description=_("state"),
        label={
            "sign_on.configured": "warning",
            "sign_on.tested": "info",
            "sign_on.on": "success",
        },
    )
    def shown_state(self, sign_on: SignOn) -> tuple[str, str]:
        return sign_on.state_code, str(state_of(sign_on).word)
