"""After a change of the master key: everything that is sealed, sealed with the new one.

In small batches, each of its own, so that nobody waits; it can be stopped and run again
at any time, and two at once do no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps as django_apps
from django.db import models, transaction

from companies import second_factor, vault
from companies.vault import SealedError

BATCH = 500
# What the rows of second factors hold encrypted: one text, or a list of them.
FACTOR_SECRETS = ("secret", "seed", "migrated_codes")


@dataclass
class Tally:
    """Of one kind of secret: how many rows were resealed, which open with no key."""

    resealed: int = 0
    current: int = 0
    shut: list[str] = field(default_factory=list)


def reseal() -> Iterator[tuple[str, Tally]]:
    """Each kind of sealed secret with what was done to it.

    What opens with today's master key is left alone. What opens with none is counted
    and left as it is: it is lost with its key, or damaged.
    """
    for model in sealing_models():
        for name, purpose in model.sealed.items():
            yield purpose, _reseal_field(model, name, purpose)
    yield "second factor", _reseal_second_factors()


def sealing_models() -> list[type[models.Model]]:
    """Those that keep something in the vault, as they say themselves."""
    return [one for one in django_apps.get_models() if getattr(one, "sealed", None)]


def _reseal_field(model: Any, name: str, purpose: str) -> Tally:
    tally = Tally()
    rows = model.objects.filter(**{f"{name}__isnull": False}).order_by("pk")
    for batch in _batches(rows, name):
        with transaction.atomic():
            for pk, sealed in batch:
                try:
                    fresh = vault.resealed(sealed, purpose=purpose, row=pk)
                except SealedError:
                    tally.shut.append(str(pk))
                    continue
                if fresh is None:
                    tally.current += 1
                else:
                    # Only what was read is replaced: another may have sealed anew.
                    unchanged = model.objects.filter(pk=pk, **{name: bytes(sealed)})
                    wanted = {name: fresh, **_digest(model, name, purpose, pk, fresh)}
                    tally.resealed += unchanged.update(**wanted)
    return tally


def _digest(model: Any, name: str, purpose: str, pk: Any, sealed: bytes) -> dict:
    """What such a secret is found by, where a model keeps that beside it."""
    digest = getattr(model, "digests", {}).get(name)
    if digest is None:
        return {}
    secret = vault.unseal(sealed, purpose=purpose, row=pk).decode()
    return {digest: vault.digest_of(secret, purpose=purpose)}


def _reseal_second_factors() -> Tally:
    """Those of django-allauth, which keeps them as text in a document."""
    tally = Tally()
    rows = Authenticator.objects.order_by("pk")
    for batch in _batches(rows, "data"):
        with transaction.atomic():
            for pk, data in batch:
                try:
                    fresh = {name: _resealed(name, data[name]) for name in data}
                except InvalidToken:
                    tally.shut.append(str(pk))
                    continue
                if fresh == data:
                    tally.current += 1
                else:
                    unchanged = Authenticator.objects.filter(pk=pk, data=data)
                    tally.resealed += unchanged.update(data=fresh)
    return tally


def _resealed(name: str, value: Any) -> Any:
    if name not in FACTOR_SECRETS:
        return value
    if isinstance(value, list):
        return [second_factor.resealed(one) for one in value]
    return second_factor.resealed(value)


def _batches(rows: Any, name: str) -> Iterator[list[tuple[Any, Any]]]:
    """Rows after rows by their key, however many there are."""
    found = list(rows.values_list("pk", name)[:BATCH])
    while found:
        yield found
        later = rows.filter(pk__gt=found[-1][0])
        found = list(later.values_list("pk", name)[:BATCH])
