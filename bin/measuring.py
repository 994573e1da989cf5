"""Runs every measurement in bench/ on servers of its own, or one with its arguments."""

import base64
import os
import secrets
import signal
import sys
from pathlib import Path

import provisioning
from installing import PYTHON, ROOT, VAR
from processes import give_up, leave, run

BENCH = ROOT / "bench"


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    os.chdir(ROOT)
    name, *arguments = sys.argv[1:] or [""]
    scripts = [BENCH / f"{name}.py"] if name else every_script()
    for script in scripts:
        if not script.exists():
            known = ", ".join(path.stem for path in every_script())
            give_up(f"There is no measurement {script.stem}; there is: {known}.")
    (VAR / "bench").mkdir(exist_ok=True)
    with provisioning.provided(VAR / "log/apt.log") as urls:
        environment = os.environ | made_up_settings() | urls
        failed = [
            script.stem
            for script in scripts
            if run([str(PYTHON), str(script), *arguments], env=environment)
        ]
    if failed:
        give_up(f"Over the limit or broken: {', '.join(failed)}.")
    return 0


def every_script() -> list[Path]:
    """Every measurement; a file that begins with an underscore is a part of some."""
    return sorted(BENCH.glob("[!_]*.py"))


def made_up_settings() -> dict[str, str]:
    """What the settings insist on, where nothing is to last."""
    return {
        "READ_ENV_FILES": "off",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SIGNING_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "EMAIL_URL": "dummymail://",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "LOG_LEVEL": "WARNING",
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
