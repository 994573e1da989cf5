"""Sample templates, and the facts of one letter to fill them with."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from outbox import tasks
from outbox.rendering import Reader
from tests.outbox.clocks import Clock
from tests.smtp import SmtpServer

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _sample_templates(settings):
    """The outbox has no letters of its own to test with; these stand in."""
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [
        {**engine, "DIRS": [*engine["DIRS"], Path(__file__).parent / "templates"]}
    ]


@pytest.fixture
def nudges(monkeypatch):
    """How often a worker was asked to come, instead of asking a real broker."""
    asked = []
    monkeypatch.setattr(tasks, "nudge", lambda: asked.append(AT))
    return asked


@pytest.fixture
def jonas():
    return Reader(name="Jonas Weber", language="en", time_zone="Europe/Berlin")


@pytest.fixture
def letter(jonas):
    """The fields of one letter; a test changes what it is about."""

    def _letter(**changes):
        context = {
            "thing": "Depot Control",
            "at": AT,
            "words": "What is missing is a new key.",
            "server": "rtm-app-01",
            "start": date(2026, 9, 7),
            "now": date(2026, 11, 21),
            "end": date(2026, 12, 6),
            **changes.pop("context", {}),
        }
        return {
            "key": "renewal:1",
            "to": "jonas@acme.example",
            "template": "sample/emails/notice",
            "context": context,
            "reader": jonas,
            "audience": "a technical contact of Depot Control",
            **changes,
        }

    return _letter


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def server(settings):
    with SmtpServer() as running:
        use(settings, running)
        yield running


def use(settings, server, timeout=5, lines=1):
    """Letters go there, over so many lines."""
    for name, value in server.settings().items():
        setattr(settings, name, value)
    settings.EMAIL_TIMEOUT = timeout
    settings.OUTBOX_CONNECTIONS = lines
