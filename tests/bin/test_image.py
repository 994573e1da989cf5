"""The image's own commands, run on the files and packages that the image holds."""

import fnmatch
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from importlib.metadata import distributions
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.bin.processes_of import wait_until

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = YAML(typ="safe").load(ROOT / "docker-compose.yml")
# Python reads a module of this name by itself: it hides what only trial and tests have.
HIDE = """
import sys

class Hidden:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"{{name}} is not in the image", name=name)

sys.meta_path.insert(0, Hidden)
"""


def pins(lock):
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    return set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))


def modules_outside_the_image():
    """The modules of every package that the image's lock does not hold."""
    absent = pins("test") - pins("runtime")
    names = set()
    for package in distributions():
        if package.name.lower().replace("_", "-") in absent:
            for file in package.files or ():
                names.add(file.parts[0].removesuffix(".py"))
    return names - {"..", "bin"}


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A folder with what `COPY . .` copies, and the image's environment around it."""
    folder = tmp_path_factory.mktemp("image")
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    patterns = (ROOT / ".dockerignore").read_text().splitlines()
    for name in listing.stdout.splitlines():
        parts = [name, *map(str, Path(name).parents)]
        if any(fnmatch.fnmatch(part, p) for part in parts for p in patterns):
            continue
        if (ROOT / name).is_file():
            target = folder / "srv" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    (folder / "hide").mkdir()
    hide = HIDE.format(names=modules_outside_the_image())
    (folder / "hide/sitecustomize.py").write_text(hide)
    (folder / "data").mkdir()
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(folder / "hide"),
        "READ_ENV_FILES": "off",
        "STATIC_MANIFEST": "on",
        "VAR_DIR": str(folder / "data"),
        "PORT": str(port),
        "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
        "SIGNING_MASTER_KEY": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtLi4=",
        "REDIS_URL": os.environ["REDIS_URL"],
        "PUBLIC_URL": "https://portal.example.com",
    }
    collect = re.search(r"(python manage.py collectstatic .*?) \\", DOCKERFILE)[1]
    run(shlex.split(collect), folder, environment)
    return folder, environment


def run(command, folder, environment):
    answer = subprocess.run(
        command, cwd=folder / "srv", env=environment, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def web(image):
    folder, environment = image
    command = re.search(r"^CMD \[(.*)\]", DOCKERFILE, re.MULTILINE)[1]
    with subprocess.Popen(
        re.findall(r'"([^"]+)"', command),
        cwd=folder / "srv",
        env=environment,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield lambda path: get(int(environment["PORT"]), path)
        process.terminate()


def get(port, path):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        headers={"Host": "portal.example.com", "X-Forwarded-Proto": "https"},
    )
    try:
        return urllib.request.urlopen(request, timeout=10)
    except urllib.error.URLError:
        return None


def test_the_image_leaves_out_what_serves_nobody(image):
    folder, _ = image
    names = {path.name for path in (folder / "srv").iterdir()}

    assert {"manage.py", "portal", "templates", "static", "gunicorn.conf.py"} <= names
    assert names.isdisjoint({"tests", "bench", "var", ".git", ".env", ".ci"})


def test_the_probe_finds_the_web_server(image, web):
    folder, environment = image
    probe = re.search(r'CMD \["python", "(bin/probe.py)"\]', DOCKERFILE)[1]

    def answers():
        command = [sys.executable, probe]
        return subprocess.call(command, cwd=folder / "srv", env=environment) == 0

    assert wait_until(answers)


def test_the_probe_fails_where_nobody_answers(image):
    folder, environment = image

    answer = subprocess.run(
        [sys.executable, "bin/probe.py"],
        cwd=folder / "srv",
        env=environment | {"PORT": "1"},
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 1
    assert "Connection refused" in answer.stdout


def test_static_files_are_named_by_their_content_and_kept_for_ever(web):
    assert wait_until(lambda: web("/healthz"))

    page = web("/accounts/login/").read().decode()
    sheet = re.search(r'href="(/static/\S+\.[0-9a-f]{12}\.css)"', page)[1]
    answer = web(sheet)

    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["migrate", "worker", "beat"])
def test_every_command_of_the_compose_file_is_understood(image, name):
    command = COMPOSE["services"][name]["command"]

    assert "--" in run([*command, "--help"], *image)


def test_the_schedule_of_beat_is_where_its_health_check_looks(image):
    check = COMPOSE["services"]["beat"]["healthcheck"]["test"][1]
    ask = "from django.conf import settings as s"
    ask += "; print(s.CELERY_BEAT_SCHEDULE_FILENAME)"

    written = run(["python", "manage.py", "shell", "--no-imports", "-c", ask], *image)

    folder, _ = image
    assert written.strip() == str(folder / "data/beat-schedule")
    assert "/var/lib/steward/beat-schedule*" in check
    assert "VAR_DIR=/var/lib/steward" in DOCKERFILE
