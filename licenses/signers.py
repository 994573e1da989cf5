"""The signing key of today, its private half open, for what is signed on request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.views.decorators.debug import sensitive_variables

from companies import vault
from licenses.models import SigningKey
from licenses.models.key import SEED


@dataclass(frozen=True)
class Signer:
    """`id` stands for the vendor towards clients: the account, and the key's name."""

    id: UUID
    public_key: str
    private_key: Ed25519PrivateKey


def active() -> Signer | None:
    """None until the first license key was made: until then no client knows us."""
    key = SigningKey.objects.filter(is_active=True).first()
    if key is None:
        return None
    private_key = _opened(bytes(key.encrypted_seed), key.pk)
    return Signer(key.pk, key.public_key, private_key)


@lru_cache(maxsize=4)
@sensitive_variables()
def _opened(sealed: bytes, row: UUID) -> Ed25519PrivateKey:
    seed = vault.unseal(sealed, purpose=SEED, row=row)
    return Ed25519PrivateKey.from_private_bytes(seed)
