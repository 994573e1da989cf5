"""The servers that tests run on: real, ours alone, and gone afterwards."""

import os
import subprocess
import sys
from pathlib import Path

import postgres
import psycopg2
import pytest
import services

from tests.bin.processes_of import alive, below, wait_until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def short_path(tmp_path_factory):
    """pytest's own folders may be too long for a socket, and are private."""
    made = subprocess.run(["mktemp", "-d"], capture_output=True, text=True)
    folder = Path(made.stdout.strip())
    folder.chmod(0o711)
    yield folder
    subprocess.run(["rm", "-r", str(folder)], check=True)


def ask(url, question):
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(question)
        answer = cursor.fetchone()[0]
    connection.close()
    return answer


@pytest.mark.parametrize("where", [postgres.DEBIAN_POSTGRES, Path("/nonexistent")])
def test_postgres_knows_letters_beyond_ascii(short_path, monkeypatch, where):
    monkeypatch.setattr(postgres, "DEBIAN_POSTGRES", where)

    with postgres.postgres(short_path) as url:
        assert ask(url, "SELECT 'Évry' ILIKE 'éVRY'")
        assert ask(url, "SHOW listen_addresses") == "127.0.0.1"
        assert ask(url, "CREATE EXTENSION pg_trgm; SELECT 1") == 1


def test_postgres_lets_nobody_in_without_the_password(short_path):
    with postgres.postgres(short_path) as url:
        server = url.partition("@")[2]
        with pytest.raises(psycopg2.OperationalError, match="no password supplied"):
            psycopg2.connect(f"postgres://postgres@{server}")


def test_no_private_folder_is_opened_for_the_server(short_path):
    above = [short_path.parent, ROOT, *ROOT.parents]
    before = [folder.stat().st_mode for folder in above]

    with postgres.postgres(short_path):
        pass

    assert [folder.stat().st_mode for folder in above] == before


def test_servers_end_with_whoever_started_them(short_path):
    script = "import provisioning, pathlib, time\n"
    script += "with provisioning.provided(pathlib.Path('/dev/null')):\n"
    script += "    print('ready', flush=True); time.sleep(600)"
    unset = ("DATABASE_URL", "REDIS_URL")
    environment = {k: v for k, v in os.environ.items() if k not in unset}
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=environment | {"PYTHONPATH": str(ROOT / "bin"), "TMPDIR": str(short_path)},
        stdout=subprocess.PIPE,
    ) as process:
        is_ready = process.stdout.readline() == b"ready\n"
        servers = below(process.pid)
        process.kill()

    assert is_ready
    assert len(servers) > 4
    assert wait_until(lambda: alive(servers) == [])


def test_a_server_that_does_not_start_is_named_with_its_last_word(tmp_path):
    log = tmp_path / "log"
    log.write_text("hello\nport taken\n")
    with subprocess.Popen(["/bin/false"]) as process:
        process.wait()
        with pytest.raises(SystemExit, match="^postgres did not start: port taken$"):
            services.wait_until(lambda: False, process, log, name="postgres")
