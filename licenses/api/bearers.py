"""Who asks: the license whose key the request shows, or the vendor by a token.

A license is known by its own key, which opens it on whichever server, or by a signed
key that was made for one server, and speaks for that one alone. Of those a newer key
replaces an older one, but on the same server it goes on speaking for its license:
nobody's app stops between "activated" in the portal and the new key in the app [E12].
Once the license has moved to other hardware the old server's key is unknown [E15], like
the keys of revoked licenses and of off-boarded environments.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from datetime import datetime

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from companies import vault
from companies.statements import NOBODY, KeptRows
from licenses import keys, signers
from licenses.api import limits, tokens
from licenses.api.errors import RefusedError, forbidden
from licenses.api.holders import Bearer
from licenses.api.texts import is_text
from licenses.api.tokens import Vendor
from licenses.models import License, LicenseKey
from licenses.models.key import OWN_KEY

_by_digests = KeptRows(
    lambda _, digests: (
        License.objects.speaking()
        .filter(key_digest__in=digests)
        .with_active_servers()
        .with_last_file_at()
        .order_by()
    )
)


@sensitive_variables()
def authenticate(request: HttpRequest, at: datetime) -> Bearer | Vendor:
    """Who asks, by the header or the query; refused while the license is stopped."""
    bearer = identify(request, at)
    bearer.refuse_stopped()
    return bearer


@sensitive_variables()
def identify(request: HttpRequest, at: datetime) -> Bearer | Vendor:
    """Who asks, also while the license is stopped: whoever judges it wants to know."""
    scheme, shown = _shown(request)
    return _SCHEMES[scheme](shown, at)


def vendor_of(request: HttpRequest) -> Vendor:
    """Whoever asks, if that is a machine of the vendor."""
    bearer = identify(request, timezone.now())
    if isinstance(bearer, Vendor):
        return bearer
    raise forbidden("Only a token of the vendor may do that.")


@sensitive_variables()
def of_key(text: str, at: datetime) -> Bearer | None:
    """The license that this key speaks for, if it is one of ours and still does."""
    limits.count_key(keys.compact(text), at)
    if not is_text(text):
        return None
    return _by_own_key(text.strip(), at) or _by_bound_key(keys.compact(text), at)


@sensitive_variables()
def _by_own_key(text: str, at: datetime) -> Bearer | None:
    digests = vault.digests_of(text, purpose=OWN_KEY)
    for license in _by_digests(NOBODY, digests=digests):
        return Bearer(license, text, at)
    return None


@sensitive_variables()
def _by_bound_key(text: str, at: datetime) -> Bearer | None:
    claims = _claims(text)
    if claims is None:
        return None
    key = (
        LicenseKey.objects.speaking()
        .with_rules()
        .with_last_file_at()
        .filter(license=claims.license_id, server_id=claims.server_id)
        .filter(fingerprint=keys.fingerprint(text))
        # The same claims make the same text: of two such rows, the one that counts.
        .order_by(F("superseded_at").desc(nulls_first=True))
        .first()
    )
    if key is None:
        return None
    key.license.last_file_at = key.last_file_at
    return Bearer(key.license, text, at, bound=key)


@sensitive_variables()
def _claims(text: str) -> keys.Claims | None:
    """What the key says, if one of our signing keys, also a retired one, signed it."""
    if not text.startswith(keys.PREFIX):
        return None
    for signer in signers.tried():
        try:
            claims = keys.read(text, signer.public_key)
            uuid.UUID(claims.license_id)
        except ValueError:  # a ForgedKeyError is one
            continue
        return claims
    return None


@sensitive_variables()
def _shown(request: HttpRequest) -> tuple[str, str]:
    """The scheme, and what is shown by it: from the header, or from the query."""
    header = request.headers.get("Authorization", "")
    scheme, _space, value = header.strip().partition(" ")
    scheme = scheme.lower()
    if scheme == "basic":
        return _from_basic(value)
    if scheme in _SCHEMES:
        return scheme, value.strip()
    if not header and (given := request.GET.get("auth", "")):
        who, colon, text = given.partition(":")
        is_named = colon and who in _SCHEMES
        return (who, text) if is_named else ("license", given)
    if not header and (given := request.GET.get("token", "")):
        return "token", given
    raise RefusedError(
        401, "TOKEN_MISSING", "Show a license key: Authorization: License …"
    )


@sensitive_variables()
def _from_basic(value: str) -> tuple[str, str]:
    """`license:<key>` or `token:<token>` in Base64."""
    try:
        who, _colon, text = (
            base64.b64decode(value, validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError):
        who, text = "", ""
    if who not in {"license", "token"}:
        raise RefusedError(
            401, "TOKEN_FORMAT_INVALID", "Basic authentication is license:key."
        )
    return who, text


@sensitive_variables()
def _by_license_key(text: str, at: datetime) -> Bearer:
    if bearer := of_key(text, at):
        return bearer
    raise RefusedError(401, "LICENSE_INVALID", "The license key is not valid.")


# Each gives who asks, or raises: whatever has `about` and `server` will do.
_SCHEMES: dict[str, Callable[[str, datetime], Bearer | Vendor]] = {
    "license": _by_license_key,
    "bearer": tokens.bearer_of,
    "token": tokens.bearer_of,
}
