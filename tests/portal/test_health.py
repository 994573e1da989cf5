"""What machines ask the portal, and what it answers when something is away."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from outbox.models import Message
from portal import health, heartbeat, runs
from portal.models import ErrandRun
from portal.schedule import ERRANDS


@pytest.fixture
def alive(monkeypatch):
    """Worker and beat have just given a sign of life, and every errand was begun."""
    monkeypatch.setattr(heartbeat, "_left_at", {})
    heartbeat.leave(heartbeat.WORKER)
    heartbeat.leave(heartbeat.BEAT)
    now = timezone.now()
    begun = {name: ErrandRun(errand=name, started_at=now) for name in ERRANDS}
    monkeypatch.setattr(runs, "latest", lambda: dict(begun))
    yield begun
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
    assert answer["reasons"] == []
    assert answer["database"] == {"ok": True}
    assert answer["broker"] == {"ok": True}
    assert answer["worker"]["ok"]
    assert answer["beat"]["ok"]
    assert answer["errands"] == {"ok": True, "late": []}
    assert answer["oldest_due_mail"] == {"ok": True, "due_at": None}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "words"),
    [("worker", "The workers stand still."), ("beat", "The clock (beat) stands still")],
)
def test_readiness_is_red_when_somebody_is_silent(client, alive, settings, who, words):
    settings.WORKERS_SILENT_MINUTES = 5
    cache.set(f"heartbeat:{who}", timezone.now() - timedelta(minutes=4, seconds=50))
    assert client.get("/readyz").status_code == 200

    cache.set(f"heartbeat:{who}", timezone.now() - timedelta(minutes=5, seconds=1))
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["status"] == "degraded"
    assert not response.json()[who]["ok"]
    [reason] = response.json()["reasons"]
    assert reason.startswith(words)
    assert f"Run: docker compose up --detach {who}" in reason


@pytest.mark.django_db
def test_a_silence_says_since_when(client, alive):
    """The last we know of it may be an errand that was begun."""
    cache.delete("heartbeat:beat")
    begun = timezone.now() - timedelta(minutes=40)
    for run in alive.values():
        run.started_at = begun

    [reason] = client.get("/readyz").json()["reasons"]

    assert f"Since {begun:%Y-%m-%d %H:%M} UTC." in reason


@pytest.mark.django_db
def test_what_never_lived_was_never_seen(client, caplog):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert caplog.records == [], "asked every few seconds, it fills no log"
    assert ["Never seen." in one for one in response.json()["reasons"]] == [True] * 2


@pytest.mark.django_db
def test_readiness_is_red_when_an_errand_is_late(client, alive):
    """Clock and workers live, and nobody does the work."""
    alive["deliver-due"].started_at -= timedelta(minutes=1 + 3, seconds=1)
    alive["remind-of-renewal"].started_at -= timedelta(minutes=60 + 2)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["errands"] == {"ok": False, "late": ["deliver-due"]}
    [reason] = response.json()["reasons"]
    assert reason.startswith("Errands are late")


@pytest.mark.django_db
def test_whoever_only_sends_requests_here_still_may(client, alive):
    """A dead clock must not take the pages away."""
    cache.delete("heartbeat:beat")

    response = client.get("/readyz?pages")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert len(response.json()["reasons"]) == 1


@pytest.mark.django_db
def test_readiness_is_degraded_when_mail_is_late(client, alive):
    due_at = timezone.now() - health.MAIL_LATE_AFTER - timedelta(seconds=1)
    Message.objects.create(
        key="late", recipient="bob@acme.example", created_at=due_at, due_at=due_at
    )

    response = client.get("/readyz")

    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "degraded"
    assert not answer["oldest_due_mail"]["ok"]
    assert answer["oldest_due_mail"]["due_at"]
    assert answer["reasons"] == ["Mail is due and has not been sent for ten minutes."]


def test_readiness_is_unavailable_without_database(client, alive):
    # No `django_db` mark: pytest-django forbids the connection, as an outage would.
    def refuse():
        raise health.DatabaseTrouble("away")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(health, "database_answers", refuse)
        patch.setattr(health.delivery, "oldest_due", lambda at: refuse())
        patch.setattr(runs, "latest", refuse)
        response = client.get("/readyz?pages")

    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    assert not response.json()["database"]["ok"]
    assert "The database does not answer." in response.json()["reasons"]


@pytest.mark.django_db
def test_readiness_is_unavailable_without_broker(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    response = client.get("/readyz?pages")

    assert response.status_code == 503
    assert not response.json()["broker"]["ok"]
    assert response.json()["database"]["ok"]
    assert "The broker does not answer." in response.json()["reasons"]


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
