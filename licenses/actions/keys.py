"""The keys of an On-Premises license: made for one server, then put into the app."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from companies import audit, vault
from companies.models import User
from companies.verbs import Verb
from contacts.models import TechnicalContact
from licenses import emails, keys, rights
from licenses.actions import ends
from licenses.keys import Claims
from licenses.models import License, LicenseKey, SigningKey
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
) -> LicenseKey:
    """Make the key for one server, until the end of the signed contract [LI-18].

    The key in use stays the one in use until the new one is activated [E12, E15]; a key
    that was made before and never activated is replaced. Asking twice for the same
    server gives the same key. Refused: Cloud [E9], an ended or off-boarded license,
    other hardware where the contract forbids it, and anybody but a technical contact of
    the application or vendor staff.
    """
    _refuse_strangers(by, license)
    license.lock()
    _refuse_keyless(license, at)
    _refuse_other_hardware(license, server_id)
    waiting = license.keys.waiting().first()
    if waiting and _serves(waiting, license, server_id, server_name):
        return waiting
    license.keys.waiting().update(superseded_at=at)
    key = _sign(license, server_id, server_name, by, at)
    _record(key, Verb.KEY_GENERATED, by, at)
    return key


@transaction.atomic
def activate_key(*, key: LicenseKey, by: User | None, at: datetime) -> LicenseKey:
    """Note that the app runs on this key from now on.

    The key before it is replaced, the license runs until the end of this one, and the
    other technical contacts are told. Refused: a key that is in use already, one that
    a newer key has replaced, one that has ended [E8], and anybody who may not make one.
    """
    license = key.license
    _refuse_strangers(by, license)
    license.lock()
    key.refresh_from_db(fields=["activated_at", "superseded_at"])
    _refuse_unusable(key, license, at)
    license.keys.current().exclude(pk=key.pk).update(superseded_at=at)
    key.activated_at, key.activated_by = at, by
    key.save(update_fields=["activated_at", "activated_by"])
    license.runs_until = key.ends_on
    ends.write(license, ["runs_until"], at=at)
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
    waits no more, somebody who is no contact of the application or cannot be reached.
    """
    license = key.license
    _refuse_strangers(by, license)
    _refuse_unusable(key, license, at)
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
def _sign(
    license: License, server_id: str, server_name: str, by: User | None, at: datetime
) -> LicenseKey:
    signer = _active_signing_key(at)
    seed = vault.unseal(signer.encrypted_seed, purpose=SEED, row=signer.pk)
    text = keys.write(_claims(license, server_id, at), seed)
    key_id = uuid.uuid4()
    return LicenseKey.objects.create(
        id=key_id,
        license=license,
        server_id=server_id,
        server_name=server_name,
        encrypted_text=vault.seal(text.encode(), purpose=KEY_TEXT, row=key_id),
        fingerprint=keys.fingerprint(text),
        signing_key=signer,
        users=license.users,
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
        users=license.users,
    )


@sensitive_variables()
def _active_signing_key(at: datetime) -> SigningKey:
    """The one that signs today; made when the first key is asked for."""
    if active := SigningKey.objects.filter(is_active=True).first():
        return active
    seed, key_id = keys.new_seed(), uuid.uuid4()
    fresh = SigningKey(
        id=key_id,
        public_key=keys.public_key_of(seed),
        encrypted_seed=vault.seal(seed, purpose=SEED, row=key_id),
        created_at=at,
    )
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:  # somebody else made it at the same moment
        return SigningKey.objects.get(is_active=True)
    return fresh


def _serves(
    key: LicenseKey, license: License, server_id: str, server_name: str
) -> bool:
    """Whether a key that waits says all that a new one would say."""
    return (key.server_id, key.server_name, key.ends_on, key.users) == (
        server_id,
        server_name,
        license.ends_on,
        license.users,
    )


def _refuse_strangers(by: User | None, license: License) -> None:
    if by is not None and not rights.may_generate_keys(by, license):
        raise PermissionDenied


def _refuse_keyless(license: License, at: datetime) -> None:
    """Licenses for which no key is made."""
    if license.application.is_cloud:
        raise ValidationError(_("A Cloud license needs no key: we renew it for you."))
    if license.is_offboarded:
        raise ValidationError(
            _("%(environment)s is off-boarded."),
            params={"environment": license.environment},
        )
    if license.ends_on < license.company.today(at):
        raise ValidationError(
            _("The contract ended on %(day)s. Have the license renewed first."),
            params={"day": day(license.ends_on)},
        )


def _refuse_other_hardware(license: License, server_id: str) -> None:
    in_use = license.keys.in_use().first()
    if in_use and in_use.server_id != server_id and not license.is_reassignable:
        raise ValidationError(
            _(
                "This license stays on the server %(server)s. To move it to other "
                "hardware, open a ticket."
            ),
            params={"server": in_use.server},
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
    license = key.license
    audit.record(
        company=license.company,
        by=by,
        verb=verb,
        thing=license,
        new=key.server,
        about=license.application.pk,
        at=at,
    )
