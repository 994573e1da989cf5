"""Runs the tests on servers of their own: real PostgreSQL, Redis and Chromium.

A full run tries the journeys in tests/stories a first time on the trial's database,
then everything on PostgreSQL. Its last line is pytest's own summary.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import debian
import provisioning
from installing import ROOT, VAR
from processes import give_up, is_orphan, leave, tied_to_us

STORIES = ROOT / "tests/stories"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    os.chdir(ROOT)
    log = VAR / "log/apt.log"
    arguments = sys.argv[1:]
    environment = os.environ | {"READ_ENV_FILES": "off"}
    environment["CHROMIUM"] = os.environ.get("CHROMIUM") or debian.provide(
        *BROWSERS, package="chromium", log=log
    )
    try:
        with provisioning.provided(log) as urls:
            environment |= urls
            is_full = not arguments and STORIES.is_dir()
            if is_full and (code := stories_on_the_trials_database(environment)):
                return code
            return pytest(arguments, environment)
    except KeyboardInterrupt:
        return 130


def stories_on_the_trials_database(environment: dict[str, str]) -> int:
    with tempfile.TemporaryDirectory(prefix="steward-") as folder:
        url = f"sqlite:///{Path(folder) / 'stories.sqlite3'}"
        print("The stories on SQLite, as the trial runs:", flush=True)
        return pytest(
            ["-q", "-m", "sqlite", str(STORIES)], environment | {"DATABASE_URL": url}
        )


def pytest(arguments: list[str], environment: dict[str, str]) -> int:
    """Run pytest as a child in our terminal; Ctrl-C there reaches it by itself."""
    command = [sys.executable, "-m", "pytest", *arguments]
    child = subprocess.Popen(
        command, env=environment, preexec_fn=tied_to_us(signal.SIGINT)
    )
    try:
        while child.poll() is None and not is_orphan():
            time.sleep(0.05)
    except KeyboardInterrupt:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)
    finally:
        if child.poll() is None:
            end(child)
    if child.returncode < 0:
        give_up(f"pytest was ended by signal {-child.returncode}.")
    return child.returncode


def end(child: subprocess.Popen) -> None:
    """Give pytest time to tear down what it set up, then insist."""
    child.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(20)
    child.kill()
    child.wait()


if __name__ == "__main__":
    sys.exit(main())
