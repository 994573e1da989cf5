"""What surrounds the house: dependencies with reasons, locks, settings, commands."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = (ROOT / "pyproject.toml").read_text()
ENV_EXAMPLE = (ROOT / ".env.example").read_text()
README = (ROOT / "README.md").read_text()
LOCKS = {
    name: (ROOT / f"requirements/{name}.txt").read_text()
    for name in ("runtime", "trial", "test", "clients")
}
SHELL = sorted(
    path
    for path in (*ROOT.glob("bin/*"), ROOT / ".ci/run")
    if path.is_file() and path.suffix != ".py"
)
# Where variables are read: by the portal, and by what starts it.
SETTINGS = [ROOT / "portal/settings.py", ROOT / "gunicorn.conf.py"]
READERS = [
    *SETTINGS,
    *ROOT.glob("bin/*.py"),
    ROOT / "portal/environment.py",
    ROOT / "docker-compose.yml",
]


def dependencies():
    project = tomllib.loads(PYPROJECT)
    groups = project["dependency-groups"]
    for where in (project["project"]["dependencies"], *groups.values()):
        yield from where


def pins(lock):
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", LOCKS[lock], re.MULTILINE))


def variables_read(path):
    source = path.read_text()
    return set(re.findall(r"""\benv(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", source)) | set(
        re.findall(r"^    ([A-Z_]+)=\(", source, re.MULTILINE)
    )


@pytest.mark.parametrize("dependency", list(dependencies()))
def test_every_dependency_has_its_reason_beside_it(dependency):
    assert re.search(rf'^  "{re.escape(dependency)}", # \S+ \S+', PYPROJECT, re.M)


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_host_and_no_path(lock):
    without_hashes = re.sub(r"--hash=sha256:[0-9a-f]{64}", "", LOCKS[lock])

    assert not re.findall(r".*(?:/|@|--|\bfile:).*", without_hashes)


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_exactly_and_with_hashes(lock):
    entries = re.split(r"\n(?=\S)", LOCKS[lock].strip())

    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+( ; .+?)? \\\n +--hash=sha256:", entry)


def test_locks_hold_every_dependency():
    wanted = {re.match(r"[a-z0-9-]+", name)[0] for name in dependencies()}
    clients = {"keygen-sdk", "keygen-py"}

    assert wanted - clients <= pins("test").keys()
    assert clients <= pins("clients").keys()


def test_nothing_of_a_published_client_is_in_our_own_environment():
    assert {"keygen-sdk", "keygen-py"} & pins("test").keys() == set()


@pytest.mark.parametrize(
    ("smaller", "larger"), [("runtime", "trial"), ("trial", "test")]
)
def test_each_lock_holds_the_one_before(smaller, larger):
    assert pins(smaller).items() <= pins(larger).items()


@pytest.mark.parametrize("path", SETTINGS, ids=lambda path: path.name)
@pytest.mark.parametrize("document", [".env.example", "README.md"])
def test_every_variable_is_explained(path, document):
    text = (ROOT / document).read_text()

    assert variables_read(path)
    assert {
        v for v in variables_read(path) if not re.search(rf"\b{v}\b", text)
    } == set()


def test_env_example_explains_nothing_that_is_gone():
    explained = set(re.findall(r"^#?([A-Z_]+)=", ENV_EXAMPLE, re.MULTILINE))
    read = " ".join(path.read_text() for path in READERS)

    assert {v for v in explained if not re.search(rf"\b{v}\b", read)} == set()


def test_env_example_is_valid_as_it_stands():
    everything = re.sub(r"^#(?=[A-Z_]+=.)", "", ENV_EXAMPLE, flags=re.MULTILINE)
    values = dict(re.findall(r"^([A-Z_]+)=(.+)$", everything, re.MULTILINE))
    environment = {"PATH": os.environ["PATH"], **values, "READ_ENV_FILES": "off"}

    answer = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert answer.stderr == ""


@pytest.mark.parametrize("path", SHELL, ids=lambda path: path.name)
def test_shell_scripts_are_thin(path):
    source = path.read_text()

    assert source.startswith("#!/bin/sh\n# ")
    assert os.access(path, os.X_OK)
    assert source.count("\n") <= 25
    assert subprocess.run(["sh", "-n", str(path)]).returncode == 0


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("bin/*.py")), ids=lambda path: path.name
)
def test_scripts_stay_small(path):
    source = path.read_text()
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]

    assert ast.get_docstring(tree)
    assert source.count("\n") <= 400
    assert [f.name for f in functions if f.end_lineno - f.lineno >= 40] == []
