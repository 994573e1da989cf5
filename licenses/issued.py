"""Every key and file that was given out, and what of it is out there off line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import User
from licenses.models import IssuedFile, License, LicenseKey
from ui.states import state_of

CHUNK = 500
TABS: dict[str, str | Promise] = {
    "files": gettext_lazy("Files that work"),
    "all-files": gettext_lazy("All files"),
    "keys": gettext_lazy("Keys that work"),
    "all-keys": gettext_lazy("All keys"),
}


@dataclass(frozen=True)
class Scope:
    """Whose keys and files: those of these licenses, as far as somebody sees them.

    Of On-Premises licenses alone: for Cloud nothing is ever given out [E9].
    """

    user: User
    licenses: QuerySet
    today: date
    at: datetime

    @property
    def files(self) -> QuerySet:
        found = IssuedFile.objects.visible_to(self.user)
        return found.filter(license__in=self._own).with_license().with_people()

    @property
    def keys(self) -> QuerySet:
        found = LicenseKey.objects.visible_to(self.user)
        return found.filter(license__in=self._own).with_license()

    @property
    def _own(self) -> QuerySet:
        return self.licenses.on_premises().order_by().values("pk")

    def rows(self, which: str) -> tuple[QuerySet, tuple[str, str]]:
        """The rows of a tab, and the order in which they stand."""
        if which == "all-files":
            return self.files, ("-issued_at", "id")
        if which == "keys":
            return self.keys.working(self.today), ("-made_at", "id")
        if which == "all-keys":
            return self.keys, ("-made_at", "id")
        return self.files.out_there(self.at), ("-issued_at", "id")


def which_in(query: QueryDict) -> str:
    which = query.get("which", "")
    return which if which in TABS else "files"


def lines(scope: Scope, which: str) -> Iterator[list[Any]]:
    """The same as a sheet: the head, and a line for each; no key and no file."""
    rows, order = scope.rows(which)
    write = _key_cells if which.endswith("keys") else _file_cells
    yield _key_head() if which.endswith("keys") else _file_head()
    for row in rows.order_by(*order).iterator(chunk_size=CHUNK):
        yield [*_which(row.license), *write(row, scope)]


def _which(license: License) -> list[str]:
    return [
        str(license),
        license.application.name,
        license.environment.name,
        license.company.name,
    ]


def _head() -> list[str]:
    return [_("License"), _("App"), _("Environment"), _("Company")]


def _file_head() -> list[str]:
    return [
        *_head(),
        _("File"),
        _("Server"),
        _("How"),
        _("Encrypted"),
        _("Issued"),
        _("By"),
        _("Works until"),
        _("Says the license ends"),
        _("State"),
        _("SHA-256"),
    ]


def _file_cells(row: IssuedFile, scope: Scope) -> list[Any]:
    state = "file.out_there" if row.is_out_there(scope.at) else "file.stale"
    return [
        str(row.get_kind_display()),
        str(row.seat or ""),
        str(row.get_way_display()),
        _("yes") if row.is_encrypted else _("no"),
        row.issued_at.isoformat(timespec="seconds"),
        str(row.issued_by or ""),
        row.expires_at.isoformat(timespec="seconds"),
        row.ends_on,
        str(state_of(state).word),
        row.sha256,
    ]


def _key_head() -> list[str]:
    return [
        *_head(),
        _("Key"),
        _("Server"),
        _("Server ID"),
        _("Made"),
        _("By"),
        _("Activated"),
        _("Works until"),
        _("State"),
    ]


def _key_cells(row: LicenseKey, scope: Scope) -> list[Any]:
    activated = row.activated_at
    return [
        row.fingerprint,
        row.server_name,
        row.server_id,
        row.made_at.isoformat(timespec="seconds"),
        str(row.made_by or ""),
        activated.isoformat(timespec="seconds") if activated else "",
        row.ends_on,
        str(state_of(row).word),
    ]
