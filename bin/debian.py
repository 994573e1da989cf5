"""Programs that Debian and Ubuntu have as packages: found, installed, or asked for."""

import os
import shutil
import subprocess
from pathlib import Path

from processes import give_up, run


def provide(*programs: str, package: str, log: Path) -> str:
    """The path of the first of these programs that is there, after installing it."""
    found = find(*programs)
    if found is None:
        install(package, log=log)
        found = find(*programs)
    return found or give_up(f"{package} is installed but has no {programs[0]}.")


def find(*programs: str) -> str | None:
    return next(filter(None, map(shutil.which, programs)), None)


def install(package: str, *, log: Path) -> None:
    """Install a package as root; anybody else reads the line to type."""
    line = f"apt-get update && apt-get install -y --no-install-recommends {package}"
    if shutil.which("apt-get") is None:
        give_up(f"{package} is needed and is not installed on this machine.")
    if os.geteuid() != 0:
        give_up(f"{package} is needed; as root type: {line}")
    print(f"Installing {package} with apt-get ...", flush=True)
    with log.open("w") as output:
        code = run(
            ["/bin/sh", "-c", line],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
    if code:
        give_up(f"{package} could not be installed by apt-get: see {log}")
