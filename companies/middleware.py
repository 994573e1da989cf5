"""Pages speak the reader's language and show the reader's time."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from companies import sessions


class ReaderMiddleware:
    """Activates time zone and language for one request.

    Somebody signed in has chosen both; of a stranger the browser knows the language,
    and the time is the vendor's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_known = request.user.is_authenticated
        if is_known:
            language, zone = request.user.language, request.user.time_zone
        else:
            language = translation.get_language_from_request(request)
            zone = settings.TIME_ZONE
        request.LANGUAGE_CODE = language
        with timezone.override(ZoneInfo(zone)), translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not is_known:
            patch_vary_headers(response, ["Accept-Language"])
        return response


class LastSeenMiddleware:
    """Notes for the list of devices when and from where a session was last used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key:
            sessions.note_seen(request, at=timezone.now())
        return self.get_response(request)
