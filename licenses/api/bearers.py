"""Who asks: the license whose key the request shows.

A key is known by its signature and by its row. A newer key replaces one, but on the
same server it goes on speaking for its license: nobody's app stops between "activated"
in the portal and the new key in the app [E12]. Once the license has moved to other
hardware the old server's key is unknown [E15], like those of off-boarded environments.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from licenses import keys, signers
from licenses.api import limits
from licenses.api.errors import RefusedError, not_found
from licenses.models import License, LicenseKey


@dataclass(frozen=True)
class Bearer:
    """A license as it was asked for: by one of its keys, at a moment."""

    key: LicenseKey
    key_text: str
    at: datetime

    @property
    def license(self) -> License:
        return self.key.license


@sensitive_variables()
def authenticate(request: HttpRequest, at: datetime) -> Bearer:
    """The license of the key in the header or the query, or a refusal."""
    text = _shown(request)
    if bearer := of_key(text, at):
        return bearer
    raise RefusedError(401, "LICENSE_INVALID", "The license key is not valid.")


@sensitive_variables()
def of_key(text: str, at: datetime) -> Bearer | None:
    """The license that this key speaks for, if it is one of ours and still does."""
    text = keys.compact(text)
    limits.count_key(text, at)
    claims = _claims(text)
    if claims is None:
        return None
    key = (
        LicenseKey.objects.speaking()
        .with_license()
        .filter(license=claims.license_id, server_id=claims.server_id)
        .filter(fingerprint=keys.fingerprint(text))
        .first()
    )
    return Bearer(key, text, at) if key else None


@sensitive_variables()
def refuse_other_license(bearer: Bearer, name: str) -> None:
    """`name` is the id in an address, or a key: both must mean the bearer's license."""
    if name == str(bearer.license.pk):
        return
    if keys.compact(name) == bearer.key_text:
        return
    raise not_found()


@sensitive_variables()
def _claims(text: str) -> keys.Claims | None:
    """What the key says, if one of our signing keys, also a retired one, signed it."""
    for signer in signers.tried():
        try:
            claims = keys.read(text, signer.public_key)
            uuid.UUID(claims.license_id)
        except ValueError:  # a ForgedKeyError is one
            continue
        return claims
    return None


@sensitive_variables()
def _shown(request: HttpRequest) -> str:
    header = request.headers.get("Authorization", "")
    scheme, _space, value = header.strip().partition(" ")
    if scheme.lower() == "license":
        return value
    if scheme.lower() == "basic":
        return _from_basic(value)
    if scheme.lower() in {"bearer", "token"}:
        raise RefusedError(
            401, "TOKEN_INVALID", "There are no tokens; show a license key."
        )
    if not header and (given := request.GET.get("auth", "")):
        return given.removeprefix("license:")
    raise RefusedError(
        401, "TOKEN_MISSING", "Show a license key: Authorization: License …"
    )


@sensitive_variables()
def _from_basic(value: str) -> str:
    """`license:<key>` in Base64."""
    try:
        who, _colon, text = (
            base64.b64decode(value, validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError):
        who, text = "", ""
    if who != "license":
        raise RefusedError(
            401, "TOKEN_FORMAT_INVALID", "Basic authentication is license:key."
        )
    return text
