"""Files for apps without a network: made on request, and noted as given out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from companies import audit
from companies.models import User
from companies.verbs import Verb
from licenses import documents, files, signers
from licenses.actions import seats
from licenses.actions.keys import active_signing_key
from licenses.files import Kind
from licenses.models import IssuedFile, License, Seat

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=365)
USUAL = ("license", "license.entitlements")


@dataclass(frozen=True)
class GivenFile:
    """A file as it goes out, this once, and the row that remembers it."""

    text: str
    row: IssuedFile

    @property
    def name(self) -> str:
        return f"{self.row.seat_id or self.row.license_id}.lic"


@sensitive_variables()
@transaction.atomic
def issue_machine_file(
    *,
    seat: Seat,
    key_text: str,
    by: User | None,
    at: datetime,
    expires_at: datetime,
    way: IssuedFile.Way,
    is_encrypted: bool = True,
    includes: Collection[str] = USUAL,
) -> GivenFile:
    """A file that tells one server of its license, without a network.

    `key_text` is the key that the app has: it stands in the file, and with the server
    ID it opens an encrypted one. Refused: a server that holds the license no more, a
    stopped license, and anybody but a contact or vendor staff (`by` None: the app).
    """
    license = seat.license
    seats.refuse_strangers(by, license)
    license.lock()
    seats.refuse_stopped(license)
    seat.refresh_from_db(fields=["deactivated_at", "activated_at", "server_name"])
    if not seat.is_active:
        raise ValidationError(
            _("The license is not active on %(server)s."), params={"server": seat}
        )
    seat.license = license
    document = documents.document(
        documents.machine_of(seat, at=at),
        documents.beside_machine(license, includes, key_text=key_text, at=at),
        issued_at=at,
        expires_at=expires_at,
    )
    text = _signed(
        document,
        Kind.MACHINE,
        secret=key_text + seat.server_id if is_encrypted else "",
        at=at,
    )
    return _given(
        text,
        IssuedFile(
            license=license,
            seat=seat,
            kind=IssuedFile.Kind.MACHINE,
            way=way,
            is_encrypted=is_encrypted,
            ends_on=license.ends_on,
            issued_at=at,
            expires_at=expires_at,
            issued_by=by,
        ),
    )


@sensitive_variables()
@transaction.atomic
def issue_license_file(
    *,
    license: License,
    key_text: str,
    by: User | None,
    at: datetime,
    expires_at: datetime,
    way: IssuedFile.Way,
    is_encrypted: bool = True,
    includes: Collection[str] = ("entitlements",),
) -> GivenFile:
    """A file that tells any server of the license; the key alone opens it.

    Refused: a stopped license, and anybody but a contact or vendor staff.
    """
    seats.refuse_strangers(by, license)
    license.lock()
    seats.refuse_stopped(license)
    document = documents.document(
        documents.license_of(license, key_text=key_text, at=at),
        documents.beside_license(license, includes),
        issued_at=at,
        expires_at=expires_at,
    )
    secret = key_text if is_encrypted else ""
    return _given(
        _signed(document, Kind.LICENSE, secret=secret, at=at),
        IssuedFile(
            license=license,
            kind=IssuedFile.Kind.LICENSE,
            way=way,
            is_encrypted=is_encrypted,
            ends_on=license.ends_on,
            issued_at=at,
            expires_at=expires_at,
            issued_by=by,
        ),
    )


def usual_end(license: License, at: datetime) -> datetime:
    """Until when a file for a server without network works, unless somebody says.

    The end of the license and its grace, and not beyond a year: a file cannot be called
    back, so this is the delay with which a revocation arrives.
    """
    latest = min(license.grace_ends_at, at + LONGEST)
    return max(latest, at + SHORTEST)


@sensitive_variables()
def _signed(document: dict, kind: Kind, *, secret: str, at: datetime) -> str:
    active_signing_key(at)  # made now, when nothing was ever signed before
    private_key = signers.active().private_key
    return files.write(document, kind=kind, private_key=private_key, secret=secret)


def _given(text: str, row: IssuedFile) -> GivenFile:
    """Note what was given out: until its end nothing calls it back.

    What apps fetch for themselves stands here alone; the activity is about people.
    """
    row.sha256 = hashlib.sha256(text.encode()).hexdigest()
    row.save(force_insert=True)
    holder = row.seat or row.license
    holder.last_checked_out_at = row.issued_at
    holder.save(update_fields=["last_checked_out_at"])
    if row.issued_by:
        _record(row)
    return GivenFile(text, row)


def _record(row: IssuedFile) -> None:
    audit.record(
        company=row.license.company,
        by=row.issued_by,
        verb=Verb.FILE_ISSUED,
        thing=row.license,
        new=row.seat or row.get_kind_display(),
        about=row.license.application.pk,
        at=row.issued_at,
    )
