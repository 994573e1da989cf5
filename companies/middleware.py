"""Pages speak the reader's language and show the reader's time."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class ReaderMiddleware:
    """Activates the signed-in reader's time zone and language for one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with (
            timezone.override(ZoneInfo(request.user.time_zone)),
            translation.override(request.user.language),
        ):
            request.LANGUAGE_CODE = request.user.language
            return self.get_response(request)
