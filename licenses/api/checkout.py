"""Endpoints that give a file for apps without a network; it says when it goes stale."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from companies.access import public
from licenses import files
from licenses.api import accounts, bearers, resources
from licenses.api.bearers import Bearer
from licenses.api.endpoints import endpoint, meta_of
from licenses.api.errors import RefusedError, as_json
from licenses.api.machines import in_use_named
from licenses.files import Kind
from licenses.signers import Signer

MONTH = 2_629_746  # seconds
SHORTEST, LONGEST = 3600, 2**31 - 1
OF_LICENSE = {
    "entitlements",
    "product",
    "policy",
    "group",
    "owner",
    "user",
    "users",
    "environment",
}
OF_MACHINE = {"license", "components", "group", "owner", "environment"} | {
    f"license.{name}" for name in OF_LICENSE
}


@dataclass(frozen=True)
class Wish:
    """`signer` is the one whose account the address names."""

    is_encrypted: bool
    ttl: int
    includes: list[str]
    signer: Signer


@public("an app shows its license key")
@endpoint("POST")
def license_file(request: HttpRequest, license: str) -> HttpResponse:
    bearer = bearers.authenticate(request, timezone.now())
    bearers.refuse_other_license(bearer, license)
    wish = _wish(request, OF_LICENSE)
    data = resources.license_of(bearer)
    return _answer(bearer, wish, Kind.LICENSE, data, secret=bearer.key_text)


@public("an app shows its license key")
@endpoint("POST")
def machine_file(request: HttpRequest, machine: str) -> HttpResponse:
    bearer = bearers.authenticate(request, timezone.now())
    key = in_use_named(bearer, machine)
    wish = _wish(request, OF_MACHINE)
    secret = bearer.key_text + key.server_id
    data = resources.machine_of(key)
    return _answer(bearer, wish, Kind.MACHINE, data, secret=secret)


def _answer(
    bearer: Bearer, wish: Wish, kind: Kind, data: dict[str, Any], *, secret: str
) -> HttpResponse:
    """The file as a resource, with the times that also stand in it."""
    times = {
        "issued": resources.moment(bearer.at),
        "expiry": resources.moment(bearer.at + timedelta(seconds=wish.ttl)),
        "ttl": wish.ttl,
    }
    # Some clients read no machine file without its license, asked for or not.
    included = [resources.license_of(bearer)] if kind is Kind.MACHINE else []
    certificate = files.write(
        {"data": data, "included": included, "meta": times},
        kind=kind,
        private_key=wish.signer.private_key,
        secret=secret if wish.is_encrypted else "",
    )
    attributes = {
        "certificate": certificate,
        "algorithm": files.ENCRYPTED if wish.is_encrypted else files.PLAIN,
        "includes": wish.includes,
        **times,
    }
    about = {"data": {"type": data["type"], "id": data["id"]}}
    resource = {
        "id": str(uuid.uuid4()),
        "type": f"{kind.value}-files",
        "attributes": attributes,
        "relationships": {kind.value: about},
    }
    return as_json({"data": resource})


def _wish(request: HttpRequest, known: set[str]) -> Wish:
    """From the body's `meta` or the query; the query comes first."""
    asked = meta_of(request) | request.GET.dict()
    includes = asked.get("include") or []
    if isinstance(includes, str):
        includes = includes.split(",")
    if not isinstance(includes, list) or any(
        one not in list(known) for one in includes
    ):
        raise _invalid("INCLUDE", "Something that cannot be included was asked for.")
    signer = accounts.signer_of(request)
    return Wish(_is_encrypted(asked), _ttl(asked.get("ttl")), includes, signer)


def _is_encrypted(asked: dict[str, Any]) -> bool:
    """`encrypt` and `algorithm` say the same, or one of them says nothing."""
    wanted = asked.get("encrypt") in (True, "true", "1")  # 1 is True
    default = files.ENCRYPTED if wanted else files.PLAIN
    algorithm = asked.get("algorithm") or default
    possible = (default,) if "encrypt" in asked else (files.PLAIN, files.ENCRYPTED)
    if algorithm not in possible:
        raise _invalid("ALGORITHM", f"It is {' or '.join(possible)}.")
    return algorithm == files.ENCRYPTED


def _ttl(asked: Any) -> int:
    if asked in (None, ""):
        return MONTH
    is_number = isinstance(asked, int | str) and not isinstance(asked, bool)
    digits = str(asked) if is_number else ""
    is_whole = digits.isascii() and digits.isdigit() and len(digits) < 11
    if is_whole and SHORTEST <= int(digits) <= LONGEST:
        return int(digits)
    raise _invalid("TTL", f"A file lives {SHORTEST} to {LONGEST} seconds.")


def _invalid(what: str, detail: str) -> RefusedError:
    return RefusedError(400, f"CHECKOUT_{what}_INVALID", detail)
