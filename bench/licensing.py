"""A million licenses: the daily sweep, the licenses pages, validation and check-out.

    bin/bench licensing [--licenses 1000000 --companies 20000 --applications 250000]

Each figure stands beside its raw limit, measured in the same run: the sweep beside the
bare statements that find the same licenses and write as many rows; the pages beside the
yardstick page; the API beside `bench/_bare_licensing.py`, which does nothing but read,
sign and answer. API and pages are compared by the processor time of a request, of the
server and of PostgreSQL together. Writes `var/bench/licensing.json`.
"""

import argparse
import http.client
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from itertools import cycle

import django
from django.core.management import call_command

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from bench import _servers, pages  # noqa: E402 - found by the line above

KEYED = 2_000
ROUNDS, REQUESTS = 3, 200
JSON = "application/vnd.api+json"
DUE = (
    "SELECT l.id FROM licenses_license l WHERE l.due_on BETWEEN %s AND %s"
    " AND NOT EXISTS (SELECT 1 FROM licenses_renewalreminder r"
    " WHERE r.license_id = l.id AND r.due_on = l.due_on AND r.days_before = %s)"
)


@dataclass(frozen=True)
class Limit:
    """A figure of ours beside what the same work costs without us."""

    name: str
    ours: float
    raw: float
    unit: str

    @property
    def ratio(self) -> float:
        return round(self.ours / self.raw, 2)


@dataclass(frozen=True)
class Call:
    """One request to the API: address, body, headers."""

    path: str
    body: str
    headers: dict[str, str]


