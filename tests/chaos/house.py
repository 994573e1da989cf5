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

from tests.chaos.ports import descendants, ports_to
from tests.chaos.reckoning import Blow
from tests.smtp import SmtpServer

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "portal"]
PROCESSES = 2


class Mail:
    """The mail server, which remembers what it took before it was away."""

    def __init__(self, seconds_a_letter):
        self.seconds_a_letter = seconds_a_letter
        self._counted, self._reached = 0, set()
        self.server = self._open(0, [])
        self.port = self.server.port

    def _open(self, port, arrivals):
        server = SmtpServer()
        server.arrivals = arrivals
        server.slow_down(self.seconds_a_letter)
        return server.start(port)

    def go_away(self):
        """Cuts every line, and says which there were."""
        self.server.stop()
        return self.server.cut

    def come_back(self):
        self.server = self._open(self.port, self.server.arrivals)

    def count(self):
        """How many recipients have their letter."""
        arrivals = self.server.arrivals
        for place in range(self._counted, len(arrivals)):
            self._reached.add(arrivals[place].recipient)
            self._counted = place + 1
        return len(self._reached)


class Program:
    """A worker or beat: started again when it has ended."""

    def __init__(self, name, command, environment, log):
        self.name = name
        self.command = command
        self.environment = environment
        self.log = log
        self.starts = 0
        self.process = None

    @property
    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def keep_running(self):
        if not self.is_alive:
            self.starts += 1
            with self.log.open("a") as lines:
                self.process = spawn(
                    self.command,
                    cwd=ROOT,
                    env=self.environment,
                    stdout=lines,
                    stderr=subprocess.STDOUT,
                )

    def kill(self, port):
        """All of it at once, or only one of the processes that do its work.

        It stands still while its lines to that port are looked up, so that none is
        opened or given up in between. Says who was killed, and the lines.
        """
        family = descendants(self.process.pid)
        name = f"{self.name}, whole" if family[1:] else f"{self.name}, just started"
        if family[1:] and random.random() < 0.25:
            family, name = [random.choice(family[1:])], f"{self.name}, one process"
        send(signal.SIGSTOP, family)
        lines = ports_to(port, family)
        send(signal.SIGKILL, family)
        if self.process.pid in family:
            self.process.wait()
        return name, lines


def send(number, pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


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
        self.coming_back = threading.Thread()
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
            worker = random.choice(self.workers)
            worker.keep_running()
            at = time.monotonic()
            name, lines = worker.kill(self.mail.port)
        return Blow(f"killed {name}", at, lines)

    def restart_broker(self):
        """It comes back empty."""
        at = time.monotonic()
        self.broker.stop(grace=0)
        time.sleep(random.uniform(0.5, 2))
        self.broker.start()
        return Blow("Redis restarted, everything flushed", at)

    def restart_database(self):
        at = time.monotonic()
        self.database.stop()
        time.sleep(random.uniform(0.5, 2))
        self.database.start()
        return Blow("PostgreSQL restarted", at)

    def take_mail_away(self, seconds):
        """Cuts every line; comes back by itself."""
        at, lines = time.monotonic(), self.mail.go_away()
        self.coming_back = threading.Timer(seconds, self.mail.come_back)
        self.coming_back.start()
        return Blow(f"the mail server is away for {seconds:.0f} s", at, lines)

    def wait_for_mail(self):
        """Until the mail server is back, if it is away."""
        if self.coming_back.is_alive():
            self.coming_back.join()

    def close(self):
        self.is_over.set()
        if self.keeper.is_alive():
            self.keeper.join(10)
        for program in self.programs:
            if program.process is not None:
                stop(program.process, grace=0)
        if isinstance(self.coming_back, threading.Timer):
            self.coming_back.cancel()
        self.mail.server.stop()
        self.broker.stop()
        self.database.stop()
