"""Which lines a process has open to the mail server, as Linux knows it."""

import contextlib
import os
from pathlib import Path

ESTABLISHED = "01"


def ports_to(port, pids):
    """The local ports of the connections that these processes have to a port."""
    wanted = {inode for pid in pids for inode in _sockets(pid)}
    found = _connections(port)
    return frozenset(found[inode] for inode in wanted & found.keys())


def descendants(pid):
    """A process and everything that it started."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    children = []
    with contextlib.suppress(OSError):
        children = [int(child) for child in path.read_text().split()]
    return [pid, *(one for child in children for one in descendants(child))]


def _connections(port):
    """Socket to local port."""
    found = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _number, local, remote, state, *rest = line.split()
        if state == ESTABLISHED and int(remote.rpartition(":")[2], 16) == port:
            found[rest[5]] = int(local.rpartition(":")[2], 16)
    return found


def _sockets(pid):
    folder = f"/proc/{pid}/fd"
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):
                kind, _colon, inode = os.readlink(f"{folder}/{name}").partition(":[")
                if kind == "socket":
                    yield inode.rstrip("]")