def main() -> int:
    size = arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ["LICENSING_REQUESTS"] = "100000000,100000000"
    port, yard_port, bare_port = (_servers.free_port() for _ in range(3))
    os.environ["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    make = _servers.sibling_database if size.reuse else _servers.fresh_database
    database = make("steward_bench_licensing")
    os.environ["DATABASE_URL"] = database
    yardstick = _servers.fresh_database("steward_yardstick")
    django.setup()
    if not size.reuse:
        fill(size)
    keyed = list(keys())
    _servers.execute(
        database,
        "DROP TABLE IF EXISTS bare_file",
        "CREATE TABLE bare_file (id uuid PRIMARY KEY, license_id uuid, sha256 text)",
    )
    environment = os.environ | {"YARDSTICK_DATABASE_URL": yardstick}
    script = [sys.executable, "bench/_yardstick.py"]
    key = _servers.run(script, environment).strip()
    _servers.analyze(database, yardstick)
    limits = [shown_limit(limit) for limit in sweep(database)]
    with ExitStack() as stack:
        serve = partial(pages.start, stack, environment)
        ours = serve("portal.wsgi", port, database)
        ruler = serve("bench._yardstick", yard_port, yardstick)
        bare = serve("bench._bare_licensing", bare_port, database)
        limits += [shown_limit(limit) for limit in api(keyed, ours, bare)]
        yard = pages.Page("yardstick", "ruler", "/page/7/", f"sessionid={key}")
        shown = [pages.measure(page, ours, yard, ruler) for page in license_pages()]
    report(size, limits, shown)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companies", type=int, default=20_000)
    parser.add_argument("--applications", type=int, default=250_000)
    parser.add_argument("--licenses", type=int, default=1_000_000)
    parser.add_argument(
        "--reuse", action="store_true", help="measure on the rows of the run before"
    )
    return parser.parse_args()


def fill(size: argparse.Namespace) -> None:
    """The portfolio, with a few tickets for the pages that show some."""
    call_command("migrate", verbosity=0)
    started = time.monotonic()
    rows = {noun: n for noun, n in vars(size).items() if noun != "reuse"}
    call_command("scale", tickets=20_000, **rows)
    print(f"filled in {time.monotonic() - started:.0f} s", flush=True)


def keys() -> Iterator[tuple[str, str]]:
    """The keys of some licenses, each active on one server, and their digests."""
    from django.utils import timezone  # noqa: PLC0415 - needs settings

    from licenses import actions  # noqa: PLC0415 - it imports models
    from licenses.models import License  # noqa: PLC0415 - it imports models

    at = timezone.now()
    running = License.objects.on_premises().filter(ends_on__gt=at + timedelta(days=120))
    for license in running.order_by("number")[:KEYED]:
        text = actions.make_license_key(license=license, by=None, at=at)
        if not license.seats.exists():
            server = f"SERVER-{license.number}"
            actions.activate_server(license=license, server_id=server, by=None, at=at)
        license.refresh_from_db()
        yield text, license.key_digest


def sweep(database: str) -> Iterator[Limit]:
    """One day's reminders, after the sweeps of all the days before; then once more."""
    from django.utils import timezone  # noqa: PLC0415 - needs settings

    from licenses import actions  # noqa: PLC0415 - it imports models
    from outbox.models import Message  # noqa: PLC0415 - it imports models

    now = timezone.now()
    told_before(database, now - timedelta(days=1))
    letters = Message.objects.count()
    seconds, tally = timed(lambda: actions.remind_of_renewal(at=now))
    written = Message.objects.count() - letters
    found = f"{tally.licenses} licenses, {written} letters"
    raw = raw_sweep(database, now.date(), written)
    yield Limit(f"daily sweep, {found}", round(seconds, 2), raw, "s")
    again, tally = timed(lambda: actions.remind_of_renewal(at=now))
    if tally.licenses:
        raise SystemExit(f"A second sweep reminded of {tally.licenses} licenses.")
    yield Limit(
        "sweep with nothing left",
        round(again, 2),
        raw_sweep(database, now.date(), 0),
        "s",
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"    peak memory of the process that swept: {peak:.0f} MB", flush=True)


def told_before(database: str, yesterday: object) -> None:
    """What the ladder has said until yesterday, as rows, by one statement a step."""
    from django.conf import settings  # noqa: PLC0415 - needs settings

    from licenses import reminders  # noqa: PLC0415 - needs settings

    rungs = reminders.steps(settings.RENEWAL_REMINDER_DAYS, settings.LICENSE_GRACE_DAYS)
    for step in rungs:
        first, last = step.window(yesterday.date())
        _servers.execute(
            database,
            "INSERT INTO licenses_renewalreminder"
            " (license_id, due_on, days_before, told_at, told)"
            " SELECT id, due_on, %s, now(), '' FROM licenses_license"
            " WHERE due_on BETWEEN %s AND %s ON CONFLICT DO NOTHING",
            [step.days, first, last],
        )


def raw_sweep(database: str, today: object, rows: int) -> float:
    """Seconds of finding what is due by bare SQL, and of inserting so many letters."""
    from django.conf import settings  # noqa: PLC0415 - needs settings

    from licenses import reminders  # noqa: PLC0415 - needs settings

    _servers.execute(
        database,
        "DROP TABLE IF EXISTS bare_letter",
        "CREATE TABLE bare_letter (id uuid PRIMARY KEY, body text, html text)",
    )
    rungs = reminders.steps(settings.RENEWAL_REMINDER_DAYS, settings.LICENSE_GRACE_DAYS)
    started = time.monotonic()
    for step in rungs:
        first, last = step.window(today)
        _servers.execute(database, DUE, [first, last, step.days])
    if rows:
        _servers.execute(
            database,
            "INSERT INTO bare_letter SELECT gen_random_uuid(), repeat('x', 2000),"
            " repeat('y', 12000) FROM generate_series(1, %s)",
            [rows],
        )
    return round(time.monotonic() - started, 2)


def api(keyed: list, ours: pages.Target, bare: pages.Target) -> Iterator[Limit]:
    """Milliseconds of the processor for one answer; ours, and the bare one."""
    validate, bare_validate, check_out, bare_check_out = [], [], [], []
    for text, digest in keyed:
        shown = {"Authorization": f"License {text}", "Content-Type": JSON}
        body = json.dumps({"meta": {"key": text}})
        path = "/v1/licenses/actions/validate-key"
        validate.append(Call(path, body, {"Content-Type": JSON}))
        bare_validate.append(Call("/validate", digest, {}))
        check_out.append(
            Call(f"/v1/licenses/{text}/actions/check-out?encrypt=true", "", shown)
        )
        bare_check_out.append(Call("/check-out", digest, {}))
    yield interleaved("validate-key", validate, bare_validate, ours, bare)
    yield interleaved("check-out", check_out, bare_check_out, ours, bare)


def interleaved(
    name: str, calls: list, bare_calls: list, ours: pages.Target, bare: pages.Target
) -> Limit:
    mine, raw = cycle(calls), cycle(bare_calls)
    ask(ours, mine, 20), ask(bare, raw, 20)
    taken, limit = [], []
    for _ in range(ROUNDS):
        limit.append(ask(bare, raw, REQUESTS))
        taken.append(ask(ours, mine, REQUESTS))
        limit.append(ask(bare, raw, REQUESTS))
    spent, least = statistics.median(taken), statistics.median(limit)
    rates = f"{1000 / spent:.0f} a second and processor, bare {1000 / least:.0f}"
    print(f"    {name}: {rates}", flush=True)
    return Limit(name, round(spent, 2), round(least, 2), "ms of the processor")


def ask(target: pages.Target, calls: Iterator[Call], times: int) -> float:
    """So many requests over one kept connection; the processor time of one, in ms."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    before = target.cpu_ms()
    for _ in range(times):
        call = next(calls)
        connection.request("POST", call.path, body=call.body, headers=call.headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise SystemExit(f"{call.path} answered {response.status}: {answer[:300]}")
    connection.close()
    return (target.cpu_ms() - before) / times


def license_pages() -> list[pages.Page]:
    from bench import _cast  # noqa: PLC0415 - it imports models, which need settings

    return [pages.Page(*row) for row in _cast.license_pages()]


def timed(work: object) -> tuple[float, object]:
    started = time.monotonic()
    done = work()
    return time.monotonic() - started, done


def shown_limit(limit: Limit) -> Limit:
    beside = f"raw {limit.raw}: {limit.ratio} x"
    print(f"    {limit.name}: {limit.ours} {limit.unit}, {beside}", flush=True)
    return limit


def report(size: argparse.Namespace, limits: list[Limit], shown: list) -> None:
    folder = _servers.ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    result = {
        "size": vars(size),
        "limits": [asdict(limit) | {"ratio": limit.ratio} for limit in limits],
        "pages": [asdict(figure) for figure in shown],
    }
    (folder / "licensing.json").write_text(json.dumps(result, indent=2) + "\n")
    print(f"written to {folder / 'licensing.json'}")


if __name__ == "__main__":
    raise SystemExit(main())
