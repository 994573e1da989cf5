"""Published clients, each in a process of its own, beside a portal in production."""

import json
import subprocess
from pathlib import Path

import clients
import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from licenses import actions
from licenses.actions.signing import active_signing_key
from licenses.models import SigningKey
from tests.factories.apps import EnvironmentFactory
from tests.factories.licenses import LicenseFactory
from tests.licenses.clients.serving import portal

SERVER = "7C41-E09B-55D2"
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def python_of_clients():
    """Theirs alone: made from requirements/clients.txt when it is not there yet."""
    return clients.provide()


@pytest.fixture(scope="session")
def served(django_db_setup, tmp_path_factory):
    with portal(connection.settings_dict, tmp_path_factory.mktemp("portal")) as address:
        yield address


@pytest.fixture
def license(transactional_db):
    cache.clear()  # how often a key was tried is counted there
    at = timezone.now()
    end = at.date().replace(year=at.year + 1, day=1)
    environment = EnvironmentFactory(application__on_premises=True)
    return LicenseFactory(environment=environment, starts_on=None, ends_on=end)


@pytest.fixture
def key(license):
    return actions.generate_key(
        license=license, server_id=SERVER, by=None, at=timezone.now()
    )


@pytest.fixture
def facts(served, license, key):
    """What an app is built with, and the key for its server that a person pasted."""
    return {
        "api_url": served,
        "public_key": SigningKey.objects.active().get().public_key,
        "license_key": actions.text_of(key),
        "product": str(license.application.pk),
    }


@pytest.fixture
def own_facts(served, license):
    """The same, with the license's own short key, which is for any server."""
    at = timezone.now()
    signing_key = active_signing_key(at)
    return {
        "api_url": served,
        "public_key": signing_key.public_key,
        "license_key": actions.make_license_key(license=license, by=None, at=at),
        "product": str(license.application.pk),
    }


@pytest.fixture
def answers_of(python_of_clients):
    """What a script says when it is told these facts; it says it as JSON."""

    def run(script, told):
        # -I: neither our code nor our environment is within its reach.
        done = subprocess.run(
            [python_of_clients, "-I", HERE / script],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise AssertionError(done.stderr) from None

    return run
