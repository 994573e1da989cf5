"""What a key or a file is that somebody shows: genuine or not, and what became of it.

The signature is for everybody to check. Whose license it is, and what we know of it,
only somebody hears who sees that license anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from companies import vault
from licenses import files, keys, signers
from licenses.files import ForgedFileError, Kind
from licenses.keys import ForgedKeyError
from licenses.models import IssuedFile, License, LicenseKey, SigningKey
from licenses.models.key import OWN_KEY
from ui.times import day, moment

NOUNS = {
    "key": _("License key"),
    Kind.LICENSE: _("License file"),
    Kind.MACHINE: _("Machine file"),
}


class Verdict(Enum):
    """KNOWN is a short key, which nobody signed: we find it in our books."""

    GENUINE = "genuine"
    KNOWN = "known"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """`license` and what follows it stay empty for whoever does not see the license."""

    verdict: Verdict
    noun: Any = ""
    signer: SigningKey | None = None
    license: License | None = None
    key: LicenseKey | None = None
    file: IssuedFile | None = None

    @property
    def server(self) -> Any:
        return (self.key and self.key.seat) or (self.file and self.file.seat)

    def notes(self, at: datetime) -> list[str]:
        """Sentences about what became of it, the weightiest first."""
        if self.license is None:
            return []
        license = self.license
        said = []
        if license.is_revoked:
            said.append(_t("The license was revoked. Nothing calls a file back."))
        elif license.is_suspended:
            said.append(_t("The license is suspended."))
        if self.key:
            said += _about_key(self.key, license.company.today(at))
        if self.file:
            said += _about_file(self.file, at)
        return said


@sensitive_variables()
def examine(text: str, *, by: Any) -> Finding:
    """What this text is; spaces and line ends around it mean nothing."""
    if text.lstrip().startswith("-----"):
        return _file(text, by)
    if keys.compact(text).startswith(keys.PREFIX):
        return _signed_key(text, by)
    license = _license_with_key(text.strip(), by)
    if license is None:
        return Finding(Verdict.UNKNOWN)
    return Finding(Verdict.KNOWN, NOUNS["key"], license=license)


@sensitive_variables()
def _file(text: str, by: Any) -> Finding:
    try:
        certificate = files.parse(text)
    except ForgedFileError:
        return Finding(Verdict.UNKNOWN)
    noun = NOUNS[certificate.kind]
    for signer in signers.tried():
        if certificate.is_signed_by(signer.public_key):
            given = IssuedFile.objects.visible_to(by).of_text(certificate.text)
            file = given.with_license().first()
            license = file.license if file else None
            return Finding(Verdict.GENUINE, noun, signer, license, file=file)
    return Finding(Verdict.UNKNOWN, noun)


@sensitive_variables()
def _signed_key(text: str, by: Any) -> Finding:
    for signer in signers.tried():
        try:
            keys.verify(text, signer.public_key)
        except ForgedKeyError:
            continue
        key = _key_for_a_server(text, signer, by)
        license = key.license if key else _license_with_key(keys.compact(text), by)
        return Finding(Verdict.GENUINE, NOUNS["key"], signer, license, key)
    return Finding(Verdict.UNKNOWN, NOUNS["key"])


@sensitive_variables()
def _key_for_a_server(text: str, signer: SigningKey, by: Any) -> LicenseKey | None:
    """None for the key of a license, which names no server."""
    try:
        claims = keys.read(text, signer.public_key)
    except ForgedKeyError:
        return None
    rows = LicenseKey.objects.visible_to(by).with_license().select_related("seat")
    made = rows.filter(license=claims.license_id, fingerprint=keys.fingerprint(text))
    return made.first()


@sensitive_variables()
def _license_with_key(text: str, by: Any) -> License | None:
    digests = vault.digests_of(text, purpose=OWN_KEY)
    rows = License.objects.visible_to(by).with_company()
    return rows.filter(key_digest__in=digests).first()


def _about_key(key: LicenseKey, today: Any) -> list[str]:
    if key.superseded_at:
        when = {"when": moment(key.superseded_at)}
        return [_t("A newer key has replaced this one, %(when)s.") % when]
    if key.ends_on < today:
        return [_t("It ended on %(day)s.") % {"day": day(key.ends_on)}]
    if key.is_waiting:
        return [_t("It was made, and is not activated yet.")]
    return [_t("It is in use until %(day)s.") % {"day": day(key.ends_on)}]


def _about_file(file: IssuedFile, at: datetime) -> list[str]:
    when = {"when": moment(file.expires_at)}
    until = (
        _t("The file works until %(when)s.")
        if file.is_out_there(at)
        else _t("The file stopped working, %(when)s.")
    )
    said = [until % when]
    if file.seat and file.seat.deactivated_at:
        said.append(_t("The license is not active on its server any more."))
    if file.ends_on != file.license.ends_on:
        words = _t(
            "It says that the license ends on %(old)s; by now, it ends on %(new)s."
        )
        said.append(
            words % {"old": day(file.ends_on), "new": day(file.license.ends_on)}
        )
    return said
