"""Starts servers for a while, waits until they answer, and stops them."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import debian
import redis
from processes import give_up, spawn, stop


@contextmanager
def redis_server(folder: Path, log: Path) -> Iterator[str]:
    """A new Redis on a free port of this machine that keeps nothing."""
    server = Redis(folder, log)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()


class Redis:
    """A Redis that keeps nothing, and can be stopped and started again, empty."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.program = debian.provide("redis-server", package="redis-server", log=log)
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.server: subprocess.Popen | None = None

    def start(self) -> None:
        where = ["--bind", "127.0.0.1", "--port", str(self.port)]
        what = ["--save", "", "--databases", "64", "--dir", str(self.folder)]
        output = self.folder / "redis.log"
        with output.open("w") as lines:
            self.server = spawn(
                [self.program, *where, *what], stdout=lines, stderr=subprocess.STDOUT
            )
        wait_until(lambda: answers(self.url), self.server, output, name="redis-server")

    def stop(self, grace: float = 5) -> None:
        if self.server is not None:
            stop(self.server, grace=grace)


def answers(url: str) -> bool:
    """Does a Redis or Valkey answer there?"""
    client = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    with contextlib.closing(client):
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(
    ready: Callable[[], bool], server: subprocess.Popen, log: Path, *, name: str
) -> None:
    """Wait for a server, and give up with its last word when it ends or never comes."""
    deadline = time.monotonic() + 30
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            give_up(f"{name} did not start: {last_line(log.read_text())}")
        time.sleep(0.05)


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it gave no reason"])[-1]
