"""The vendor's key pairs: whose private half signs, and whose public halves are tried.

No key id stands in a license key or a file, so whoever checks one tries the active pair
and then the retired ones.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.views.decorators.debug import sensitive_variables

from companies import vault
from companies.statements import NOBODY, KeptRows
from licenses.models import SigningKey
from licenses.models.key import SEED

_active = KeptRows(lambda _: SigningKey.objects.active().order_by())
# Each try costs a tenth of a millisecond; who rotates every month keeps two years.
MOST_TRIED = 25


@dataclass(frozen=True)
class Signer:
    """`id` stands for the vendor towards clients: the account, and the key's name."""

    id: UUID
    public_key: str
    private_key: Ed25519PrivateKey


def active() -> Signer | None:
    """None until the first license key was made: until then no client knows us."""
    return next(map(_signer, _active(NOBODY)), None)


def of_account(name: str) -> Signer | None:
    """The pair that apps know by this account, also when it is retired."""
    try:
        account = uuid.UUID(name)
    except ValueError:
        return None
    if str(account) != name.lower():  # UUID() takes spellings that no app was given
        return None
    return _signer(SigningKey.objects.filter(pk=account).first())


def tried() -> list[SigningKey]:
    """Whose public halves may have signed what somebody shows, the likeliest first."""
    return list(SigningKey.objects.by_likelihood()[:MOST_TRIED])


def _signer(key: SigningKey | None) -> Signer | None:
    if key is None:
        return None
    private_key = _opened(bytes(key.encrypted_seed), key.pk)
    return Signer(key.pk, key.public_key, private_key)


@lru_cache(maxsize=MOST_TRIED)
@sensitive_variables()
def _opened(sealed: bytes, row: UUID) -> Ed25519PrivateKey:
    seed = vault.unseal(sealed, purpose=SEED, row=row)
    return Ed25519PrivateKey.from_private_bytes(seed)
