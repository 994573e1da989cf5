"""`manage.py remind`, also as two real processes at once."""

import os
import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from licenses.management.commands.remind import moment
from licenses.models import RenewalReminder
from outbox.models import Message
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.licenses import LicenseFactory
from tests.licenses.conftest import appoint
from tests.marks import on_postgresql

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-02-01", datetime(2016, 2, 1, 12, tzinfo=AMSTERDAM)),
        ("2016-07-01T09:30", datetime(2016, 7, 1, 9, 30, tzinfo=AMSTERDAM)),
        ("2016-02-01 09:30:15", datetime(2016, 2, 1, 9, 30, 15, tzinfo=AMSTERDAM)),
        ("2016-02-01T09:30+05:30", datetime(2016, 2, 1, 5, tzinfo=AMSTERDAM)),
        ("2016-02-01T09:30Z", datetime(2016, 2, 1, 10, 30, tzinfo=AMSTERDAM)),
    ],
)
def test_a_moment_without_a_zone_is_the_vendors(text, expected):
    assert moment(text) == expected


@pytest.mark.parametrize("text", ["tomorrow", "2016-13-01", "01/02/2016", ""])
def test_a_wrong_moment_is_refused_in_a_sentence(text):
    with pytest.raises(CommandError, match="is no moment"):
        moment(text)


def test_it_prints_how_many(production, acceptance, capsys):
    call_command("remind", at="2026-11-21")

    assert capsys.readouterr().out == (
        "2 reminders put into the outbox, about 2 licenses.\n"
    )


def test_a_second_run_adds_none(production, capsys):
    call_command("remind", at="2026-11-21")
    call_command("remind", at="2026-11-21T18:00")

    assert capsys.readouterr().out.splitlines()[1].startswith("0 reminders")
    assert Message.objects.count() == 2


def test_a_dry_run_counts_and_writes_nothing(production, capsys):
    call_command("remind", at="2026-11-21", dry_run=True)

    assert "2 reminders would be sent" in capsys.readouterr().out
    assert not Message.objects.exists()
    assert not RenewalReminder.objects.exists()


def test_without_a_moment_it_is_now(production, capsys):
    call_command("remind")

    assert "reminders put into the outbox" in capsys.readouterr().out


@on_postgresql()
@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_add_none_twice(acme, bob):
    """Issue 2: running it in two processes adds none."""
    for number in range(150):
        application = ApplicationFactory(company=acme)
        appoint(application, bob)
        LicenseFactory(
            environment=EnvironmentFactory(application=application),
            starts_on=None,
            ends_on=date(2016, 3, 1) + timedelta(days=number % 40),
        )

    runs = [remind_in_a_process("2016-02-15") for _ in range(2)]
    said = [run.communicate(timeout=120)[0] for run in runs]

    assert [run.returncode for run in runs] == [0, 0]
    written = [int(re.match(r"(\d+) reminders", words).group(1)) for words in said]
    assert sum(written) == Message.objects.count() == 150
    assert RenewalReminder.objects.count() == 150


def remind_in_a_process(at):
    """The real command on the database of this test."""
    test_database = connection.settings_dict["NAME"]
    address, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return subprocess.Popen(
        [sys.executable, "manage.py", "remind", "--at", at],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": f"{address}/{test_database}"},
        stdout=subprocess.PIPE,
        text=True,
    )
