"""What all our forms share: crispy's markup, our summary of what to correct."""

from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.forms import BaseForm


@dataclass(frozen=True)
class Fault:
    """One thing to correct: where it is, and the sentence that says how."""

    anchor: str
    label: str
    message: str


class Arranged:
    """Put before a form class: `layout` says only how the fields stand.

    The page owns the <form>, the token and the buttons (components/form_page.html).
    """

    fields: dict[str, Any]

    @property
    def layout(self) -> Layout:
        return Layout(*self.fields)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = True
        helper.layout = self.layout
        return helper


def faults(form: BaseForm) -> list[Fault]:
    """All errors of a bound form in the order of its fields, the general ones first."""
    found = [Fault("", "", message) for message in form.non_field_errors()]
    for bound in form:
        anchor = _first_input(bound) if bound.errors else ""
        found += [Fault(anchor, str(bound.label), error) for error in bound.errors]
    return found


def _first_input(bound: Any) -> str:
    """The id a reader lands on; a group of radios has none, its first choice has."""
    many = bool(getattr(bound.field.widget, "add_id_index", False))
    return f"{bound.auto_id}_0" if many else bound.id_for_label or bound.auto_id
