"""Several files in one: the entries of a ZIP archive, each as good or as bad as it is.

A bundle comes from outside: what it claims to hold is not believed before it is read,
and never more of it is read than a file may have.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MARKS = (b"PK\x03\x04", b"PK\x05\x06")
MOST_ENTRIES = 50
LARGEST_ENTRY = 2_000_000
# What operating systems put beside the files of a folder.
NOT_MEANT = ("__MACOSX/", ".DS_Store", "Thumbs.db")
# What comes up while damaged bytes are read; RuntimeError: a password is wanted.
DAMAGES = (
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
    EOFError,
    OSError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


class State(models.TextChoices):
    OK = "ok", gettext_lazy("OK")
    DUPLICATED = "duplicated", gettext_lazy("Duplicated")
    DAMAGED = "damaged", gettext_lazy("Damaged")


@dataclass
class Entry:
    """One file of a bundle; `words` say what is wrong with it."""

    name: str
    raw: bytes = b""
    state: State = State.OK
    words: str = ""
    licenses: int = 0

    def __str__(self) -> str:
        return f"{self.name}: {self.state.label}. {self.words}".strip()

    def damage(self, words: str) -> None:
        self.state, self.words = State.DAMAGED, words

    @property
    def is_ok(self) -> bool:
        return self.state == State.OK


class BundleError(ValueError):
    """The bundle as a whole cannot be read; its words say why."""


def is_bundle(raw: bytes) -> bool:
    return raw.startswith(MARKS)


def entries_of(raw: bytes) -> list[Entry]:
    """The files of a bundle in their order; the same file twice is a duplicate."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except DAMAGES as error:
        raise BundleError(_("The bundle is damaged. Pack it again.")) from error
    with archive:
        infos = [one for one in archive.infolist() if _is_meant(one)]
        if not infos:
            raise BundleError(_("The bundle is empty."))
        if len(infos) > MOST_ENTRIES:
            words = _("The bundle has more than %(most)d files. Split it.")
            raise BundleError(words % {"most": MOST_ENTRIES})
        entries = [_entry(archive, info) for info in infos]
    _mark_twins(entries)
    return entries


def _is_meant(info: zipfile.ZipInfo) -> bool:
    # is_dir() breaks where a damaged archive has no name at all.
    is_folder = info.filename.endswith("/")
    return not is_folder and not any(mark in info.filename for mark in NOT_MEANT)


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    entry = Entry(name=info.filename[-120:])
    try:
        with archive.open(info) as file:
            entry.raw = file.read(LARGEST_ENTRY + 1)
    except DAMAGES:
        entry.damage(_("It cannot be unpacked."))
    if len(entry.raw) > LARGEST_ENTRY:
        entry.damage(_("It is larger than 2 MB. Split it."))
    elif entry.is_ok and not entry.raw.strip():
        entry.damage(_("It is empty."))
    return entry


def _mark_twins(entries: list[Entry]) -> None:
    first: dict[bytes, str] = {}
    for entry in entries:
        if not entry.is_ok:
            continue
        name = first.setdefault(hashlib.sha256(entry.raw).digest(), entry.name)
        if name != entry.name:
            entry.state = State.DUPLICATED
            entry.words = _("The same as %(name)s.") % {"name": name}
