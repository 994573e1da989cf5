"""Refusals as clients expect them: a code to branch on, words for people to read."""

from __future__ import annotations

import json
import uuid
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

MEDIA_TYPE = "application/vnd.api+json"
# What Django itself refuses, before or without any of our views.
CODES = {400: "BAD_REQUEST", 404: "NOT_FOUND", 500: "INTERNAL_SERVER_ERROR"}


class RefusedError(Exception):
    """An answer that is a no; raised anywhere below an endpoint, which gives it."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        pointer: str = "",
        parameter: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        # Where in the body the trouble is, or in which parameter of the query.
        source = {"pointer": pointer, "parameter": parameter}
        self.source = {name: place for name, place in source.items() if place}
        self.headers = headers or {}

    def answer(self) -> HttpResponse:
        error = {
            "title": HTTPStatus(self.status).phrase,
            "detail": self.detail,
            "code": self.code,
        }
        if self.source:
            error["source"] = self.source
        body = {"meta": {"id": str(uuid.uuid4())}, "errors": [error]}
        return as_json(body, status=self.status, headers=self.headers)


def not_found() -> RefusedError:
    """Also for what belongs to another license: it does not exist."""
    return RefusedError(404, "NOT_FOUND", "The requested resource was not found.")


def forbidden(detail: str) -> RefusedError:
    return RefusedError(403, "FORBIDDEN", detail)


def in_our_words(response: HttpResponse) -> HttpResponse:
    """The same refusal as JSON; clients read no page."""
    status = response.status_code
    code = CODES.get(status, HTTPStatus(status).name)
    return RefusedError(status, code, HTTPStatus(status).description or code).answer()


def as_json(document: dict[str, Any], **options: Any) -> HttpResponse:
    """Compact, so that what is signed is what is sent."""
    body = json.dumps(document, separators=(",", ":"))
    return HttpResponse(body, content_type=MEDIA_TYPE, **options)
