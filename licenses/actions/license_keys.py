"""The license's own key: what an app with a network shows, on whichever server."""

from __future__ import annotations

import json
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from companies import vault
from companies.models import User
from companies.verbs import Verb
from licenses import keys
from licenses.actions import refusals
from licenses.actions.records import record
from licenses.actions.signing import active_signing_key
from licenses.models import License
from licenses.models.key import OWN_KEY, SEED
from licenses.models.policy import Policy

SHORTEST, LONGEST = 6, 16384


@transaction.atomic
@sensitive_variables()
def make_license_key(
    *, license: License, by: User | None, at: datetime, text: str = ""
) -> str:
    """The license key; made when it is asked for the first time, and never changed.

    By the policy it is short, or signed so that an app can verify it. `text` is a key
    that the vendor brings along, 6 to 16384 characters. Refused: one that another
    license has, a license that is stopped, and anybody who may not make its keys.
    """
    refusals.refuse_strangers(by, license)
    license.lock()
    if license.encrypted_key is not None:
        return license_key_of(license)
    refusals.refuse_stopped(license)
    text = text.strip() or _made(license, at)
    if not SHORTEST <= len(text) <= LONGEST:
        raise ValidationError(_("A license key has 6 to 16384 characters."))
    license.encrypted_key = vault.seal(text.encode(), purpose=OWN_KEY, row=license.pk)
    license.key_digest = vault.digest_of(text, purpose=OWN_KEY)
    try:
        with transaction.atomic():
            license.save(update_fields=["encrypted_key", "key_digest"])
    except IntegrityError:
        raise ValidationError(_("Another license has this key.")) from None
    record(license, Verb.LICENSE_KEY_MADE, by=by, at=at)
    return text


@sensitive_variables()
def license_key_of(license: License) -> str:
    """The key as it was made; empty before that."""
    if license.encrypted_key is None:
        return ""
    return vault.unseal(license.encrypted_key, purpose=OWN_KEY, row=license.pk).decode()


@sensitive_variables()
def _made(license: License, at: datetime) -> str:
    if license.rules.scheme == Policy.Scheme.PLAIN:
        return keys.new_plain_key()
    signer = active_signing_key(at)
    seed = vault.unseal(signer.encrypted_seed, purpose=SEED, row=signer.pk)
    return keys.sign(_dataset(license, str(signer.pk)), seed)


def _dataset(license: License, account: str) -> bytes:
    """What a signed key says: identity only, for the end moves with renewals."""
    facts = {
        "account": {"id": account},
        "product": {"id": str(license.application.pk)},
        "policy": {"id": str(license.policy_id) if license.policy_id else None},
        "user": None,
        "license": {
            "id": str(license.pk),
            "created": keys.instant(license.created_at),
            "expiry": None,
        },
    }
    return json.dumps(facts, separators=(",", ":")).encode()
