"""Who asks by a token: a machine of the vendor, or an app by one of its license."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.views.decorators.debug import sensitive_variables

from apps.models import Application, ApplicationQuerySet
from companies.models import User
from licenses import actions, documents
from licenses.api import limits
from licenses.api.errors import RefusedError, not_found
from licenses.api.holders import Bearer
from licenses.models import ApiToken, License, LicenseQuerySet, Seat, SeatQuerySet


@dataclass(frozen=True)
class Vendor:
    """A machine of the vendor: it acts in the name of whoever made its token."""

    token: ApiToken
    at: datetime

    @property
    def person(self) -> User:
        return self.token.made_by

    @property
    def licenses(self) -> LicenseQuerySet:
        """Those that the token opens; a revoked license is gone."""
        found = License.objects.filter(revoked_at__isnull=True)
        found = found.with_rules().with_last_file_at()
        application = self.token.application
        return found.of(application) if application else found

    @property
    def servers(self) -> SeatQuerySet:
        """Where those run."""
        active = Seat.objects.active().with_license().with_last_file_at()
        return active.filter(license__in=self.licenses.order_by().values("pk"))

    def about(self, name: str) -> Bearer:
        """The license of this id or key, as its own key would show it."""
        pk = as_uuid(name)
        found = self.licenses.filter(pk=pk) if pk else self.licenses.by_key(name)
        if license := found.first():
            return Bearer(license, actions.license_key_of(license), self.at)
        raise not_found()

    def server(self, name: str) -> Seat:
        """By its id: a fingerprint may be that of many licenses."""
        pk = as_uuid(name)
        if pk and (seat := self.servers.filter(pk=pk).first()):
            return seat
        raise not_found()

    beating = server

    def holding(self, name: str) -> tuple[Bearer, Seat]:
        """The license that this server holds, and the server."""
        seat = self.server(name)
        return self.about(str(seat.license_id)), seat

    def refuse_stopped(self) -> None:
        """The vendor reads also what is stopped."""

    @property
    def applications(self) -> ApplicationQuerySet:
        """The products whose licenses the token opens."""
        found = Application.objects.select_related("company")
        application = self.token.application_id
        return found.filter(pk=application) if application else found


@sensitive_variables()
def bearer_of(text: str, at: datetime) -> Bearer | Vendor:
    """Who shows this token; refused when it is unknown, revoked or too old."""
    limits.count_key(text, at)
    token = ApiToken.objects.by_text(text).with_people().first()
    if token is None or token.revoked_at or not _still_works_here(token.made_by):
        raise RefusedError(401, "TOKEN_INVALID", "The token is not valid.")
    if not token.is_good(at):
        raise RefusedError(401, "TOKEN_EXPIRED", "The token is too old.")
    actions.note_use(token, at=at)
    if token.kind != ApiToken.Kind.ACTIVATION:
        return Vendor(token, at)
    licenses = License.objects.live().on_premises().with_rules()
    if license := licenses.filter(pk=token.license_id).first():
        return Bearer(license, actions.license_key_of(license), at)
    raise RefusedError(401, "TOKEN_INVALID", "The license of this token is gone.")


def token_of(token: ApiToken) -> dict[str, Any]:
    """What may be known of a token; its text only when it is made."""
    return {
        "id": str(token.pk),
        "type": "tokens",
        "attributes": {
            "kind": f"{token.kind}-token",
            "name": token.name,
            "expiry": documents.moment(token.expires_at),
            "created": documents.moment(token.made_at),
            "updated": documents.moment(token.revoked_at or token.made_at),
        },
        "relationships": {},
    }


def as_uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def _still_works_here(person: User) -> bool:
    return person.is_active and person.is_staff
