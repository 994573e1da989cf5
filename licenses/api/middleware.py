"""Every answer under /v1/ is signed, kept by nobody, and JSON even when it is a no."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from licenses.api import accounts, errors, signing
from licenses.api.endpoints import target_of

PREFIX = "/v1/"
VERSION = "1.8"


class LicensingMiddleware:
    """The outermost: what Django refuses by itself is signed as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(PREFIX):
            return response
        is_ours = response.headers.get("Content-Type", "").startswith(errors.MEDIA_TYPE)
        if response.status_code >= 400 and not is_ours:
            response = errors.in_our_words(response)
        response.headers["Cache-Control"] = "no-store, no-transform"
        response.headers["Keygen-Version"] = VERSION
        if response.status_code == HTTPStatus.NO_CONTENT:
            for name in ("Content-Type", "Content-Length"):
                response.headers.pop(name, None)
        else:
            response.headers["Content-Length"] = str(len(response.content))
        # Clients check no answer that says the server is broken; signing asks it.
        if response.status_code < 500:
            _sign(request, response)
        return response


def _sign(request: HttpRequest, response: HttpResponse) -> None:
    signer = accounts.signer_of(request)
    if signer is None:
        return
    headers = signing.headers_for(
        method=request.method,
        target=target_of(request),
        host=request.META.get("HTTP_HOST", request.META.get("SERVER_NAME", "")),
        date=http_date(),
        body=response.content,
        key_id=str(signer.id),
        private_key=signer.private_key,
    )
    for name, value in headers.items():
        response.headers[name] = value
