"""The published licensing clients, in an environment of their own: var/clients.

The tests that run them make it when they need it, from requirements/clients.txt.
"""

from pathlib import Path

from installing import (
    ROOT,
    VAR,
    install,
    is_installed,
    only_one_installer,
    prepare_var,
    python_of,
)

LOCK = ROOT / "requirements/clients.txt"
VENV = VAR / "clients"


def provide() -> Path:
    """The Python that has the clients, and nothing of ours."""
    prepare_var()
    with only_one_installer():
        if not is_installed(LOCK, VENV):
            install(LOCK, VENV)
    return python_of(VENV)
