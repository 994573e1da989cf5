"""A portal of its own to be mistreated: real workers, beat, PostgreSQL, Redis and SMTP.

Whatever ends is started again after a moment, as a supervisor would.
"""

import base64
import contextlib
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from postgres import Cluster, create_database
from processes import spawn, stop
from services import Redis

from tests.smtp import SmtpServer

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "portal"]
PROCESSES = 2


class Mail:
    """The mail server, which remembers what it took before it was away."""

    def __init__(self, seconds_a_letter):
        self.seconds_a_letter = seconds_a_letter
        self.server = self._open(0, [])
        self.port = self.server.port

    def _open(self, port, arrivals):
        server = SmtpServer()
        server.arrivals = arrivals
        server.slow_down(self.seconds_a_letter)
        return server.start(port)

    def go_away(self, seconds):
        self.server.stop()
        time.sleep(seconds)
        self.server = self._open(self.port, self.server.arrivals)

    def count(self):
        return len({arrival.recipient for arrival in list(self.server.arrivals)})


class Program:
    """A worker or beat: started again when it has ended."""

    def __init__(self, name, command, environment, log):
        self.name = name
        self.command = command
        self.environment = environment
        self.log = log
        self.starts = 0
        self.process = None

    def keep_running(self):
        if self.process is None or self.process.poll() is not None:
            self.starts += 1
            with self.log.open("a") as lines:
                self.process = spawn(
                    self.command,
                    cwd=ROOT,
                    env=self.environment,
                    stdout=lines,
                    stderr=subprocess.STDOUT,
                )

    def kill(self):
        """All of it at once, or only one of the processes that do its work."""
        children = self._children()
        if children and random.random() < 0.25:
            os.kill(random.choice(children), signal.SIGKILL)
            return f"a child of {self.name}"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return self.name

    def _children(self):
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        with contextlib.suppress(OSError):
            return [int(pid) for pid in path.read_text().split()]
        return []


class House:
    """Everything, and the hands that keep starting what has fallen."""

    def __init__(self, folder, *, seconds_a_letter, lines):
        self.folder = folder
        self.lines = lines
        self.database = Cluster(folder)
        self.database.start()
        create_database(self.database.programs, self.database.server_url)
        self.broker = Redis(folder, folder / "apt.log")
        self.broker.start()
        self.mail = Mail(seconds_a_letter)
        self.environment = os.environ | self.settings()
        self.programs = [
            *(self._worker(number) for number in (1, 2)),
            self._program("beat", "beat", "--pidfile=", "--loglevel", "warning"),
        ]
        self.lock = threading.Lock()
        self.is_over = threading.Event()
        self.keeper = threading.Thread(target=self._keep, daemon=True)

    def settings(self):
        return {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "READ_ENV_FILES": "off",
            "DATABASE_URL": self.database.url,
            "REDIS_URL": self.broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "OUTBOX_CONNECTIONS": str(self.lines),
            "OUTBOX_LEASE_SECONDS": "10",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SIGNING_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "VAR_DIR": str(self.folder),
            "LOG_LEVEL": "INFO",
            "PYTHONPATH": str(ROOT),
        }

    def _program(self, name, *arguments):
        command = [*CELERY, *arguments]
        return Program(name, command, self.environment, self.folder / f"{name}.log")

    def _worker(self, number):
        name = f"worker{number}"
        options = ["--concurrency", str(PROCESSES), "-n", f"{name}@%h"]
        return self._program(name, "worker", *options, "--loglevel", "info")

    @property
    def workers(self):
        return self.programs[:2]

    def open(self):
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=self.environment, check=True)
        self.keeper.start()

    def _keep(self):
        while not self.is_over.wait(0.5):
            with self.lock:
                for program in self.programs:
                    program.keep_running()

    def kill_a_worker(self):
        with self.lock:
            return random.choice(self.workers).kill()

    def restart_broker(self):
        """It comes back empty."""
        self.broker.stop(grace=0)
        time.sleep(random.uniform(0.5, 2))
        self.broker.start()
        return "Redis, with everything flushed"

    def restart_database(self):
        self.database.stop()
        time.sleep(random.uniform(0.5, 2))
        self.database.start()
        return "PostgreSQL"

    def close(self):
        self.is_over.set()
        if self.keeper.is_alive():
            self.keeper.join(10)
        for program in self.programs:
            if program.process is not None:
                stop(program.process, grace=0)
        self.mail.server.stop()
        self.broker.stop()
        self.database.stop()
