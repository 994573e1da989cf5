"""The keys of an On-Premises license: made for one server, then put into the app."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from companies import vault
from companies.models import User
from companies.verbs import Verb
from contacts.models import TechnicalContact
from licenses import emails, keys
from licenses.actions import refusals, seats
from licenses.actions.records import record
from licenses.actions.signing import active_signing_key
from licenses.keys import Claims
from licenses.models import License, LicenseKey, Seat
from licenses.models.key import KEY_TEXT, SEED
from ui.times import day


@transaction.atomic
def generate_key(
    *,
    license: License,
    server_id: str,
    by: User | None,
    at: datetime,
    server_name: str = "",
    replaces: Seat | None = None,
) -> LicenseKey:
    """Make the key for one server, until the end of the signed contract [LI-18].

    The server takes a seat of the license, as if it had been activated over the
    network; `replaces` names the server it takes over from where there are several.

    The key in use stays the one in use until the new one is activated [E12, E15]; a key
    that was made before and never activated is replaced. Asking twice for the same
    server gives the same key. Refused: Cloud [E9], an ended or off-boarded license,
    other hardware where the contract forbids it, and anybody but a technical contact of
    the application or vendor staff.
    """
    refusals.refuse_strangers(by, license)
    seats.hold(license)
    refusals.refuse_stopped(license)
    _refuse_ended(license, at)
    seat = seats.claim_seat(
        license,
        server_id,
        by=by,
        at=at,
        server_name=server_name,
        replaces=replaces,
    )
    waiting = seat.keys.waiting().first()
    if waiting and _serves(waiting, license, server_name):
        return waiting
    seat.keys.waiting().update(superseded_at=at)
    key = _sign(seat, server_name, by, at)
    _record(key, Verb.KEY_GENERATED, by, at)
    return key


def make_successors(
    license: License, *, by: User | None, at: datetime
) -> list[LicenseKey]:
    """After a renewal: the next key for each server that has one [LI-19].

    For whoever holds the row. They wait, and the keys in use stay so until they are
    activated [E12]. None while a license is suspended.
    """
    if license.is_suspended or license.application.is_cloud:
        return []
    made = []
    for seat in license.seats.live():
        newest = seat.keys.current().order_by("-made_at").first()
        if newest is None:
            continue
        seat.license = license
        seat.keys.waiting().update(superseded_at=at)
        made.append(_sign(seat, newest.server_name, by, at))
        _record(made[-1], Verb.KEY_GENERATED, by, at)
    return made


@transaction.atomic
def activate_key(*, key: LicenseKey, by: User | None, at: datetime) -> LicenseKey:
    """Note that the app runs on this key from now on.

    The key before it is replaced, the license runs until the end of this one, and the
    other technical contacts are told. Refused: a key that is in use already, one that
    a newer key has replaced, one that has ended [E8], and anybody who may not make one.
    """
    license = key.license
    refusals.refuse_strangers(by, license)
    license.lock()
    key.refresh_from_db(fields=["activated_at", "superseded_at", "seat"])
    _refuse_unusable(key, license, at)
    refusals.refuse_stopped(license)
    key.seat.license = license
    seats.take_over(key.seat, by=by, at=at)
    key.seat.keys.current().exclude(pk=key.pk).update(superseded_at=at)
    key.activated_at, key.activated_by = at, by
    key.save(update_fields=["activated_at", "activated_by"])
    seats.settle(license, at=at)
    _record(key, Verb.KEY_ACTIVATED, by, at)
    emails.key_activated(key, by=by)
    return key


@transaction.atomic
def send_key_link(
    *, key: LicenseKey, contact: TechnicalContact, by: User, at: datetime
) -> bool:
    """Ask another technical contact, who is at the server, to activate a key.

    They get the steps and a link to the key's page, never the key. Once a day is
    enough: False says that the letter of today is there already. Refused: a key that
    waits no more, one of a stopped license, somebody who is no contact of the
    application or cannot be reached.
    """
    license = key.license
    refusals.refuse_strangers(by, license)
    _refuse_unusable(key, license, at)
    refusals.refuse_stopped(license)
    reachable = TechnicalContact.objects.reachable_for(license.application)
    if not reachable.filter(pk=contact.pk).exists():
        raise ValidationError(
            _("%(person)s is no technical contact of this app."),
            params={"person": contact.user},
        )
    return emails.key_link(key, to=contact.user, by=by, at=at)


@sensitive_variables()
def text_of(key: LicenseKey) -> str:
    """The key itself, opened for the one page that shows it."""
    return vault.unseal(key.encrypted_text, purpose=KEY_TEXT, row=key.pk).decode()


@sensitive_variables()
def _sign(seat: Seat, server_name: str, by: User | None, at: datetime) -> LicenseKey:
    license = seat.license
    signer = active_signing_key(at)
    seed = vault.unseal(signer.encrypted_seed, purpose=SEED, row=signer.pk)
    text = keys.write(_claims(license, seat.server_id, at), seed)
    key_id = uuid.uuid4()
    return LicenseKey.objects.create(
        id=key_id,
        license=license,
        seat=seat,
        server_id=seat.server_id,
        server_name=server_name,
        encrypted_text=vault.seal(text.encode(), purpose=KEY_TEXT, row=key_id),
        fingerprint=keys.fingerprint(text),
        signing_key=signer,
        users=license.covered_users,
        ends_on=license.ends_on,
        made_at=at,
        made_by=by,
    )


def _claims(license: License, server_id: str, at: datetime) -> Claims:
    return Claims(
        license_id=str(license.pk),
        license_number=license.number,
        server_id=server_id,
        ends_on=license.ends_on,
        expires_at=license.expires_at,
        issued_at=at,
        users=license.covered_users,
    )


def _serves(key: LicenseKey, license: License, server_name: str) -> bool:
    """Whether a key that waits says all that a new one would say."""
    return (key.server_name, key.ends_on, key.users) == (
        server_name,
        license.ends_on,
        license.covered_users,
    )


def _refuse_ended(license: License, at: datetime) -> None:
    if license.ends_on < license.company.today(at):
        raise ValidationError(
            _("The contract ended on %(day)s. Have the license renewed first."),
            params={"day": day(license.ends_on)},
        )


def _refuse_unusable(key: LicenseKey, license: License, at: datetime) -> None:
    if key.superseded_at:
        raise ValidationError(_("A newer key has replaced this one."))
    if key.activated_at:
        raise ValidationError(_("This key is active already."))
    if key.ends_on < license.company.today(at):
        raise ValidationError(
            _("This key ended on %(day)s. Generate a new one."),
            params={"day": day(key.ends_on)},
        )


def _record(key: LicenseKey, verb: Verb, by: User | None, at: datetime) -> None:
    record(key.license, verb, by=by, at=at, new=key.server)
