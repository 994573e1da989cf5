"""The environment is made once, and again only when a lock or Python changed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import debian
import installing
import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_3_6 = "#!/bin/sh\n[ \"$1\" = --version ] && echo 'Python 3.6.9'\nexit 1\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with two locks, whose installation only notes what it was asked."""
    locks = [tmp_path / f"requirements/{name}.txt" for name in ("trial", "test")]
    for lock in locks:
        lock.parent.mkdir(exist_ok=True)
        lock.write_text(f"{lock.stem} 1\n")
    venv = tmp_path / "var/venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").symlink_to(sys.executable)
    for name, value in {
        "ROOT": tmp_path,
        "VAR": tmp_path / "var",
        "VENV": venv,
        "PYTHON": venv / "bin/python",
        "LOG": tmp_path / "var/log/install.log",
        "LOCKS": locks,
    }.items():
        monkeypatch.setattr(installing, name, value)
    steps = []

    def note(step):
        steps.append(step)
        venv.mkdir(exist_ok=True)  # the one that makes an environment does

    monkeypatch.setattr(installing, "run_step", note)
    return {"trial": locks[0], "test": locks[1], "steps": steps}


def test_a_new_lock_is_installed_with_hashes_and_stamped(project):
    assert not installing.is_installed(project["trial"])

    installing.install(project["trial"])

    assert installing.is_installed(project["trial"])
    assert not installing.is_installed(project["test"])
    step = project["steps"][-1]
    assert step[1:4] == ["-m", "pip", "install"]
    assert step[-3:] == ["--require-hashes", "-r", str(project["trial"])]


def test_the_larger_lock_brings_the_smaller_along(project):
    installing.install(project["test"])

    assert installing.is_installed(project["trial"])
    assert installing.is_installed(project["test"])


def test_a_changed_lock_is_not_installed(project):
    installing.install(project["trial"])

    project["trial"].write_text("trial 2\n")

    assert not installing.is_installed(project["trial"])


def test_an_environment_of_another_python_is_not_installed(project, monkeypatch):
    installing.install(project["trial"])

    monkeypatch.setattr(installing.sys, "version", "3.99.0 (of tomorrow)")

    assert not installing.is_installed(project["trial"])


def test_an_environment_whose_python_has_gone_is_made_anew(project):
    installing.install(project["trial"])
    installing.PYTHON.unlink()
    installing.PYTHON.symlink_to("/nonexistent/python")
    assert not installing.is_installed(project["trial"])

    installing.install(project["trial"])

    assert project["steps"][-2] == [sys.executable, "-m", "venv", str(installing.VENV)]


def test_an_interrupted_installation_is_not_taken_for_done(project, monkeypatch):
    installing.install(project["trial"])
    project["trial"].write_text("trial 2\n")

    def fail(command):
        raise SystemExit("no network")

    monkeypatch.setattr(installing, "run_step", fail)
    with pytest.raises(SystemExit, match="no network"):
        installing.install(project["trial"])
    project["trial"].write_text("trial 1\n")

    assert not installing.is_installed(project["trial"])


def test_the_stamp_holds_only_hashes(project):
    installing.install(project["test"])

    stamp = json.loads(installing.stamp_of(installing.VENV).read_text())
    assert set(stamp) == {"trial.txt", "test.txt"}
    assert all(len(digest) == 64 for digest in stamp.values())


def test_an_environment_apart_holds_its_own_lock_alone(project, tmp_path):
    apart, lock = tmp_path / "var/clients", tmp_path / "requirements/clients.txt"
    lock.write_text("clients 1\n")
    (apart / "bin").mkdir(parents=True)
    (apart / "bin/python").symlink_to(sys.executable)

    installing.install(lock, apart)

    assert installing.is_installed(lock, apart)
    assert not installing.is_installed(lock)
    assert not installing.is_installed(project["trial"], apart)
    assert project["steps"][-1][0] == str(apart / "bin/python")


def test_pips_own_word_is_in_the_sentence(tmp_path, monkeypatch):
    log = tmp_path / "install.log"
    monkeypatch.setattr(installing, "LOG", log)
    words = (
        "print('Collecting x'); print('ERROR: No matching'); exit('notice: new pip')"
    )

    with pytest.raises(SystemExit) as end:
        installing.run_step([sys.executable, "-c", words])

    assert str(end.value) == f"The installation failed: No matching (all of it: {log})"


def test_without_ensurepip_the_package_is_asked_for(project, monkeypatch):
    installing.PYTHON.unlink()
    monkeypatch.setattr(installing.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian.shutil, "which", lambda name: "/usr/bin/apt-get")

    with pytest.raises(SystemExit) as end:
        installing.install(project["trial"])

    package = "python{}.{}-venv".format(*sys.version_info)
    assert str(end.value) == (
        f"{package} is needed; as root type: apt-get update"
        f" && apt-get install -y --no-install-recommends {package}"
    )


def test_where_there_is_no_apt_the_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(debian.shutil, "which", lambda name: None)

    with pytest.raises(
        SystemExit, match="^redis-server is needed and is not installed"
    ):
        debian.provide("redis-server", package="redis-server", log=tmp_path / "log")


@pytest.mark.parametrize(
    ("python3", "sentence"),
    [
        (None, "Python 3.11 or newer is needed and python3 is not installed: apt-get"),
        (PYTHON_3_6, "Python 3.11 or newer is needed, and this machine's python3 is"),
    ],
    ids=["none", "old"],
)
@pytest.mark.parametrize("command", ["run", "test", "check", "bench"])
def test_a_missing_or_old_python_ends_in_one_sentence(
    tmp_path, command, python3, sentence
):
    for name in ("dirname", "sh"):
        (tmp_path / name).symlink_to(f"/bin/{name}")
    if python3:
        (tmp_path / "python3").write_text(python3)
        (tmp_path / "python3").chmod(0o755)

    answer = subprocess.run(
        ["/bin/sh", f"bin/{command}"],
        env={"PATH": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 1
    assert answer.stderr.startswith(sentence)
    assert answer.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_ends_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()

    answer = subprocess.run(
        ["bin/run"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "file/var")},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 1
    assert answer.stderr.endswith("file/var cannot be written: Not a directory.\n")
    assert answer.stderr.count("\n") == 1
