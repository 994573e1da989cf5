"""What machines ask the portal, and what it answers when something is away."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from outbox.models import Message
from portal import health, heartbeat, pulse, runs
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


@pytest.fixture(autouse=True)
def logged(monkeypatch, caplog):
    """What this process writes into the log, which begins after all was well."""
    monkeypatch.setattr(health, "journal", health.Journal(was_well=True))
    return lambda: [record.getMessage() for record in caplog.records]


def test_liveness_asks_no_database(client):
    # No `django_db` mark: a query would fail this test.
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.content == b"ok\n"


@pytest.mark.django_db
def test_readiness_is_ready_when_all_is_well(client, alive, logged):
    response = client.get("/readyz")

    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "ready"
    assert logged() == []
    assert answer["database"] == {"ok": True}
    assert answer["broker"] == {"ok": True}
    assert answer["worker"]["ok"]
    assert answer["beat"]["ok"]
    assert answer["errands"] == {"ok": True}
    assert answer["oldest_due_mail"] == {"ok": True, "due_at": None}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "words"),
    [("worker", "The workers stand still."), ("beat", "The clock (beat) stands still")],
)
def test_readiness_is_red_when_somebody_is_silent(
    client, alive, settings, logged, who, words
):
    settings.WORKERS_SILENT_MINUTES = 5
    cache.set(f"heartbeat:{who}", timezone.now() - timedelta(minutes=4, seconds=50))
    assert client.get("/readyz").status_code == 200

    cache.set(f"heartbeat:{who}", timezone.now() - timedelta(minutes=5, seconds=1))
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["status"] == "degraded"
    assert not response.json()[who]["ok"]
    [reason] = logged()
    assert reason.startswith(f"not ready: {words}")
    assert f"Run: docker compose up --detach {who}" in reason


@pytest.mark.django_db
def test_a_silence_says_since_when(client, alive, logged):
    """The last we know of it may be an errand that was begun."""
    cache.delete("heartbeat:beat")
    begun = timezone.now() - timedelta(minutes=40)
    for run in alive.values():
        run.started_at = begun

    client.get("/readyz")

    [reason] = logged()
    assert f"Since {begun:%Y-%m-%d %H:%M} UTC." in reason


@pytest.mark.django_db
def test_what_never_lived_was_never_seen(client, logged):
    response = client.get("/readyz")

    assert response.status_code == 503
    [reason] = logged()
    assert reason.count("Never seen.") == 2


@pytest.mark.django_db
def test_it_is_asked_every_few_seconds_and_says_each_thing_once(client, alive, logged):
    cache.delete("heartbeat:beat")
    client.get("/readyz")
    client.get("/readyz")
    assert len(logged()) == 1

    cache.set("heartbeat:beat", timezone.now())
    client.get("/readyz")
    client.get("/readyz")

    assert logged()[1:] == ["ready again"]


@pytest.mark.django_db
def test_a_stranger_hears_no_names_and_no_commands(client):
    """Anybody may ask: which errands there are, and what runs here, is not theirs."""
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert {
        key: set(fact) for key, fact in answer.json().items() if key != "status"
    } == {
        "database": {"ok"},
        "broker": {"ok"},
        "worker": {"ok", "seen_at"},
        "beat": {"ok", "seen_at"},
        "errands": {"ok"},
        "oldest_due_mail": {"ok", "due_at"},
    }
    words = answer.content.decode()
    for inner in [*ERRANDS, "celery", "docker"]:
        assert inner not in words


@pytest.mark.django_db
def test_readiness_is_red_when_an_errand_is_late(client, alive, logged):
    """Clock and workers live, and nobody does the work."""
    alive["deliver-due"].started_at -= timedelta(minutes=1 + 3, seconds=1)
    alive["remind-of-renewal"].started_at -= timedelta(minutes=60 + 2)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["errands"] == {"ok": False}
    [reason] = logged()
    assert reason.startswith("not ready: Errands are late")
    assert "Late: deliver-due. Run: docker" in reason


@pytest.mark.django_db
def test_whoever_only_sends_requests_here_still_may(client, alive):
    """A dead clock must not take the pages away."""
    cache.delete("heartbeat:beat")

    response = client.get("/readyz?pages")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"


@pytest.mark.django_db
def test_readiness_is_degraded_when_mail_is_late(client, alive, logged):
    due_at = timezone.now() - pulse.MAIL_LATE_AFTER - timedelta(seconds=1)
    Message.objects.create(
        key="late", recipient="bob@acme.example", created_at=due_at, due_at=due_at
    )

    response = client.get("/readyz")

    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "degraded"
    assert not answer["oldest_due_mail"]["ok"]
    assert answer["oldest_due_mail"]["due_at"]
    [reason] = logged()
    assert reason == "not ready: Mail is due and has not been sent for ten minutes."


def test_readiness_is_unavailable_without_database(client, alive, logged):
    # No `django_db` mark: pytest-django forbids the connection, as an outage would.
    def refuse():
        raise health.DatabaseTrouble("away")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(health, "database_answers", refuse)
        patch.setattr(pulse.delivery, "oldest_due", lambda at: refuse())
        patch.setattr(runs, "latest", refuse)
        response = client.get("/readyz?pages")

    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    assert not response.json()["database"]["ok"]
    assert "The database does not answer." in logged()[0]


@pytest.mark.django_db
def test_readiness_is_unavailable_without_broker(client, settings, logged):
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
    assert "The broker does not answer." in logged()[0]


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


def test_a_portal_that_starts_is_not_called_unwell_at_once(settings, logged):
    settings.WORKERS_SILENT_MINUTES = 3
    journal, start = health.Journal(), timezone.now()

    journal.note(["The clock stands still."], start)
    journal.note(["The clock stands still."], start + timedelta(minutes=2))
    assert logged() == []

    journal.note(["The clock stands still."], start + timedelta(minutes=3))
    assert logged() == ["not ready: The clock stands still."]


def test_what_goes_wrong_once_all_was_well_is_said_at_once(settings, logged):
    settings.WORKERS_SILENT_MINUTES = 3
    journal, start = health.Journal(), timezone.now()

    journal.note(["The clock stands still."], start)
    journal.note([], start + timedelta(seconds=20))
    journal.note(["The workers stand still."], start + timedelta(seconds=30))

    assert logged() == ["not ready: The workers stand still."]
