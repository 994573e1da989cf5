"""Whatever happens to the supervisor or its children, nothing is left running."""

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.bin.processes_of import kill_all, marked, wait_until

ROOT = Path(__file__).resolve().parents[2]
# A server with a child of its own, as gunicorn and Celery have.
SERVER = "sh -c 'sleep 600 & echo {0} is up; wait'"
# One that does not hear TERM, and neither does its child.
DEAF = "sh -c 'trap \"\" TERM; sleep 600 & echo {0} is up; wait; wait; sleep 600'"
SUPERVISE = """
import shlex, sys
from pathlib import Path
import supervisor as module
from supervisor import Stopped, Supervisor, say

module.FIRST_PAUSE = 0.2
supervisor = Supervisor(Path(sys.argv[1]))
try:
    for name, command in zip(sys.argv[2::2], sys.argv[3::2]):
        supervisor.start(name, shlex.split(command))
    say("serving")
    supervisor.serve()
except Stopped:
    say("stopping")
finally:
    supervisor.stop()
"""


@pytest.fixture
def mark():
    """A word in the environment of every process of one test."""
    return uuid.uuid4().hex


@pytest.fixture
def supervise(mark, tmp_path):
    """Start a supervisor over these programs, and wait until all of them run."""

    started = []

    def start(shell=None, **programs):
        words = [word for pair in programs.items() for word in pair]
        command = [sys.executable, "-c", SUPERVISE, str(tmp_path), *words]
        process = subprocess.Popen(
            [*shell, *command] if shell else command,
            env=os.environ | {"MARK": mark, "PYTHONPATH": str(ROOT / "bin")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        process.said = said_until("serving", process)
        return process

    yield start
    kill_all(mark)
    for process in started:
        process.stdout.close()
        process.stderr.close()
        process.wait()


def two_servers():
    return {"first": SERVER.format("first"), "second": SERVER.format("second")}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(supervise, mark, number):
    process = supervise(**two_servers())
    assert wait_until(lambda: len(marked(mark)) == 5)

    process.send_signal(number)
    output, errors = last_words(process)

    assert process.returncode == 0
    assert errors == ""
    assert "stopping" in output
    assert marked(mark) == []


def test_sigkill_of_the_supervisor_leaves_nothing(supervise, mark):
    process = supervise(**two_servers())
    assert wait_until(lambda: len(marked(mark)) == 5)

    process.kill()
    process.wait()

    # The children of children are `sh`'s own to end; `sleep` notices nothing.
    servers = {pid for pid in marked(mark) if is_shell(pid)}
    assert wait_until(lambda: not servers & set(marked(mark)))


def test_the_death_of_the_parent_stops_everything(supervise, mark):
    shell = ["sh", "-c", '"$@" & wait', "parent"]
    process = supervise(shell=shell, **two_servers())
    assert wait_until(lambda: len(marked(mark)) == 6)

    process.kill()

    assert wait_until(lambda: marked(mark) == [])


def test_a_second_ctrl_c_does_not_wait_for_who_does_not_hear(supervise, mark):
    process = supervise(deaf=DEAF.format("deaf"))
    assert wait_until(lambda: len(marked(mark)) == 3)

    process.send_signal(signal.SIGINT)
    assert said_until("stopping", process)
    assert len(marked(mark)) == 3
    process.send_signal(signal.SIGINT)
    process.wait(timeout=5)

    assert marked(mark) == []


def test_a_child_that_died_starts_again(supervise, mark):
    process = supervise(**two_servers())
    assert wait_until(lambda: len(marked(mark)) == 5)
    victim = next(pid for pid in marked(mark) if is_shell(pid))

    os.kill(victim, signal.SIGKILL)

    assert "starts again in 0.2 s" in said_until("again", process)
    assert wait_until(lambda: victim not in marked(mark) and len(marked(mark)) == 5)


def test_a_child_that_keeps_dying_ends_all_and_is_named(supervise, mark):
    process = supervise(good=SERVER.format("good"), bad="sh -c 'echo woe; exit 3'")

    output, errors = last_words(process)

    assert process.returncode == 1
    assert errors.startswith("bad keeps ending, last with code 3: see ")
    assert errors.count("\n") == 1
    assert "    bad | woe\n" in output
    assert marked(mark) == []


def test_lines_go_to_the_terminal_and_to_a_file(supervise, tmp_path):
    process = supervise(web=SERVER.format("web"))

    assert wait_until(lambda: (tmp_path / "web.log").read_text() == "web is up\n")
    process.terminate()
    said = process.said + last_words(process)[0]
    assert "    web | web is up\n" in said


def is_shell(pid):
    return Path(f"/proc/{pid}/comm").read_text() == "sh\n"


def last_words(process):
    """What it says from here to its end; `communicate` loses what was read ahead."""
    process.wait(timeout=60)
    return process.stdout.read(), process.stderr.read()


def said_until(word, process):
    """Everything it says up to the line with this word."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if word in line:
            return "".join(lines)
    raise AssertionError(f"{word!r} never came in {lines}")
