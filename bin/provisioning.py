"""What tests and measurements run on: a database, a broker and a browser, all real."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from postgres import postgres
from services import redis_server


@contextmanager
def provided(log: Path) -> Iterator[dict[str, str]]:
    """The variables that point to a running database and broker."""
    # The path of a socket holds 107 bytes at most, so it cannot be in the checkout.
    folder = Path(tempfile.mkdtemp(prefix="steward-"))
    folder.chmod(0o711)
    with contextlib.ExitStack() as open_services:
        open_services.callback(shutil.rmtree, folder, ignore_errors=True)
        database = os.environ.get("DATABASE_URL")
        if not database:
            database = open_services.enter_context(postgres(folder))
        broker = os.environ.get("REDIS_URL")
        if not broker:
            broker = open_services.enter_context(redis_server(folder, log))
        yield {"DATABASE_URL": database, "REDIS_URL": broker}
