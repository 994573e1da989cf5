"""The portal as in production: gunicorn by its own configuration, on PostgreSQL."""

import contextlib
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

from processes import spawn, stop

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60  # seconds


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def url_of(database):
    """The test database as a variable names it."""
    who = quote(database["USER"])
    if database["PASSWORD"]:
        who += f":{quote(database['PASSWORD'], safe='')}"
    where = quote(database["HOST"], safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgres://{who}@{where}{port}/{database['NAME']}"


@contextlib.contextmanager
def portal(database, folder):
    """Its address, while it serves this database."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DATABASE_URL": url_of(database),
        "PUBLIC_URL": address,
        "PORT": str(port),
        "VAR_DIR": str(folder),
        "READ_ENV_FILES": "off",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    log = folder / "gunicorn.log"
    with log.open("w") as words:
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi"]
        server = spawn(command, cwd=ROOT, env=environment, stdout=words, stderr=words)
        try:
            wait_for(address, server, log)
            yield address
        finally:
            stop(server, grace=10)


def wait_for(address, server, log):
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError),
            urllib.request.urlopen(f"{address}/healthz"),
        ):
            return
        time.sleep(0.2)
    raise AssertionError(f"The portal does not serve:\n{log.read_text()}")
