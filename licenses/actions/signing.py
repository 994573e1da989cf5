"""The key pairs that sign: a new one takes the place of the one before it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from companies import audit, vault
from companies.models import User
from companies.verbs import Verb
from licenses import keys
from licenses.actions import refusals
from licenses.models import SigningKey
from licenses.models.key import SEED


@transaction.atomic
def rotate_signing_key(*, retiring: str, by: User, at: datetime) -> SigningKey:
    """Sign with a new key pair from now on, and retire the one that signed until now.

    License keys and files that are made from now on are signed by the new one. What was
    signed before stays genuine, and apps that name the old account are answered in its
    name as before. `retiring` is the id of the pair that the person has seen as the
    active one, empty where there was none yet. Refused: anybody but vendor staff, and
    whoever comes second.
    """
    refusals.refuse_customers(by)
    active = SigningKey.objects.active().select_for_update().first()
    if retiring != (str(active.pk) if active else ""):
        raise ValidationError(_already())
    if active is not None:
        active.is_active, active.retired_at = False, at
        active.save(update_fields=["is_active", "retired_at"])
    try:
        with transaction.atomic():
            fresh = make_signing_key(at)
    except IntegrityError:  # the other was not there yet when we looked
        raise ValidationError(_already()) from None
    audit.record(
        company=None,
        by=by,
        verb=Verb.SIGNING_KEY_ROTATED if active else Verb.SIGNING_KEY_MADE,
        thing=fresh,
        old=active or "",
        at=at,
    )
    return fresh


def active_signing_key(at: datetime) -> SigningKey:
    """The one that signs today; made when something is to be signed first."""
    if active := SigningKey.objects.active().first():
        return active
    try:
        with transaction.atomic():
            return make_signing_key(at)
    except IntegrityError:  # somebody else made it at the same moment
        return SigningKey.objects.active().get()


@sensitive_variables("seed")
def make_signing_key(at: datetime) -> SigningKey:
    """A new pair that signs; raises IntegrityError while another one does."""
    seed, key_id = keys.new_seed(), uuid.uuid4()
    return SigningKey.objects.create(
        id=key_id,
        public_key=keys.public_key_of(seed),
        encrypted_seed=vault.seal(seed, purpose=SEED, row=key_id),
        created_at=at,
    )


def _already() -> str:
    return _("Somebody else has made a new signing key meanwhile. Look at it first.")
