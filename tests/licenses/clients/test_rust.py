"""keygen-py, a client compiled from Rust, unchanged: it reads JSON most strictly."""

import pytest
from django.utils import timezone

from licenses import actions
from licenses.actions.files import FileWish
from licenses.models import IssuedFile
from tests.licenses.clients.conftest import SERVER


@pytest.fixture
def ask(answers_of, facts):
    def asked(*questions, **options):
        return answers_of("rust_script.py", facts | {"questions": questions} | options)

    return asked


def test_a_server_from_activation_to_its_file(ask, license):
    """LI-07"""
    assert ask("key", ["validate", SERVER], ["activate", str(license.pk), SERVER]) == [
        True,
        "LicenseNotActivated",
        SERVER,
    ]

    assert ask(
        ["validate", SERVER],
        ["machines", SERVER],
        ["machine_file", SERVER],
        ["activate", str(license.pk), SERVER],
        ["activate", str(license.pk), "another server"],
    ) == [
        str(license.pk),
        [SERVER],
        [SERVER, str(license.pk), 7200],
        "MachineAlreadyActivated",
        "MachineLimitExceeded",
    ]


def test_files_from_the_portal_open(ask, facts, key):
    """LI-36"""
    at = timezone.now()
    actions.activate_key(key=key, by=None, at=at)
    wish = FileWish(
        key_text=facts["license_key"],
        expires_at=actions.usual_end(key.license, at),
        way=IssuedFile.Way.PORTAL,
    )
    who = {"wish": wish, "by": None, "at": at}
    of_license = actions.issue_license_file(license=key.license, **who).text
    of_machine = actions.issue_machine_file(seat=key.seat, **who).text

    assert ask(
        ["open_license_file", of_license],
        ["open_machine_file", of_machine, SERVER],
        ["open_machine_file", of_license, SERVER],
        ["open_machine_file", of_machine, "another server"],
    ) == [str(key.license_id), SERVER, "MachineFileInvalid", "DecryptionError"]


def test_what_it_raises_when_it_is_refused(ask, key):
    assert ask("validate", license_key="9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3") == [
        "LicenseKeyInvalid"
    ]
    assert ask("validate", public_key="00" * 32) != [str(key.license_id)]
