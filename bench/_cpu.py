"""How much processor time a server has used: its processes and its database's.

Read from /proc, in nanoseconds where the kernel tells them. A time that other work on
the machine stretches says little; the processor time of a request stays what it is.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
TICK = 1_000 / os.sysconf("SC_CLK_TCK")


def spent_ms(processes: Iterable[int]) -> float:
    """Milliseconds used so far; a process we cannot see, or is gone, counts nothing."""
    return sum(_of_process(pid) for pid in processes)


def with_children(pid: int) -> list[int]:
    """The process and all that it has started."""
    found = [pid]
    for tasks in PROC.glob(f"{pid}/task/*/children"):
        with suppress(OSError):
            for child in tasks.read_text().split():
                found += with_children(int(child))
    return found


def _of_process(pid: int) -> float:
    threads = list(PROC.glob(f"{pid}/task/*"))
    with suppress(OSError, ValueError):
        return sum(
            int((thread / "schedstat").read_text().split()[0]) / 1_000_000
            for thread in threads
        )
    with suppress(OSError):
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK
    return 0.0
