"""Advice about the second factor: `{% load step_up %}`."""

from typing import Any

from django import template
from django.template.context import Context

from companies.step_up import has_second_factor

register = template.Library()


@register.inclusion_tag("companies/_second_factor_hint.html", takes_context=True)
def second_factor_hint(context: Context) -> dict[str, Any]:
    """On pages of sensitive deeds, for who has no second factor; else nothing."""
    return {"is_advised": not has_second_factor(context["request"])}
