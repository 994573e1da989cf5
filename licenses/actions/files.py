"""Files for apps without a network: made on request, and noted as given out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from companies.models import User
from companies.verbs import Verb
from licenses import documents, files, signers
from licenses.actions import refusals
from licenses.actions.records import record
from licenses.actions.signing import active_signing_key
from licenses.files import Kind
from licenses.models import IssuedFile, License, Seat
from licenses.signers import Signer

LONGEST = timedelta(days=364)  # and today: a year
USUAL = ("license", "license.entitlements", "entitlements")


@dataclass(frozen=True)
class FileWish:
    """Which file somebody wants: for which key, until when, and what stands in it.

    `key_text` is the key that the app has; encrypted, the file opens with it alone.
    `signer` is the pair whose public key the app holds; without one, the active pair.
    """

    key_text: str = field(repr=False)
    expires_at: datetime
    way: IssuedFile.Way
    is_encrypted: bool = True
    includes: Collection[str] = USUAL
    signer: Signer | None = None


@dataclass(frozen=True)
class GivenFile:
    """A file as it goes out, this once, and the row that remembers it."""

    text: str = field(repr=False)
    row: IssuedFile

    @property
    def name(self) -> str:
        return f"{self.row.seat_id or self.row.license_id}.lic"


@sensitive_variables()
@transaction.atomic
def issue_machine_file(
    *, seat: Seat, wish: FileWish, by: User | None, at: datetime
) -> GivenFile:
    """A file that tells one server of its license, without a network.

    Encrypted, it opens with the key and the server ID. Refused: a server that holds the
    license no more, a stopped license, and anybody but a contact or vendor staff (`by`
    None: the app itself).
    """
    license = seat.license
    refusals.refuse_strangers(by, license)
    license.lock()
    refusals.refuse_stopped(license)
    seat.refresh_from_db(fields=["deactivated_at", "activated_at", "server_name"])
    if not seat.is_active:
        raise ValidationError(
            _("The license is not active on %(server)s."), params={"server": seat}
        )
    seat.license = license
    data = documents.machine_of(seat, at=at)
    beside = documents.beside_machine(
        license, wish.includes, key_text=wish.key_text, at=at
    )
    secret = wish.key_text + seat.server_id
    text = _written(Kind.MACHINE, data, beside, wish, secret=secret, at=at)
    return _given(text, wish, license=license, seat=seat, by=by, at=at)


@sensitive_variables()
@transaction.atomic
def issue_license_file(
    *, license: License, wish: FileWish, by: User | None, at: datetime
) -> GivenFile:
    """A file that tells any server of the license; the key alone opens it.

    Refused: a stopped license, and anybody but a contact or vendor staff.
    """
    refusals.refuse_strangers(by, license)
    license.lock()
    refusals.refuse_stopped(license)
    data = documents.license_of(license, key_text=wish.key_text, at=at)
    beside = documents.beside_license(license, wish.includes)
    text = _written(Kind.LICENSE, data, beside, wish, secret=wish.key_text, at=at)
    return _given(text, wish, license=license, seat=None, by=by, at=at)


def usual_end(license: License, at: datetime) -> datetime:
    """Until when a file for a server without network works, unless somebody says.

    The end of the license and its grace, and not beyond a year: a file cannot be called
    back, so this is the delay with which a revocation arrives.
    """
    last_day = license.company.today(at) + LONGEST
    return min(license.grace_ends_at, license.after_day(last_day))


@sensitive_variables()
def _written(
    kind: Kind,
    data: dict[str, Any],
    beside: list[dict[str, Any]],
    wish: FileWish,
    *,
    secret: str,
    at: datetime,
) -> str:
    signer = wish.signer
    if signer is None:
        active_signing_key(at)  # made now, when nothing was ever signed before
        signer = signers.active()
    document = documents.document(
        data, beside, issued_at=at, expires_at=wish.expires_at
    )
    return files.write(
        document,
        kind=kind,
        private_key=signer.private_key,
        secret=secret if wish.is_encrypted else "",
    )


@sensitive_variables()
def _given(
    text: str,
    wish: FileWish,
    *,
    license: License,
    seat: Seat | None,
    by: User | None,
    at: datetime,
) -> GivenFile:
    """Note what was given out: until its end nothing calls it back.

    What apps fetch for themselves stands here alone; the activity is about people.
    """
    row = IssuedFile.objects.create(
        license=license,
        seat=seat,
        kind=IssuedFile.Kind.MACHINE if seat else IssuedFile.Kind.LICENSE,
        way=wish.way,
        is_encrypted=wish.is_encrypted,
        sha256=files.digest_of(text),
        ends_on=license.ends_on,
        issued_at=at,
        expires_at=wish.expires_at,
        issued_by=by,
    )
    if by:
        given = seat or row.get_kind_display()
        record(license, Verb.FILE_ISSUED, by=by, at=at, new=given)
    return GivenFile(text, row)
