"""The whole trial, started for real: one command up, one Ctrl-C down, nothing left.

Slow as tests go, some seconds for each start. All of them share one folder of data, and
what the second start shows is asked of one trial that runs.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.bin.processes_of import kill_all, marked, wait_until

ROOT = Path(__file__).resolve().parents[2]
# What bin/test set for itself must not reach the trial, which makes its own.
OURS = {
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "EMAIL_URL",
    "MAILBOX_DIR",
    "PORT",
    "PUBLIC_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SIGNING_MASTER_KEY",
    "STATIC_MANIFEST",
}


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """A folder as `bin/installing.py` leaves it, with this very environment in it."""
    folder = tmp_path_factory.mktemp("trial") / "var with a space"
    (folder / "log").mkdir(parents=True)
    (folder / "venv").symlink_to(sys.prefix)
    yield folder
    kill_all(str(folder))


def environment(var, **variables):
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    return clean | {"VAR_DIR": str(var), "READ_ENV_FILES": "on"} | variables


class Trial:
    """A trial that runs, and what it has said so far."""

    def __init__(self, var, *arguments, shell=(), beside=False, **variables):
        if not beside:
            kill_all(str(var))
        self.var = var
        self.port = free_port()
        command = [sys.executable, "bin/trial.py", *arguments]
        self.process = subprocess.Popen(
            [*shell, *command],
            env=environment(var, **{"PORT": str(self.port)} | variables),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = ""

    def until_ready(self):
        self.said_until("Ctrl-C stops it")
        return self

    def said_until(self, words):
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return self.said
        raise AssertionError(self.said + self.process.stderr.read())

    def readiness(self):
        """It is red until worker and beat have given a sign of life."""
        try:
            return json.load(self.get("/readyz"))
        except urllib.error.HTTPError as red:
            return json.load(red)

    def get(self, path):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10)

    def end(self):
        """Wait for the end and take what it still says."""
        self.process.wait(timeout=40)
        self.said += self.process.stdout.read()
        return self.process.stderr.read()

    def close(self):
        if self.process.poll() is None:
            kill_all(str(self.var))
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture
def trial(var):
    """Starts trials, and sees to it that none outlives its test."""
    started = []

    def start(*arguments, **options):
        started.append(Trial(var, *arguments, **options))
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture(scope="module")
def first(var):
    """The first start: what it answered, and what it left when told to stop."""
    trial = Trial(var).until_ready()
    trial.health = trial.get("/healthz").read()
    trial.is_ready = wait_until(lambda: trial.readiness()["status"] == "ready")
    trial.count = len(marked(str(var)))
    trial.process.send_signal(signal.SIGINT)
    trial.errors = trial.end()
    trial.left = marked(str(var))
    trial.secrets = (var / "secrets.env").read_text()
    yield trial
    trial.close()


@pytest.fixture(scope="module")
def second(var, first):
    """The second start in the same folder; it runs while tests look at it."""
    trial = Trial(var).until_ready()
    yield trial
    trial.close()


def test_first_start_serves(first):
    address = f"http://127.0.0.1:{first.port}/"

    assert first.health == b"ok\n"
    assert first.is_ready
    assert f"{address}\n" in first.said
    assert f"{address}mailbox/\n" in first.said
    assert "alice@acme.example" in first.said
    assert "steward-demo" in first.said
    assert "Loading the demo portfolio" in first.said


def test_first_start_hears_no_complaints(first):
    prefixed = [line.strip() for line in first.said.splitlines() if " | " in line]

    assert [line for line in prefixed if not line.startswith("demo |")] == [
        "worker |",
        "worker | worker: Warm shutdown (MainProcess)",
    ]


def test_ctrl_c_leaves_nothing(first):
    assert first.count > 7
    assert first.process.returncode == 0
    assert first.errors == ""
    assert first.left == []


def test_what_it_makes_is_for_nobody_elses_eyes(first, var):
    for name in ("secrets.env", "trial.env", "valkey.conf", "steward.sqlite3"):
        assert (var / name).stat().st_mode & 0o077 == 0


def test_second_start_keeps_everything(second, first, var):
    assert "demo portfolio" not in second.said
    assert (var / "secrets.env").read_text() == first.secrets


def test_manage_in_another_terminal_works_on_the_same_data(second, var):
    ask = "from django.conf import settings as s; from django.core.cache import cache"
    ask += "; print(s.DATABASES['default']['NAME']); print(s.REDIS_URL)"
    ask += "; print(s.PUBLIC_URL); print(cache.get('heartbeat:beat'))"

    answer = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", ask],
        env=environment(var),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    database, broker, address, beat = answer.stdout.splitlines()
    assert database == str(var / "steward.sqlite3")
    assert broker in (var / "trial.env").read_text()
    assert address == f"http://127.0.0.1:{second.port}"
    assert beat != "None"


def test_another_one_in_the_same_folder_is_refused(second, trial):
    another = trial(beside=True)

    errors = another.end()

    assert another.process.returncode == 1
    assert errors == "bin/run already runs here; stop it first with Ctrl-C.\n"


def test_a_killed_worker_is_replaced(second, var):
    worker = next(pid for pid in marked(str(var)) if "worker" in words_of(pid))

    os.kill(worker, signal.SIGKILL)

    said = second.said_until("starts again")
    assert said.endswith("worker ended with code -9; starts again in 1 s.\n")
    assert wait_until(
        lambda: any("worker" in words_of(pid) for pid in marked(str(var)))
    )


def test_sigkill_leaves_nothing(trial, var, first):
    running = trial().until_ready()

    running.process.kill()

    assert wait_until(lambda: marked(str(var)) == [], seconds=30)


def test_the_death_of_the_parent_stops_everything(trial, var, first):
    running = trial(shell=["sh", "-c", '"$@" & wait', "parent"]).until_ready()

    running.process.kill()

    assert wait_until(lambda: marked(str(var)) == [], seconds=30)


def test_fresh_starts_over(trial, var, first):
    (var / "uploads").mkdir(exist_ok=True)
    (var / "uploads/old.txt").touch()

    running = trial("--fresh").until_ready()

    assert "demo portfolio" in running.said
    assert (var / "secrets.env").read_text() != first.secrets
    assert not (var / "uploads/old.txt").exists()


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PORT", "http", "PORT is 'http'; write a number from 1 to 65535.\n"),
        ("TIME_ZONE", "Mars/Base", "TIME_ZONE is 'Mars/Base'; write a name such as"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "REDIS_URL names a server that does"),
        (
            "DATABASE_URL",
            "postgres://steward@127.0.0.1:1/steward",
            "DATABASE_URL names a database that does not answer: connection to ",
        ),
        (
            "DATABASE_URL",
            "sqlite:////nonexistent/steward.sqlite3",
            "DATABASE_URL names a database that does not answer: unable to open",
        ),
    ],
)
def test_a_broken_setting_ends_in_one_sentence(trial, var, variable, value, sentence):
    failed = trial(**{variable: value})

    errors = failed.end()

    assert failed.process.returncode == 1
    assert errors.startswith(sentence)
    assert errors.count("\n") == 1
    assert failed.said == ""
    assert marked(str(var)) == []


def test_a_busy_port_ends_in_one_sentence(trial):
    with closing(socket.socket()) as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        failed = trial(PORT=str(port))
        errors = failed.end()

    assert failed.process.returncode == 1
    assert errors == f"Port {port} is busy; choose another: PORT={port + 1} bin/run\n"
    assert failed.said == ""


def words_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []
