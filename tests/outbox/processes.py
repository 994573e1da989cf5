"""Real processes of the portal on the test's own database, broker and SMTP server."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

LEASE_SECONDS = 2


def start(server, *command, lines=1):
    """`python <command>` beside the test, with so many lines to the mail server."""
    database = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": (
            f"postgres://{database['USER']}:{database['PASSWORD']}"
            f"@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        ),
        "EMAIL_URL": server.url,
        "OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS),
        "OUTBOX_CONNECTIONS": str(lines),
    }
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(server, *command):
    """One that is ended when the test is over."""
    process = start(server, *command)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=90)


def wait_for(condition, seconds=240):
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.005)
