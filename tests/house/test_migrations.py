"""The migrations say what the models say, lead one way, and run on both databases."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps as django_apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

ROOT = Path(__file__).resolve().parents[2]
OURS = [
    config.label
    for config in django_apps.get_app_configs()
    if Path(config.path).parent == ROOT and Path(config.path, "migrations").is_dir()
]


@pytest.fixture(scope="module")
def graph():
    return MigrationLoader(None)


def test_there_are_migrations_of_ours():
    assert {"companies", "applications", "tickets", "outbox"} <= set(OURS)


@pytest.mark.django_db
def test_no_model_has_moved_on_without_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("label", OURS)
def test_migrations_lead_one_way(graph, label):
    assert len(graph.graph.leaf_nodes(label)) == 1
    assert len(graph.graph.root_nodes(label)) == 1


@pytest.mark.parametrize("label", OURS)
def test_a_migration_is_named_by_meaning(graph, label):
    names = [name for app, name in graph.disk_migrations if app == label]

    assert [name for name in names if "_auto_" in name or name[4] != "_"] == []


@pytest.mark.parametrize("label", OURS)
def test_what_moves_data_can_be_taken_back(graph, label):
    found = [
        (name, operation)
        for (app, name), migration in graph.disk_migrations.items()
        if app == label
        for operation in migration.operations
        if isinstance(operation, RunPython | RunSQL) and not operation.reversible
    ]

    assert found == []


def test_sqlite_is_built_from_nothing_and_back(tmp_path):
    """The one-command trial begins so; taken back, nothing of ours is left."""
    file = tmp_path / "steward.sqlite3"

    migrate(file)
    built = tables(file)
    for ground in ("companies", "outbox"):  # everything else stands on them
        migrate(file, ground, "zero")

    assert {"applications_application", "licenses_licensekey"} <= built
    assert {name for name in tables(file) if name.split("_")[0] in OURS} == set()


def migrate(file, *what):
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{file}"}
    command = [sys.executable, "-W", "error", "manage.py", "migrate", "-v0", *what]
    answer = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr[-2000:]


def tables(file):
    connection = sqlite3.connect(file)
    rows = connection.execute("select name from sqlite_master where type = 'table'")
    names = {name for (name,) in rows}
    connection.close()
    return names
