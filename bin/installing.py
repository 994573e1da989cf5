"""Installs a hashed lock into var/venv, then becomes a script there.

    python3 bin/installing.py requirements/trial.txt bin/run.py [arguments]

Runs on any Python from 3.11 on with nothing installed. A stamp remembers what the
environment holds, so that a second start costs no time.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import debian
from processes import give_up, run

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()
VENV = VAR / "venv"
PYTHON = VENV / "bin/python"
LOG = VAR / "log/install.log"
# Each lock holds all of those before it, version by version. Others stand alone.
LOCKS = [ROOT / f"requirements/{name}.txt" for name in ("runtime", "trial", "test")]


def main() -> None:
    lock, script, *arguments = sys.argv[1:]
    try:
        prepare_var()
        with only_one_installer():
            if not is_installed(ROOT / lock):
                install(ROOT / lock)
    except OSError as problem:
        give_up(f"{problem.filename or VAR} cannot be written: {problem.strerror}.")
    except KeyboardInterrupt:
        give_up("Stopped while installing; the next start goes on from there.")
    os.execv(PYTHON, [str(PYTHON), str(ROOT / script), *arguments])


def prepare_var() -> None:
    """Make the folder for everything that is not part of the project."""
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    LOG.parent.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def only_one_installer() -> Iterator[None]:
    """Let a second command wait until the first has installed."""
    with (VAR / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_installed(lock: Path, venv: Path | None = None) -> bool:
    """Is this very lock in the environment, made by this very Python?"""
    venv = venv or VENV
    try:
        stamp = json.loads(stamp_of(venv).read_text())
    except (OSError, ValueError):
        return False
    return stamp.get(lock.name) == digest(lock) and made_by_this_python(venv)


def python_of(venv: Path) -> Path:
    return venv / "bin/python"


def stamp_of(venv: Path) -> Path:
    return venv / "installed.json"


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def install(lock: Path, venv: Path | None = None) -> None:
    """Bring the environment to this lock; a broken or foreign one is made anew."""
    venv = venv or VENV
    held = LOCKS[: LOCKS.index(lock) + 1] if lock in LOCKS else [lock]
    print(f"Installing {lock.relative_to(ROOT)}; takes a minute ...", flush=True)
    stamp_of(venv).unlink(missing_ok=True)
    if not made_by_this_python(venv):
        make_environment(venv)
    command = [str(python_of(venv)), "-m", "pip", "install"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    command += ["--only-binary=:all:", "--require-hashes", "-r", str(lock)]
    run_step(command)
    stamp = {known.name: digest(known) for known in held}
    stamp_of(venv).write_text(json.dumps(stamp))


def made_by_this_python(venv: Path) -> bool:
    """False when it was made by another, or the one that made it has gone."""
    ask = "import sys; print(sys.version, sys.base_prefix)"
    try:
        answer = subprocess.run(
            [python_of(venv), "-c", ask], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return answer.stdout.strip() == f"{sys.version} {sys.base_prefix}"


def make_environment(venv: Path) -> None:
    """An empty environment with pip in it."""
    if importlib.util.find_spec("ensurepip") is None:  # Debian packs it apart
        debian.install("python{}.{}-venv".format(*sys.version_info), log=LOG)
    shutil.rmtree(venv, ignore_errors=True)
    run_step([sys.executable, "-m", "venv", str(venv)])


def run_step(command: list[str]) -> None:
    """Run one step of the installation; its words go to the log, its error to us."""
    with LOG.open("w") as log:
        code = run(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    if code:
        give_up(f"The installation failed: {last_error()} (all of it: {LOG})")


def last_error() -> str:
    lines = LOG.read_text(errors="replace").strip().splitlines() or ["no word why"]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines)[-1].removeprefix("ERROR: ")


if __name__ == "__main__":
    main()
