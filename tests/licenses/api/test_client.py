"""A published client, unchanged and in a process of its own, against a running portal.

It checks the signature of every answer against the public key that it was given.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from licenses import actions
from licenses.models import SigningKey
from tests.factories.licenses import LicenseFactory

SERVER = "7C41-E09B-55D2"
SCRIPT = Path(__file__).with_name("client_script.py")


@pytest.fixture
def license(transactional_db):
    cache.clear()
    at = timezone.now()
    end = at.date().replace(year=at.year + 1, day=1)
    return LicenseFactory(starts_on=None, ends_on=end)


@pytest.fixture
def key(license):
    return actions.generate_key(
        license=license, server_id=SERVER, by=None, at=timezone.now()
    )


@pytest.fixture
def ask(live_server, license, key):
    """What the client says of these questions, one word or fact for each."""

    def asked(*questions, **options):
        told = {
            "api_url": live_server.url,
            "public_key": SigningKey.objects.get().public_key,
            "license_key": actions.text_of(key),
            "product": str(license.application.pk),
            "questions": questions,
        }
        # -I: neither our code nor our environment is within its reach.
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT],
            input=json.dumps(told | options),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return asked


def activate(key):
    actions.activate_key(key=key, by=None, at=timezone.now())


def test_a_server_is_valid_once_its_key_is_activated(ask, key, license):
    assert ask("me", "key", ["validate", SERVER]) == [
        str(license.pk),
        "genuine",
        "LicenseNotActivatedError",
    ]

    activate(key)

    assert ask(["validate", SERVER], ["validate"], ["validate", "OTHER"]) == [
        "VALID",
        "VALID",
        "LicenseNotActivatedError",
    ]


def test_the_client_activates_its_server_by_itself(ask, license):
    """LI-07"""
    assert ask("machines", "entitlements", ["activate", SERVER]) == [[], [], SERVER]

    assert ask(
        "machines",
        ["machine", SERVER],
        ["validate", SERVER],
        ["activate", SERVER],
        ["activate", "weird/server with space.%"],
    ) == [
        [SERVER],
        str(license.pk),
        "VALID",
        "MachineAlreadyActivatedError",
        "MachineLimitExceededError",
    ]


def test_the_client_opens_its_files(ask, key, license):
    activate(key)
    of_license, of_machine = [str(license.pk), 7200], [SERVER, str(license.pk)]

    assert ask(
        "license_file",
        ["license_file", "plain"],
        ["machine_file", SERVER],
        ["machine_file", SERVER, "plain"],
        ["machine_file", "OTHER"],
    ) == [of_license, of_license, of_machine, of_machine, "NotFoundError"]


def test_what_the_client_raises_when_it_is_refused(ask, key, license):
    activate(key)

    assert ask("me", license_key="9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3") == [
        "LicenseKeyError"
    ]
    assert ask("validate", product="another") == ["ValidationProductMissingError"]
    assert ask("me", public_key="00" * 32) == ["ResponseSignatureInvalidError"]


def test_an_ended_contract_is_expired_after_its_grace(ask, key, license):
    """LI-28"""
    activate(key)
    today = timezone.now().date()
    license.starts_on, license.ends_on = None, today.replace(year=today.year - 1)
    license.save(update_fields=["starts_on", "ends_on"])

    assert ask("me", ["validate", SERVER]) == [str(license.pk), "LicenseExpiredError"]


def test_an_offboarded_environment_is_no_license_any_more(ask, key, license):
    activate(key)
    license.environment.offboarded_at = timezone.now()
    license.environment.save()

    assert ask("me") == ["LicenseKeyError"]
