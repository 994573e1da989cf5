"""A new master key: every stored secret is sealed anew, and the old key can go."""

import base64
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import BinaryField
from django.utils import timezone

from companies import actions
from companies.actions import sealing
from companies.models import SignOn
from companies.second_factor import SecondFactorAdapter
from licenses import actions as license_actions
from licenses import signers
from licenses.models import License, LicenseKey, SigningKey
from tests.factories.licenses import LicenseFactory

NEW_KEY = base64.b64encode(b"a new master key, 32 bytes long!").decode()
PURPOSES = {
    "signing seed",
    "license key",
    "key of a license",
    "sign-in client secret",
    "second factor",
}


@pytest.fixture
def key(db):
    license = LicenseFactory(starts_on=None, ends_on=date(2100, 1, 1))
    license_actions.make_license_key(license=license, by=None, at=timezone.now())
    return license_actions.generate_key(
        license=license, server_id="7C41-E09B-55D2", by=None, at=timezone.now()
    )


@pytest.fixture
def sign_on(acme):
    row = SignOn(company=acme, issuer="https://id.acme.example", client_id="portal")
    row.keep_secret("the client's secret")
    row.save()
    return row


@pytest.fixture
def factors(alice):
    seal = SecondFactorAdapter().encrypt
    kinds = {
        Authenticator.Type.TOTP: {"secret": seal("totp secret")},
        Authenticator.Type.RECOVERY_CODES: {
            "seed": seal("recovery seed"),
            "migrated_codes": [seal("code one")],
            "used_mask": 5,
        },
        Authenticator.Type.WEBAUTHN: {"credential": {"id": "x"}, "name": "Key"},
    }
    return [
        Authenticator.objects.create(user=alice, type=kind, data=data)
        for kind, data in kinds.items()
    ]


def change_master_key(settings):
    settings.SIGNING_MASTER_KEY_PREVIOUS = [settings.SIGNING_MASTER_KEY]
    settings.SIGNING_MASTER_KEY = NEW_KEY


def _found_by_its_key(license):
    license.refresh_from_db()
    text = license_actions.license_key_of(license)
    assert License.objects.by_key(text).get() == license
    return text


def secrets_of(key, sign_on, factors):
    """Everything that is sealed, opened."""
    opened = SecondFactorAdapter().decrypt
    for row in (key, sign_on, *factors):
        row.refresh_from_db()
    totp, codes, passkey = (row.data for row in factors)
    return [
        license_actions.text_of(key),
        _found_by_its_key(key.license),
        signers.active().public_key,
        sign_on.secret,
        opened(totp["secret"]),
        opened(codes["seed"]),
        opened(codes["migrated_codes"][0]),
        codes["used_mask"],
        passkey,
    ]


def test_every_field_that_is_encrypted_can_be_resealed():
    """What a model keeps in the vault and does not name would be lost with its key."""
    encrypted = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField) and field.name.startswith("encrypted_")
    }
    named = {
        (model._meta.label, name)
        for model in sealing.sealing_models()
        for name in model.sealed
    }

    assert named
    assert named == encrypted


def test_reseal_leaves_nothing_under_the_old_key(
    settings, key, sign_on, factors, monkeypatch
):
    before = secrets_of(key, sign_on, factors)
    change_master_key(settings)
    monkeypatch.setattr(sealing, "BATCH", 2)

    done = dict(actions.reseal())
    settings.SIGNING_MASTER_KEY_PREVIOUS = []

    assert secrets_of(key, sign_on, factors) == before
    assert {purpose: tally.resealed for purpose, tally in done.items()} == {
        **dict.fromkeys(PURPOSES, 1),
        "second factor": 2,
    }


def test_reseal_again_finds_all_of_it_current(settings, key, sign_on, factors):
    change_master_key(settings)
    list(actions.reseal())
    seed = bytes(SigningKey.objects.get().encrypted_seed)

    again = dict(actions.reseal())

    assert {tally.resealed for tally in again.values()} == {0}
    assert again["second factor"].current == 3
    assert bytes(SigningKey.objects.get().encrypted_seed) == seed


def test_what_opens_with_no_key_is_named_and_left(settings, key, factors, capsys):
    settings.SIGNING_MASTER_KEY = NEW_KEY
    before = bytes(LicenseKey.objects.get().encrypted_text)

    with pytest.raises(CommandError, match="5 secrets were left as they are"):
        call_command("reseal")

    assert f"license key {key.pk} opens with no key" in capsys.readouterr().err
    assert bytes(LicenseKey.objects.get().encrypted_text) == before


def test_the_command_says_what_it_did_and_that_the_old_key_may_go(
    settings, key, sign_on, capsys
):
    change_master_key(settings)

    call_command("reseal")

    said = capsys.readouterr().out
    assert "license key: 1 resealed, 0 were current\n" in said
    assert said.endswith("Nothing needs SIGNING_MASTER_KEY_PREVIOUS any more.\n")
