"""How long our pages take, beside the yardstick page, in one interleaved run.

    bin/bench pages [--companies 2000 --applications 100000 --tickets 100000]

Both servers run the same gunicorn on the same PostgreSQL. Every round asks each page
forty times over one kept-open connection, the yardstick before and after it. What is
compared is the processor time of a request, of the server and of PostgreSQL together;
the medians of the clock stand beside it. Statements and bytes are counted in a request
of their own. Writes `var/bench/pages.json`.
"""

import argparse
import http.client
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial

import django
from django.core.management import call_command

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from bench import _cpu, _servers  # noqa: E402 - found by the line above

ROUNDS = 3
REQUESTS = 40
GOALS = {"list": (3.0, 8), "detail": (2.0, 9)}
LARGEST_PAGE = 60_000


@dataclass(frozen=True)
class Page:
    """One address, who asks for it, and whether it is a list or one thing."""

    name: str
    kind: str
    url: str
    cookie: str


@dataclass(frozen=True)
class Target:
    """A server that is asked: where, and how much processor time it has used."""

    port: int
    cpu_ms: Callable[[], float]


@dataclass(frozen=True)
class Taken:
    """One block of requests: the median of the clock and the processor time of one."""

    wall_ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Figure:
    """What was measured of one page; ratios are medians over the rounds."""

    name: str
    kind: str
    cpu_ms: float
    cpu_ratio: float
    wall_ms: float
    wall_ratio: float
    cpu_rounds: list[float]
    wall_rounds: list[float]
    statements: int
    bytes: int
    within_goal: bool


def main() -> int:
    size = arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    port, yard_port = _servers.free_port(), _servers.free_port()
    os.environ["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    make = _servers.sibling_database if size.reuse else _servers.fresh_database
    database = make("steward_bench")
    os.environ["DATABASE_URL"] = database
    yardstick = _servers.fresh_database("steward_yardstick")
    django.setup()
    if not size.reuse:
        fill_portal(size)
    environment = os.environ | {"YARDSTICK_DATABASE_URL": yardstick}
    script = [sys.executable, "bench/_yardstick.py"]
    key = _servers.run(script, environment).strip()
    _servers.analyze(database, yardstick)
    with ExitStack() as stack:
        serve = partial(start, stack, environment)
        ours = serve("portal.wsgi", port, database)
        ruler = serve("bench._yardstick", yard_port, yardstick)
        yard = Page("yardstick", "ruler", "/page/7/", f"sessionid={key}")
        figures = [measure(page, ours, yard, ruler) for page in pages(size.only)]
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
    parser.add_argument("--only", default="", help="pages whose name contains this")
    return parser.parse_args()


def fill_portal(size: argparse.Namespace) -> None:
    call_command("migrate", verbosity=0)
    started = time.monotonic()
    rows = {noun: n for noun, n in vars(size).items() if noun not in ("reuse", "only")}
    call_command("scale", **rows)
    print(f"filled in {time.monotonic() - started:.0f} s")


def start(
    stack: ExitStack,
    environment: dict[str, str],
    module: str,
    port: int,
    database: str,
) -> Target:
    """A server, and a meter of all the processes that work for it."""
    pid = stack.enter_context(_servers.serve(module, port, environment))

    def cpu_ms() -> float:
        workers = [*_cpu.with_children(pid), *_servers.backends(database)]
        return _cpu.spent_ms(workers)

    return Target(port, cpu_ms)


def pages(only: str) -> list[Page]:
    """The pages the goals speak of, as a company admin, a member and vendor staff."""
    from bench import _cast  # noqa: PLC0415 - it imports models, which need settings

    return [Page(*row) for row in _cast.pages() if only in row[0]]


def measure(page: Page, ours: Target, yard: Page, ruler: Target) -> Figure:
    from bench import _cast  # noqa: PLC0415 - it imports models, which need settings

    take(page, ours, 10)
    take(yard, ruler, 10)
    taken, ruled = [], []
    for _ in range(ROUNDS):
        before = take(yard, ruler, REQUESTS)
        taken.append(take(page, ours, REQUESTS))
        ruled.append(mean_of(before, take(yard, ruler, REQUESTS)))
    pairs = list(zip(taken, ruled, strict=True))
    cpu_rounds = [round(it.cpu_ms / rule.cpu_ms, 2) for it, rule in pairs]
    wall_rounds = [round(it.wall_ms / rule.wall_ms, 2) for it, rule in pairs]
    statements, size = _cast.cost(page.url, page.cookie)
    most, queries = GOALS[page.kind]
    ratio = statistics.median(cpu_rounds)
    figure = Figure(
        name=page.name,
        kind=page.kind,
        cpu_ms=round(statistics.median(it.cpu_ms for it in taken), 2),
        cpu_ratio=ratio,
        wall_ms=round(statistics.median(it.wall_ms for it in taken), 2),
        wall_ratio=statistics.median(wall_rounds),
        cpu_rounds=cpu_rounds,
        wall_rounds=wall_rounds,
        statements=statements,
        bytes=size,
        within_goal=ratio <= most and statements <= queries and size <= LARGEST_PAGE,
    )
    show(figure)
    return figure


def mean_of(one: Taken, other: Taken) -> Taken:
    return Taken(
        (one.wall_ms + other.wall_ms) / 2,
        (one.cpu_ms + other.cpu_ms) / 2,
    )


def take(page: Page, target: Target, times: int) -> Taken:
    """So many requests over one kept-open connection."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    spent = []
    before = target.cpu_ms()
    for _ in range(times):
        started = time.perf_counter()
        connection.request("GET", page.url, headers={"Cookie": page.cookie})
        response = connection.getresponse()
        response.read()
        spent.append((time.perf_counter() - started) * 1_000)
        if response.status != 200:
            raise SystemExit(f"{page.name}: {page.url} answered {response.status}")
    connection.close()
    return Taken(statistics.median(spent), (target.cpu_ms() - before) / times)


def show(figure: Figure) -> None:
    mark = "ok " if figure.within_goal else "NOT"
    print(
        f"{mark} {figure.name:26} {figure.cpu_ratio:5.2f} x yardstick in CPU"
        f" ({figure.cpu_ms:5.1f} ms)  {figure.wall_ratio:5.2f} x on the clock"
        f" ({figure.wall_ms:5.1f} ms)  {figure.statements:2} SQL"
        f"  {figure.bytes / 1000:5.1f} kB",
        flush=True,
    )


def report(size: argparse.Namespace, figures: list[Figure]) -> None:
    by_name = {figure.name: figure for figure in figures}
    for noun in ("applications", "licenses", "tickets"):
        first, last = (by_name.get(f"{noun}, {page}") for page in ("all", "last page"))
        if first and last:
            times = last.cpu_ratio / first.cpu_ratio
            print(f"    {noun}: the last page takes {times:.2f} x the first")
    folder = _servers.ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    result = {"size": vars(size), "pages": [asdict(figure) for figure in figures]}
    (folder / "pages.json").write_text(json.dumps(result, indent=2) + "\n")
    print(f"written to {folder / 'pages.json'}")


if __name__ == "__main__":
    raise SystemExit(main())
