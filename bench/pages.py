"""How long our pages take, beside the yardstick page, in one interleaved run.

    bin/bench pages [--companies 2000 --applications 100000 --tickets 100000]

Both servers run the same gunicorn on the same PostgreSQL. Every round asks each page
forty times over one kept-open connection, the yardstick before and after it; the
medians are compared. Statements and bytes are counted in a request of their own.
Writes `var/bench/pages.json`.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
REQUESTS = 40
GOALS = {"list": (3.0, 8), "detail": (2.0, 9)}
LARGEST_PAGE = 60_000
GUNICORN = ["-m", "gunicorn", "--workers", "2", "--threads", "4", "--keep-alive", "30"]


@dataclass(frozen=True)
class Page:
    """One address, who asks for it, and whether it is a list or one thing."""

    name: str
    kind: str
    url: str
    cookie: str


@dataclass(frozen=True)
class Figure:
    """What was measured of one page."""

    name: str
    kind: str
    median_ms: float
    yardstick_ms: float
    ratio: float
    rounds: list[float]
    statements: int
    bytes: int
    within_goal: bool


def main() -> int:
    size = arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    port, yard_port = free_port(), free_port()
    os.environ["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    make = sibling_database if size.reuse else fresh_database
    database = make("steward_bench")
    os.environ["DATABASE_URL"] = database
    yardstick = fresh_database("steward_yardstick")
    django.setup()
    if not size.reuse:
        fill_portal(size)
    environment = os.environ | {"YARDSTICK_DATABASE_URL": yardstick}
    key = run([sys.executable, "bench/yardstick.py"], environment).strip()
    analyze(database, yardstick)
    with ExitStack() as servers:
        servers.enter_context(serve("portal.wsgi", port, environment))
        servers.enter_context(serve("bench.yardstick", yard_port, environment))
        ruler = Page("yardstick", "ruler", "/page/7/", f"sessionid={key}")
        figures = measure(pages(), port, ruler, yard_port)
    report(size, figures)
    return 0 if all(figure.within_goal for figure in figures) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companies", type=int, default=2_000)
    parser.add_argument("--applications", type=int, default=100_000)
    parser.add_argument("--licenses", type=int, default=100_000)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument(
        "--reuse", action="store_true", help="measure on the rows of the run before"
    )
    return parser.parse_args()


def sibling_database(name: str) -> str:
    """The URL of another database on the server of DATABASE_URL."""
    address = urlsplit(os.environ["DATABASE_URL"])
    folder, _, _ = address.path.rpartition("/")
    return urlunsplit(address._replace(path=f"{folder}/{name}"))


def fresh_database(name: str) -> str:
    """Drop and create a database beside the one of DATABASE_URL; returns its URL."""
    url = sibling_database(name)
    address = urlsplit(os.environ["DATABASE_URL"])
    folder, _, _ = address.path.rpartition("/")
    connection = psycopg2.connect(
        host=address.hostname or folder, port=address.port, user=address.username,
        password=address.password, dbname="postgres",
    )  # fmt: skip
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    return url


def fill_portal(size: argparse.Namespace) -> None:
    call_command("migrate", verbosity=0)
    started = time.monotonic()
    rows = {noun: n for noun, n in vars(size).items() if noun != "reuse"}
    call_command("scale", **rows)
    print(f"filled in {time.monotonic() - started:.0f} s")


def analyze(*urls: str) -> None:
    """Give the planner its statistics, as autovacuum would have by and by."""
    for url in urls:
        address = urlsplit(url)
        folder, _, name = address.path.rpartition("/")
        connection = psycopg2.connect(
            host=address.hostname or folder, port=address.port,
            user=address.username, password=address.password, dbname=name,
        )  # fmt: skip
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        connection.close()


def pages() -> list[Page]:
    """The pages the goals speak of, as a company admin and as vendor staff."""
    from bench import cast  # noqa: PLC0415 - it imports models, which need settings

    return [Page(*row) for row in cast.pages()]


def measure(pages: list[Page], port: int, ruler: Page, yard_port: int) -> list[Figure]:
    from bench import cast  # noqa: PLC0415 - it imports models, which need settings

    figures = []
    for page in pages:
        ask(page, port, 5)
        ask(ruler, yard_port, 5)
        ratios, ours, theirs = [], [], []
        for _ in range(ROUNDS):
            before = statistics.median(ask(ruler, yard_port, REQUESTS))
            median = statistics.median(ask(page, port, REQUESTS))
            after = statistics.median(ask(ruler, yard_port, REQUESTS))
            ours.append(median)
            theirs.append((before + after) / 2)
            ratios.append(median / theirs[-1])
        statements, size = cast.cost(page.url, page.cookie)
        ratio = statistics.median(ratios)
        most, queries = GOALS[page.kind]
        figures.append(
            Figure(
                name=page.name,
                kind=page.kind,
                median_ms=round(statistics.median(ours), 2),
                yardstick_ms=round(statistics.median(theirs), 2),
                ratio=round(ratio, 2),
                rounds=[round(value, 2) for value in ratios],
                statements=statements,
                bytes=size,
                within_goal=ratio <= most
                and statements <= queries
                and size <= LARGEST_PAGE,
            )
        )
        show(figures[-1])
    return figures


def ask(page: Page, port: int, times: int) -> list[float]:
    """Milliseconds of each request over one kept-open connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        connection.request("GET", page.url, headers={"Cookie": page.cookie})
        response = connection.getresponse()
        response.read()
        spent.append((time.perf_counter() - started) * 1_000)
        if response.status != 200:
            raise SystemExit(f"{page.name}: {page.url} answered {response.status}")
    connection.close()
    return spent


@contextmanager
def serve(module: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    """A gunicorn of this application while the block runs."""
    command = [sys.executable, *GUNICORN, "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        [*command, "--config", "/dev/null", f"{module}:application"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None:
                raise SystemExit(f"{module} did not start")
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(20)


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def show(figure: Figure) -> None:
    mark = "ok " if figure.within_goal else "NOT"
    print(
        f"{mark} {figure.name:42} {figure.median_ms:7.1f} ms  "
        f"{figure.ratio:5.2f} x yardstick ({figure.yardstick_ms:.1f} ms)  "
        f"{figure.statements:2} SQL  {figure.bytes / 1000:5.1f} kB",
        flush=True,
    )


def report(size: argparse.Namespace, figures: list[Figure]) -> None:
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    result = {"size": vars(size), "pages": [asdict(figure) for figure in figures]}
    (folder / "pages.json").write_text(json.dumps(result, indent=2) + "\n")
    print(f"written to {folder / 'pages.json'}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(main())
