"""The databases and the web servers a measurement runs on."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
GUNICORN = ["-m", "gunicorn", "--workers", "2", "--threads", "4", "--keep-alive", "30"]


def sibling_database(name: str) -> str:
    """The URL of another database on the server of DATABASE_URL."""
    address = urlsplit(os.environ["DATABASE_URL"])
    folder, _, _ = address.path.rpartition("/")
    return urlunsplit(address._replace(path=f"{folder}/{name}"))


def fresh_database(name: str) -> str:
    """Drop and create a database beside the one of DATABASE_URL; returns its URL."""
    url = sibling_database(name)
    execute(
        sibling_database("postgres"),
        f'DROP DATABASE IF EXISTS "{name}"',
        f'CREATE DATABASE "{name}"',
    )
    return url


def analyze(*urls: str) -> None:
    """Give the planner its statistics, as autovacuum would have by and by."""
    for url in urls:
        execute(url, "VACUUM ANALYZE")


def backends(url: str) -> list[int]:
    """The process ids of the PostgreSQL processes that serve this database."""
    name = urlsplit(url).path.rpartition("/")[2]
    question = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid != "
    rows = execute(url, f"{question} pg_backend_pid()", [name])
    return [pid for (pid,) in rows]


def execute(url: str, *statements: str | list) -> list[tuple]:
    """Each statement (the last may be followed by its values); rows of the last."""
    *commands, last = statements
    values = last if isinstance(last, list) else None
    commands = commands if values is not None else [*commands, last]
    address = urlsplit(url)
    folder, _, name = address.path.rpartition("/")
    connection = psycopg2.connect(
        host=address.hostname or folder, port=address.port, user=address.username,
        password=address.password, dbname=name,
    )  # fmt: skip
    connection.autocommit = True
    with connection.cursor() as cursor:
        for command in commands:
            cursor.execute(command, values)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


@contextmanager
def serve(module: str, port: int, environment: dict[str, str]) -> Iterator[int]:
    """A gunicorn of this application while the block runs; its process id."""
    command = [sys.executable, *GUNICORN, "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        [*command, "--config", "/dev/null", f"{module}:application"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server)
        yield server.pid
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int, server: subprocess.Popen) -> None:
    """Until somebody listens there, or the server has ended."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            raise SystemExit(f"{server.args} did not start")
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout
