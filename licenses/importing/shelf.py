"""Where an uploaded file waits between its preview and the word to import it.

The file stays on the server: a browser gets a token, good once and for an hour, and
for nobody but whoever uploaded it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Upload:
    """A file as it was uploaded, and how it is to be read."""

    raw: bytes
    name: str
    company: str
    date_format: str
    kind: str = "portfolio"


def put(upload: Upload, owner: Any) -> str:
    token = secrets.token_urlsafe(24)
    cache.set(_key(token, owner), upload, KEPT_SECONDS)
    return token


def take(token: str, owner: Any) -> Upload | None:
    """The file, once: of two clicks at the same moment one gets it."""
    upload = cache.get(_key(token, owner))
    return upload if upload and cache.delete(_key(token, owner)) else None


def _key(token: str, owner: Any) -> str:
    return f"license-import:{owner.pk}:{token}"
