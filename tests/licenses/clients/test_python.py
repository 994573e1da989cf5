"""keygen-sdk, unchanged and apart from us, against the portal in production.

It checks the signature of every answer against the public key that it was given.
"""

import pytest
from django.utils import timezone

from licenses import actions
from tests.licenses.clients.conftest import SERVER


@pytest.fixture
def ask(answers_of, facts):
    """What the client says of these questions, one word or fact for each."""

    def asked(*questions, **options):
        return answers_of(
            "python_script.py", facts | {"questions": questions} | options
        )

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
