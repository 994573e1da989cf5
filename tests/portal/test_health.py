"""What machines ask the portal, and what it answers when something is away."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from outbox.models import Message
from portal import health, heartbeat


@pytest.fixture
def alive(monkeypatch):
    """Worker and beat have just given a sign of life."""
    monkeypatch.setattr(heartbeat, "_left_at", {})
    heartbeat.leave(heartbeat.WORKER)
    heartbeat.leave(heartbeat.BEAT)
    yield
    cache.delete_many(["heartbeat:worker", "heartbeat:beat"])


def test_liveness_asks_no_database(client):
    # No `django_db` mark: a query would fail this test.
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.content == b"ok\n"


@pytest.mark.django_db
def test_readiness_is_ready_when_all_is_well(client, alive):
    response = client.get("/readyz")

    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "ready"
    assert answer["database"] == {"ok": True}
    assert answer["broker"] == {"ok": True}
    assert answer["worker"]["ok"]
    assert answer["beat"]["ok"]
    assert answer["oldest_due_mail"] == {"ok": True, "due_at": None}


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["worker", "beat"])
def test_readiness_is_degraded_when_somebody_is_silent(client, alive, who):
    long_ago = timezone.now() - health.SILENT_FOR_LONG - timedelta(seconds=1)
    cache.set(f"heartbeat:{who}", long_ago)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert not response.json()[who]["ok"]


@pytest.mark.django_db
def test_readiness_is_degraded_when_mail_is_late(client, alive):
    due_at = timezone.now() - health.MAIL_LATE_AFTER - timedelta(seconds=1)
    Message.objects.create(
        key="late", recipient="bob@acme.example", created_at=due_at, due_at=due_at
    )

    answer = client.get("/readyz").json()

    assert answer["status"] == "degraded"
    assert not answer["oldest_due_mail"]["ok"]
    assert answer["oldest_due_mail"]["due_at"]


def test_readiness_is_unavailable_without_database(client, alive):
    # No `django_db` mark: pytest-django forbids the connection, as an outage would.
    def refuse():
        raise health.DatabaseTrouble("away")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(health, "database_answers", refuse)
        patch.setattr(health.delivery, "oldest_due", lambda at: refuse())
        response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    assert not response.json()["database"]["ok"]


@pytest.mark.django_db
def test_readiness_is_unavailable_without_broker(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    response = client.get("/readyz")

    assert response.status_code == 503
    assert not response.json()["broker"]["ok"]
    assert response.json()["database"]["ok"]


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_only_reading_is_allowed(client, address):
    assert client.post(address).status_code == 405


def test_a_task_handed_over_by_beat_is_a_sign_of_life(monkeypatch):
    monkeypatch.setattr(heartbeat, "_left_at", {})
    cache.delete("heartbeat:beat")

    heartbeat.beat_lives(sender="outbox.tasks.deliver_due")

    assert heartbeat.seen_at(heartbeat.BEAT) is not None


def test_signs_of_life_are_left_sparingly(monkeypatch):
    monkeypatch.setattr(heartbeat, "_left_at", {})
    heartbeat.worker_lives()
    cache.delete("heartbeat:worker")

    heartbeat.worker_lives()

    assert heartbeat.seen_at(heartbeat.WORKER) is None
