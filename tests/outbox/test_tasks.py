"""The errands: one round each, and a nudge that may fail but never hurts."""

import socket
import time
from datetime import datetime, timedelta

import pytest
from celery import current_app, signals
from django.db import transaction
from django.utils import timezone

from outbox import tasks
from outbox.delivery import Report
from outbox.models import Message
from outbox.posting import post
from tests.factories.outbox import MessageFactory


@pytest.fixture(autouse=True)
def _forgetful_broker(monkeypatch):
    """What one test learns about the broker is not known to the next."""
    monkeypatch.setattr(tasks._Broker, "silent_until", 0.0)


@pytest.fixture
def broker(monkeypatch):
    """Sends every nudge of this process to the broker at that address."""

    def _at(url):
        real = current_app.connection_for_write
        monkeypatch.setattr(
            current_app,
            "connection_for_write",
            lambda **options: real(url, **options),
        )

    return _at


@pytest.mark.django_db(transaction=True)
def test_deliver_due_sends_what_is_due(mailoutbox):
    MessageFactory(recipient="jonas@acme.example")

    tasks.deliver_due()

    assert len(mailoutbox) == 1
    assert Message.objects.sent().count() == 1


@pytest.mark.parametrize(("more", "nudges"), [(True, 1), (False, 0)])
def test_deliver_due_asks_again_when_time_was_too_short(monkeypatch, more, nudges):
    asked = []
    monkeypatch.setattr(tasks, "nudge", lambda: asked.append(1))
    monkeypatch.setattr(tasks.delivery, "deliver", lambda **_: Report(more=more))

    tasks.deliver_due()

    assert len(asked) == nudges


@pytest.mark.parametrize(("rest", "wait"), [(10, 11), (-5, 1), (300, None)])
def test_deliver_due_comes_again_when_the_lane_has_rested(monkeypatch, rest, wait):
    """A long rest is left to the sweep: the broker may lose what it keeps."""
    asked = []
    monkeypatch.setattr(tasks, "nudge", lambda after: asked.append(after))
    again_at = timezone.now() + timedelta(seconds=rest)
    report = Report(trouble="no route", again_at=again_at)
    monkeypatch.setattr(tasks.delivery, "deliver", lambda **_: report)

    tasks.deliver_due()

    assert asked == ([pytest.approx(wait, abs=0.5)] if wait else [])


def test_a_worker_that_starts_looks_what_is_due(monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "nudge", lambda: asked.append(1))

    signals.worker_ready.send(sender=None)

    assert asked == [1]


def test_a_nudge_for_later_waits_at_the_broker(settings, broker):
    broker(settings.REDIS_URL)
    with current_app.connection_for_read(settings.REDIS_URL) as connection:
        queue = connection.SimpleQueue("celery")
        queue.clear()

        tasks.nudge(after=30)

        task = queue.get(timeout=5)
        assert datetime.fromisoformat(task.headers["eta"]) > timezone.now()
        task.ack()
        queue.close()


def test_a_nudge_reaches_the_broker(settings, broker):
    broker(settings.REDIS_URL)
    with current_app.connection_for_read(settings.REDIS_URL) as connection:
        queue = connection.SimpleQueue("celery")
        queue.clear()

        tasks.nudge()

        task = queue.get(timeout=5)
        assert task.headers["task"] == "outbox.tasks.deliver_due"
        task.ack()
        queue.close()


@pytest.mark.parametrize("after", [0, 30])
def test_a_nudge_is_void_once_the_sweep_has_come(settings, broker, after):
    """With much due, every letter's nudge would hold a worker for a whole round."""
    broker(settings.REDIS_URL)
    with current_app.connection_for_read(settings.REDIS_URL) as connection:
        queue = connection.SimpleQueue("celery")
        queue.clear()

        tasks.nudge(after=after)

        task = queue.get(timeout=5)
        void_at = datetime.fromisoformat(task.headers["expires"])
        wait = (void_at - timezone.now()).total_seconds()
        assert wait == pytest.approx(after + tasks.SWEEP_SECONDS, abs=5)
        task.ack()
        queue.close()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_gone_costs_the_request_next_to_nothing(letter, broker):
    broker(f"redis://127.0.0.1:{free_port()}/0")
    started = time.monotonic()

    with transaction.atomic():
        post(**letter())

    assert time.monotonic() - started < 2
    assert Message.objects.waiting().count() == 1


def test_a_silent_broker_is_waited_for_once_and_then_left_alone(broker):
    """Something listens there and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        broker(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")

        first = seconds_of(tasks.nudge)
        second = seconds_of(tasks.nudge)

    assert first < 3 * tasks.NUDGE_PATIENCE_SECONDS
    assert second < 0.05


def test_after_the_silence_the_broker_is_asked_again(broker, monkeypatch, settings):
    broker(f"redis://127.0.0.1:{free_port()}/0")
    tasks.nudge()
    silent_until = tasks._Broker.silent_until
    assert silent_until > time.monotonic()

    monkeypatch.setattr(tasks.time, "monotonic", lambda: silent_until)
    asked = []
    monkeypatch.setattr(
        tasks.deliver_due, "apply_async", lambda **_: asked.append("again")
    )
    tasks.nudge()

    assert asked == ["again"]


def seconds_of(call):
    started = time.monotonic()
    call()
    return time.monotonic() - started


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]
