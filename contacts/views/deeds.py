"""A verb called by a page: done now, or refused in words for the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import timezone


def attempt(form: BaseForm, verb: Callable[..., Any], /, **things: Any) -> bool:
    """Whether the verb did it; its refusal stands on the form."""
    try:
        verb(at=timezone.now(), **things)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return False
    return True


def press(
    request: HttpRequest, verb: Callable[..., Any], done: str, /, **things: Any
) -> bool:
    """The same for a button without a form; what came of it is a message."""
    try:
        verb(at=timezone.now(), **things)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    messages.success(request, done)
    return True
