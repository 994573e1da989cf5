"""Endpoints that give a file for apps without a network; it says when it goes stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from companies.access import public
from licenses import actions, documents, files
from licenses.actions import FileWish, GivenFile
from licenses.api import accounts, bearers
from licenses.api.endpoints import endpoint, meta_of
from licenses.api.errors import RefusedError, as_json
from licenses.api.holders import Bearer, suspended
from licenses.models import IssuedFile
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
    """What was asked for; `includes` also what we have nothing of.

    `signer` is the one whose account the address names.
    """

    is_encrypted: bool
    ttl: int
    includes: list[str]
    signer: Signer | None

    def of(self, bearer: Bearer) -> FileWish:
        return FileWish(
            key_text=bearer.key_text,
            expires_at=bearer.at + timedelta(seconds=self.ttl),
            way=IssuedFile.Way.NETWORK,
            is_encrypted=self.is_encrypted,
            includes=self.includes,
            signer=self.signer,
        )


@public("an app shows its license key")
@endpoint("GET", "POST")
@sensitive_variables()
def license_file(request: HttpRequest, license: str) -> HttpResponse:
    """By GET the bare file, by POST the file in a resource."""
    bearer = bearers.authenticate(request, timezone.now()).about(license)
    wish = _wish(request, OF_LICENSE)
    try:
        given = actions.issue_license_file(
            license=bearer.license, wish=wish.of(bearer), by=None, at=bearer.at
        )
    except ValidationError as refusal:
        raise _stopped(bearer, refusal) from None
    return _answer(request, given, wish)


@public("an app shows its license key")
@endpoint("GET", "POST")
@sensitive_variables()
def machine_file(request: HttpRequest, machine: str) -> HttpResponse:
    """The same for one server: an encrypted one opens with the server ID as well."""
    bearer, seat = bearers.authenticate(request, timezone.now()).holding(machine)
    wish = _wish(request, OF_MACHINE)
    try:
        given = actions.issue_machine_file(
            seat=seat, wish=wish.of(bearer), by=None, at=bearer.at
        )
    except ValidationError as refusal:
        raise _stopped(bearer, refusal) from None
    return _answer(request, given, wish)


def _stopped(bearer: Bearer, refusal: ValidationError) -> RefusedError:
    """Why there is no file: the vendor asks also for what is stopped, and for an app
    the license was stopped, or the server went, a moment ago.
    """
    if bearer.license.is_suspended:
        return suspended()
    return RefusedError(422, "LICENSE_STOPPED", " ".join(refusal.messages))


def _answer(request: HttpRequest, given: GivenFile, wish: Wish) -> HttpResponse:
    if request.method == "GET":
        disposition = f'attachment; filename="{given.name}"'
        return HttpResponse(
            given.text,
            content_type="application/octet-stream",
            headers={"Content-Disposition": disposition},
        )
    return as_json({"data": _resource(given, wish)})


def _resource(given: GivenFile, wish: Wish) -> dict[str, Any]:
    """The file, with the times that also stand in it."""
    row = given.row
    about = {"license": _link("licenses", row.license_id)}
    if row.seat_id:
        about["machine"] = _link("machines", row.seat_id)
    return {
        "id": str(row.pk),
        "type": f"{row.kind}-files",
        "attributes": {
            "certificate": given.text,
            "algorithm": files.ENCRYPTED if row.is_encrypted else files.PLAIN,
            "includes": wish.includes,
            "issued": documents.moment(row.issued_at),
            "expiry": documents.moment(row.expires_at),
            "ttl": wish.ttl,
        },
        "relationships": about,
    }


def _link(kind: str, pk: Any) -> dict[str, Any]:
    return {"data": {"type": kind, "id": str(pk)}}


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
