"""A wrong or missing variable ends any command in one sentence that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RIGHT = {
    "READ_ENV_FILES": "off",
    "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
    "SIGNING_MASTER_KEY": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtLi4=",
    "DATABASE_URL": "sqlite:////nonexistent/steward.sqlite3",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
MANAGE = ("manage.py", "diffsettings")
CELERY_WORKER = ("-m", "celery", "-A", "portal", "worker")
CELERY_BEAT = ("-m", "celery", "-A", "portal", "beat")
GUNICORN = ("-m", "gunicorn", "portal.wsgi")


def start(command, **variables):
    """Run a command with every variable right but these; None leaves one out."""
    environment = {"PATH": os.environ["PATH"], **RIGHT, **variables}
    return subprocess.run(
        [sys.executable, *command],
        env={name: value for name, value in environment.items() if value is not None},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_right_settings_say_nothing():
    answer = start(MANAGE)

    assert answer.returncode == 0
    assert answer.stderr == ""


@pytest.mark.parametrize(
    "command", [MANAGE, CELERY_WORKER, CELERY_BEAT, GUNICORN], ids=lambda c: c[1]
)
@pytest.mark.parametrize(
    ("variable", "value"), [("SECRET_KEY", None), ("TIME_ZONE", "Mars/Base")]
)
def test_every_command_stops_with_one_sentence(command, variable, value):
    answer = start(command, **{variable: value})

    assert answer.returncode == 1
    assert answer.stderr.startswith(f"{variable} is ")
    assert answer.stderr.count("\n") == 1
    assert answer.stdout == ""


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SIGNING_MASTER_KEY", None, "is not set: put it into the environment or .env"),
        ("SIGNING_MASTER_KEY", "c2hvcnQ=", "is not 32 bytes in base64; make one with"),
        ("SIGNING_MASTER_KEY", "no base64!", "is not 32 bytes in base64; make one"),
        ("SIGNING_MASTER_KEY_PREVIOUS", "c2hvcnQ=,", "is not 32 bytes in base64; make"),
        ("REDIS_URL", None, "is not set: put it into the environment or .env"),
        ("REDIS_URL", "", "is not set: put it into the environment or .env"),
        ("REDIS_URL", "localhost:6379", "does not begin as one of redis rediss; write"),
        ("DATABASE_URL", "mysql://db/steward", "does not begin as one of postgres"),
        ("DATABASE_URL", "postgres://db:many/x", "holds no port number where one"),
        ("DATABASE_URL", "postgres://db", "names no database; write postgres://"),
        ("EMAIL_URL", "mail.example.com", "does not begin as one of smtp smtps"),
        ("EMAIL_URL", "smtp://", "names no host; write smtp+tls://"),
        ("PUBLIC_URL", "portal.example.com", "does not begin as one of http https"),
        ("PUBLIC_URL", "https://x.example/steward", "has something after the host"),
        ("ALLOWED_HOSTS", "https://x.example", "is 'https://x.example'; write host"),
        ("CSRF_TRUSTED_ORIGINS", "x.example", "is 'x.example'; write https://"),
        ("DEFAULT_FROM_EMAIL", "Aldwick", "is 'Aldwick'; write an e-mail address"),
        ("SUPPORT_EMAIL", "a@b@c", "is 'a@b@c'; write an e-mail address"),
        ("VENDOR_ACCENT", "blue", "is 'blue'; write a colour such as #1f53c4"),
        ("RENEWAL_REMINDER_DAYS", "90,soon", "is '90,soon'; write whole numbers"),
        ("LICENSE_GRACE_DAYS", "-3", "is '-3'; write a whole number of days"),
        ("HANDOVER_DAYS", "a week", "is 'a week'; write a whole number of days"),
        ("REAUTHENTICATION_HOURS", "0", "is '0'; write a whole number of hours, 1"),
        ("MAINTENANCE_NOTICE_DAYS", "5.5", "is '5.5'; write a whole number of days"),
        ("SUPPORT_HOURS", "nine to five", "is 'nine to five'; write hours such as Mon"),
        ("FORUM_URL", "forum.example", "does not begin as one of http https; write"),
        ("DEBUG", "maybe", "is 'maybe'; write on or off"),
        ("LOG_LEVEL", "loud", "is 'loud'; write one of "),
    ],
)
def test_every_wrong_value_is_named_with_its_remedy(variable, value, sentence):
    answer = start(MANAGE, **{variable: value})

    assert answer.returncode == 1
    assert answer.stderr.startswith(f"{variable} {sentence}")
    assert answer.stderr.endswith(".\n")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("variable", ["WEB_WORKERS", "PORT"])
def test_gunicorn_wants_whole_numbers(variable):
    answer = start(GUNICORN, **{variable: "two"})

    assert answer.returncode == 1
    assert answer.stderr == f"{variable} is 'two'; write a whole number.\n"


def test_no_sentence_shows_a_password():
    answer = start(MANAGE, DATABASE_URL="postgres://steward:hush@db:many/steward")

    assert answer.returncode == 1
    assert "hush" not in answer.stderr


def test_manage_without_django_says_what_to_do(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "manage.py", "check"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 1
    assert answer.stderr.startswith("Django is not installed: start bin/run once")
    assert answer.stderr.count("\n") == 1


def test_manage_without_django_becomes_the_python_of_the_trial(tmp_path):
    python = tmp_path / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "became $*"\n')
    python.chmod(0o755)

    answer = subprocess.run(
        [sys.executable, "-I", "-S", "manage.py", "check"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert answer.stdout == "became manage.py check\n"
