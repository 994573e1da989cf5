"""An app on the server of Depot Control's production, and how it asks."""

import json

import pytest
from django.core.cache import cache

from licenses import actions
from licenses.actions.keys import active_signing_key
from tests.factories.licenses import PolicyFactory

SERVER = "7C41-E09B-55D2"


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def now(monkeypatch, at):
    """The endpoints' clock, which a test may set."""

    class Clock:
        value = at

    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.value)
    return Clock


@pytest.fixture
def waiting(production, at):
    """Made for the server, and not activated yet."""
    return actions.generate_key(
        license=production,
        server_id=SERVER,
        server_name="rtm-app-01",
        by=None,
        at=at,
    )


@pytest.fixture
def in_use(waiting, at):
    return actions.activate_key(key=waiting, by=None, at=at)


@pytest.fixture
def key(in_use):
    return actions.text_of(in_use)


@pytest.fixture
def public_key(db, at):
    """Of the key that signs today, made when it is asked for."""
    return active_signing_key(at).public_key


@pytest.fixture
def own(production, at):
    """The license's own key, which works on any server."""
    return actions.make_license_key(license=production, by=None, at=at)


def put_under(license, **rules):
    """The license comes under a policy with these rules."""
    license.policy = PolicyFactory(**rules)
    license.save(update_fields=["policy"])
    return license.policy


class Caller:
    """Asks as an app does: no session, the key in the header, JSON bodies."""

    def __init__(self, client):
        self.client = client

    def get(self, address, key=None, **headers):
        return self.client.get(f"/v1/{address}", headers=shown(key) | headers)

    def delete(self, address, body=None, key=None, **headers):
        return self._send("delete", address, body, key, headers)

    def patch(self, address, body=None, key=None, **headers):
        return self._send("patch", address, body, key, headers)

    def put(self, address, body=None, key=None, **headers):
        return self._send("put", address, body, key, headers)

    def activate(self, key, license, fingerprint=SERVER, **facts):
        """The app tells that it runs on this server."""
        data = {
            "type": "machines",
            "attributes": {"fingerprint": fingerprint} | facts,
            "relationships": {"license": {"data": {"id": str(license.pk)}}},
        }
        return self.post("machines", {"data": data}, key)

    def post(self, address, body=None, key=None, **headers):
        return self._send("post", address, body, key, headers)

    def _send(self, method, address, body, key, headers):
        return getattr(self.client, method)(
            f"/v1/{address}",
            data="" if body is None else json.dumps(body),
            content_type="application/vnd.api+json",
            headers=shown(key) | headers,
        )


def shown(key):
    return {"Authorization": f"License {key}"} if key else {}


@pytest.fixture
def app(client, now):
    client.handler.enforce_csrf_checks = True
    return Caller(client)


def code_of(answer):
    return answer.json()["errors"][0]["code"]


def validate_key(app, key, **meta):
    return app.post("licenses/actions/validate-key", {"meta": {"key": key} | meta})
