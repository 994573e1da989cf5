"""Children that end with us, commands that end with their parent or in one sentence."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

PR_SET_PDEATHSIG = 1
# Watched rather than signalled: the system's signal for "your parent ended" also comes
# when only the thread that started us ended.
PARENT = os.getppid()


def give_up(sentence: str) -> NoReturn:
    """End this command with one sentence on stderr and exit code 1."""
    sys.exit(sentence)


def leave(number: int, frame: FrameType | None) -> NoReturn:
    """A signal handler: end as Ctrl-C ends us, with servers stopped in order."""
    sys.exit(128 + number)


def is_orphan() -> bool:
    """Has whoever started this command ended?"""
    return os.getppid() != PARENT


def tied_to_us(ending: int = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn`: Linux sends the child this signal when we end, however we end."""
    us = os.getpid()
    # Looked up here: between fork and exec, as little as possible may happen.
    prctl = getattr(ctypes.CDLL(None), "prctl", None)

    def tie() -> None:
        if prctl is not None:  # Linux
            prctl(PR_SET_PDEATHSIG, ending)
        if os.getppid() != us:  # we ended between fork and here
            os._exit(0)

    return tie


def spawn(
    command: list[str], *, ending: int = signal.SIGTERM, **options: Any
) -> subprocess.Popen:
    """Start a server in a session of its own, so that Ctrl-C reaches only us.

    We then stop the servers in order instead of all of them dying at once.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=tied_to_us(ending),
        **options,
    )


def run(command: list[str], **options: Any) -> int:
    """Run one command to its end, or end it when our parent has ended."""
    child = subprocess.Popen(command, preexec_fn=tied_to_us(), **options)
    while child.poll() is None:
        if is_orphan():
            child.terminate()
        time.sleep(0.05)
    return child.returncode


def stop(
    child: subprocess.Popen,
    *,
    ending: int = signal.SIGTERM,
    grace: float,
    in_a_hurry: Callable[[], bool] = lambda: False,
) -> None:
    """Ask a server to end, wait a while, then kill what is left of its session."""
    deadline = time.monotonic() + grace
    if child.poll() is None:
        child.send_signal(ending)
    while child.poll() is None and time.monotonic() < deadline and not in_a_hurry():
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
