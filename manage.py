#!/usr/bin/env python3
"""Run one of the portal's commands: `manage.py help` lists them."""

import importlib.util
import os
import sys
from pathlib import Path


def main() -> None:
    """Hand over to Django, in the environment that `bin/run` made if need be."""
    if importlib.util.find_spec("django") is None:
        restart_where_django_is()
    # Django is known to be there only now.
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    execute_from_command_line(sys.argv)


def restart_where_django_is() -> None:
    """Become the Python of `var/venv`, or say in one sentence what is missing."""
    here = Path(__file__).resolve().parent
    python = Path(os.environ.get("VAR_DIR") or here / "var") / "venv/bin/python"
    if not python.exists() or sys.executable == str(python):
        sys.exit(
            "Django is not installed: start bin/run once, or install"
            " requirements/runtime.txt with pip."
        )
    os.execv(python, [str(python), *sys.argv])  # noqa: S606 - our own Python


if __name__ == "__main__":
    main()
