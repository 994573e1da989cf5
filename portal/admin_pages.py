"""What every page of the support desk has in common, whatever package wrote it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.models.options import Options
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal import admin_ways


def page_of(admin_class: type) -> type:
    """The admin class of some package, as this desk shows it."""
    return type(admin_class.__name__, (DeskPage, admin_class), {})


class DeskPage:
    """Goes before each admin class when it is registered at the desk.

    What is not there is a 404, as everywhere in the portal, and an address that was cut
    or mistyped leads to the list and never to an error page. The page of a thing leads
    to all that belongs to it (`portal.admin_ways`).
    """

    opts: Options

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if _has_nul(request):
            return redirect(f"{request.path}?{ERROR_FLAG}=1")
        if request.method == "POST":
            _keep_whole_keys(request, self.opts.model)
        return super().changelist_view(request, extra_context)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        own = super().get_list_filter(request)
        return [*own, *admin_ways.filters_of(self.opts.model)]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        thing = options.get("obj")
        context["ways"] = admin_ways.ways_of(thing) if thing else []
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **options)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Of what has a log of its own, that log: it knows more than the admin's."""
        thing = self.get_object(request, object_id)
        log = admin_ways.activity_of(thing) if thing else ""
        if log:
            return redirect(log)
        return super().history_view(request, object_id, extra_context)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Options, object_id: str
    ) -> HttpResponse:
        """Django would lead to the first page, with a message and status 302."""
        raise Http404


def _has_nul(request: HttpRequest) -> bool:
    """A character that PostgreSQL refuses in any text."""
    return any(
        "\x00" in word for name, words in request.GET.lists() for word in (name, *words)
    )


def _keep_whole_keys(request: HttpRequest, model: type[Model]) -> None:
    """Drops from the chosen rows what can be no row of this table."""
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
    request.POST = request.POST.copy()
    request.POST.setlist(ACTION_CHECKBOX_NAME, filter(_can_be(model), chosen))


def _can_be(model: type[Model]) -> Any:
    def is_key(word: str) -> bool:
        try:
            model._meta.pk.to_python(word)
        except ValidationError:
            return False
        return "\x00" not in word

    return is_key
