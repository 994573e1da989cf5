"""A portal mistreated for half a minute; `bin/chaos` does it with 10,000 letters."""

import json
import subprocess
import sys

import pytest

from tests.chaos.house import ROOT

BLOWS = ["--letters", "400", "--kills", "3", "--broker", "1", "--mail-down", "0"]


@pytest.fixture(scope="module")
def figures():
    script = [sys.executable, "tests/chaos/run.py", *BLOWS, "--patience", "240"]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout, done.stderr
    print(done.stdout)
    return json.loads(done.stdout.splitlines()[-1])


def test_every_recipient_gets_the_letter(figures):
    assert (figures["kills"], figures["missing"]) == (3, 0)
    assert figures["states"] == {"sent": figures["letters"]}
    assert figures["waiting"] == 0


def test_a_letter_comes_twice_only_for_a_kill_and_once_for_each_of_its_lines(figures):
    assert figures["duplicates_unexplained"] == 0
    assert figures["duplicates"] <= figures["duplicates_allowed"] <= 3 * 8
    assert figures["message_ids_twice"] == 0
    assert figures["well"]
