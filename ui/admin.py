"""What the pages of the support desk share: they write by verbs, and verbs may refuse.

A refusal (ValidationError) is shown on the form, with everything that was typed.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin


class Ledger:
    """Facts: to be read, never added, changed or removed. Put before an admin class."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class VerbAdmin(ModelAdmin):
    """Rows that verbs write and nobody deletes.

    `save_model` calls a verb; when it added a row, `adopt` gives that row to the form.
    """

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A refused verb is rolled back, and its words come back on the same form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refusal:
            request.refusal = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[BaseForm]:
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return form if refusal is None else refused(form, refusal)

    def adopt(self, obj: Any, row: Any) -> None:
        """The form's empty object becomes the row that a verb has just written."""
        obj.pk = row.pk
        obj._state.adding = False
        obj.refresh_from_db()

    def attempt(
        self,
        request: HttpRequest,
        rows: Iterable[Any],
        verb: Callable[[Any], Any],
        done: Callable[[int], str],
    ) -> None:
        """One verb on each chosen row: says how many it did, and why not the others."""
        count = 0
        for row in rows:
            try:
                verb(row)
                count += 1
            except ValidationError as refusal:
                self.message_user(
                    request, f"{row}: {' '.join(refusal.messages)}", messages.ERROR
                )
        if count:
            self.message_user(request, done(count), messages.SUCCESS)


def refused(form: type[BaseForm], refusal: ValidationError) -> type[BaseForm]:
    """The same form, which a verb has judged already."""

    def clean(self: BaseForm) -> dict[str, Any]:
        form.clean(self)
        self.add_error(None, ValidationError(refusal.messages))
        return self.cleaned_data

    return type(form.__name__, (form,), {"clean": clean})
