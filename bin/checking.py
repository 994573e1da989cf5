"""Every check that needs no server; all of them run, whichever fail."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from installing import PYTHON, ROOT

TOOLS = PYTHON.parent
# Settings as in production, with values made up here; nothing connects anywhere.
PRODUCTION = {
    "READ_ENV_FILES": "off",
    "SECRET_KEY": "made-up-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz",
    "SIGNING_MASTER_KEY": "bm90LXNlY3JldC1vbmx5LWZvci1jaGVja3MtMTIzNDU=",
    "DATABASE_URL": "postgres://steward:steward@database.example/steward",
    "REDIS_URL": "redis://broker.example:6379/0",
    "EMAIL_URL": "smtp+tls://steward:steward@mail.example:587",
    "PUBLIC_URL": "https://portal.example",
}
KNOWS_ROWS = re.compile(r"^(from|import) .*\b(django|models|actions)\b", re.MULTILINE)
# The laws of the house that can be read from its files.
LAWS = ("floors", "project", "templates", "translations", "vocabulary")


def main() -> int:
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        broken = [
            name
            for name, command in checks(folder).items()
            if not passes(name, command)
        ]
    print(
        f"bin/check: {', '.join(broken)} failed." if broken else "bin/check: all well."
    )
    return 1 if broken else 0


def checks(folder: str) -> dict[str, list[str]]:
    """Each check by its name; `folder` is for what a check writes."""
    python = str(PYTHON)
    manage = [python, "-W", "error", "manage.py"]
    nowhere = f"DATABASE_URL=sqlite:///{Path(folder) / 'none.sqlite3'}"
    laws = [f"tests/house/test_{law}.py" for law in LAWS]
    compose = ["--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    return {
        "format": [tool("ruff"), "format", "--check", "--quiet", "."],
        "lint": [tool("ruff"), "check", "--quiet", "."],
        "types": [python, "-m", "mypy", "bin", *plain_modules()],
        "migrations": [
            *("env", nowhere),
            *(*manage, "makemigrations", "--check", "--dry-run", "--skip-checks"),
        ],
        "deployment": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        "compose file": [tool("check-jsonschema"), "--quiet", *compose],
        "image": [tool("hadolint"), "Dockerfile"],
        "house": [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *laws],
    }


def plain_modules() -> list[str]:
    """What knows neither Django nor rows: there a type says all there is to know."""
    packages = [path.parent for path in ROOT.glob("*/apps.py")]
    modules = [module for package in packages for module in package.rglob("*.py")]
    return [
        str(module.relative_to(ROOT))
        for module in sorted(modules)
        if module.stat().st_size and not KNOWS_ROWS.search(module.read_text())
    ]


def tool(name: str) -> str:
    return str(TOOLS / name)


def passes(name: str, command: list[str]) -> bool:
    """Run one check; its words appear only when it fails."""
    result = subprocess.run(
        command,
        env=os.environ | PRODUCTION,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(f"{name:>12}  {'failed' if result.returncode else 'ok'}", flush=True)
    if result.returncode:
        print(result.stdout, flush=True)
    return result.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
