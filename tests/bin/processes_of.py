"""Finds every process that a test started, however far down."""

import os
import signal
import time
from pathlib import Path


def marked(word):
    """The pids of all living processes with this word in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return [pid for pid in found if pid != os.getpid()]


def below(pid):
    """The pids of all that a process started, however far down."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children] + [
        grandchild for child in children for grandchild in below(child)
    ]


def alive(pids):
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def wait_until(condition, seconds=20):
    """Wait for a condition; the caller asserts it again, for its message."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def kill_all(word):
    for pid in marked(word):
        os.kill(pid, signal.SIGKILL)
