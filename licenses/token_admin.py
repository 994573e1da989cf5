"""API tokens at the support desk: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from unfold.decorators import display

from companies.step_up import require_second_factor
from licenses import actions
from licenses.models import ApiToken
from ui.admin import VerbAdmin


@admin.register(ApiToken)
class ApiTokenAdmin(VerbAdmin):
    """A token opens licenses without a person: making one asks for the factor."""

    list_display = ["name", "kind", "made_by", "made_at", "last_used_at", "is_good"]
    list_filter = ["kind"]
    list_select_related = ["made_by"]
    search_fields = ["name"]
    autocomplete_fields = ["application", "license"]
    fields = ["name", "kind", "application", "license", "expires_at"]
    actions = ["revoke"]
    FACTS = ["made_by", "made_at", "last_used_at", "revoked_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.fields, *self.FACTS] if obj else self.fields

    @sensitive_variables()
    def save_model(
        self, request: HttpRequest, obj: ApiToken, form: Form, change: bool
    ) -> None:
        require_second_factor(request)
        token, request.token_text = actions.make_token(
            by=request.user, at=timezone.now(), **form.cleaned_data
        )
        self.adopt(obj, token)

    @sensitive_variables()
    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: Any = None
    ) -> HttpResponse:
        """The one page that shows the token."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Copy the token now"),
            "token": obj,
            "text": request.token_text,
        }
        page = TemplateResponse(request, "licenses/admin/token.html", context)
        add_never_cache_headers(page)
        return page

    @admin.action(description=_("Revoke"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        self.attempt(
            request,
            queryset.with_people(),
            lambda token: actions.revoke_token(
                token=token, by=request.user, at=timezone.now()
            ),
            revoked_words,
        )

    @display(description=_("works"), boolean=True)
    def is_good(self, token: ApiToken) -> bool:
        return token.is_good(timezone.now())


def revoked_words(count: int) -> str:
    return ngettext(
        "%(count)d token is revoked.", "%(count)d tokens are revoked.", count
    ) % {"count": count}
