"""Looks before the trial starts: each fault is one sentence, not a traceback later."""

import os
import socket
import sqlite3
import subprocess
import sys

import environ
import psycopg2
from processes import give_up
from services import answers, last_line


def chosen_port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        give_up(f"PORT is {given!r}; write a number from 1 to 65535.")
    return int(given)


def check_port(port: int) -> None:
    """Nobody else may listen where the portal is to be served."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            give_up(f"Port {port} is only for root; choose another: PORT=8001 bin/run")
        except OSError:
            give_up(f"Port {port} is busy; choose another: PORT={port + 1} bin/run")


def check_settings() -> None:
    """Let the settings speak for themselves: they know every variable."""
    answer = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        give_up(last_line(answer.stderr))


def check_services() -> None:
    """Database and broker must answer, whoever started them."""
    database = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    try:
        if "sqlite3" in database["ENGINE"]:
            sqlite3.connect(database["NAME"]).execute("PRAGMA user_version")
        else:
            connect_postgres(database)
    except (sqlite3.Error, psycopg2.Error) as problem:
        reason = str(problem).strip().splitlines()[0]
        give_up(f"DATABASE_URL names a database that does not answer: {reason}")
    if not answers(os.environ["REDIS_URL"]):
        give_up("REDIS_URL names a server that does not answer, or refuses us.")


def connect_postgres(database: dict[str, str]) -> None:
    psycopg2.connect(
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        host=database["HOST"],
        port=database["PORT"] or None,
        connect_timeout=5,
    ).close()
