"""How fast letters go out, beside a bare loop over as many connections; and come in.

    bin/bench outbox [--lines 4 --letters 800 --posted 20000]

Delivery: the same letters once through the postman, claimed, carried and written down,
and once by a bare loop of as many threads that knows no database. The loop has them
ready as bytes, or puts each together with the standard library before it sends it. Both
to a relay that needs 20 ms for a letter, as one that writes to its disk does, and to a
sink that needs no time at all; there over one line too. Rounds of both are interleaved;
the medians count.

Writing: letters claimed and settled by the hundred, without any mail server, beside two
bare statements on a narrow table. Posting: letters in one job, and how much memory it
needs. Writes `var/bench/outbox.json`.
"""

import argparse
import json
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from functools import partial
from threading import Thread
from typing import Any

import django
from django.core.management import call_command
from django.utils import timezone

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from bench import _servers, _shares, _writing  # noqa: E402 - found by the line above

ROUNDS = 3
SENDER = "support@aldwick.example"
RELAY_SECONDS = 0.02
# The share of the bare loop's rate that delivery must reach. Writing has no goal: each
# letter of ours is changed twice in a table with many indexes, and leaves a line in the
# log and what is known of its address; it is there to be seen.
GOALS = {"relay": 0.7, "relay, packing": 0.8, "one line, packing": 0.6}
# Memory that ten times the letters may need more, in MB: one batch, not all of them.
GROWTH = 20.0


def main() -> int:
    size = arguments()
    os.environ["DATABASE_URL"] = database = _servers.fresh_database("steward_letters")
    os.environ["OUTBOX_CONNECTIONS"] = str(size.lines)
    os.environ["LOG_LEVEL"] = "ERROR"
    django.setup()
    call_command("migrate", verbosity=0)
    _servers.analyze(database)
    with sink(RELAY_SECONDS) as relay, sink(0) as instant:
        one = argparse.Namespace(letters=size.letters, lines=1)
        figures = {
            "relay": compare(size, relay, ready=True),
            "relay, packing": compare(size, relay, ready=False),
            "instant": compare(size, instant, ready=True),
            "instant, packing": compare(size, instant, ready=False),
            "one line, packing": compare(one, instant, ready=False),
        }
    figures["writing"] = _writing.compare(database, ROUNDS, rows)
    figures["posting"] = posting(size.posted)
    folder = _servers.ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    result = {"size": vars(size), **figures}
    (folder / "outbox.json").write_text(json.dumps(result, indent=2) + "\n")
    print(f"written to {folder / 'outbox.json'}")
    missed = [name for name in GOALS if figures[name]["share"] < GOALS[name]]
    for name in missed:
        print(f"{name}: {figures[name]['share']:.0%}, wanted {GOALS[name]:.0%}")
    return 0 if not missed and figures["posting"]["growth_mb"] <= GROWTH else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=4)
    parser.add_argument("--letters", type=int, default=800)
    parser.add_argument("--posted", type=int, default=20_000)
    return parser.parse_args()


@contextmanager
def sink(seconds: float) -> Iterator[int]:
    """A mail server in a process of its own while the block runs; its port."""
    port = _servers.free_port()
    script = [sys.executable, "bench/_sink.py", str(port), str(seconds)]
    server = subprocess.Popen(script, cwd=_servers.ROOT)
    try:
        _servers.wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def compare(size: argparse.Namespace, port: int, *, ready: bool) -> dict[str, Any]:
    """Letters a second, ours and the loop's, in interleaved rounds."""
    from django.conf import settings  # noqa: PLC0415 - once it is set up

    from outbox.models import Message  # noqa: PLC0415 - needs settings

    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.OUTBOX_CONNECTIONS = size.lines
    ours, loops = [], []
    for number in range(ROUNDS):
        letters = rows(size.letters, number)
        Message.objects.bulk_create(letters)
        made = ready_bytes(letters) if ready else letters
        bare = partial(loop, made, size.lines, port)
        loops.append(rate(size.letters, bare))
        ours.append(rate(size.letters, partial(deliver, letters)))
    kind = "ready bytes" if ready else "each put together"
    figure = _shares.beside(ours, loops, "loop")
    print(
        f"{figure['ours']:6}/s delivered, {figure['loop']:6}/s by a loop,"
        f" lines: {size.lines}, {kind}: {figure['share']:.0%}",
        flush=True,
    )
    return figure


def rows(number: int, round_: int) -> list[Any]:
    """Letters of the usual size, not written yet."""
    from tests.factories.outbox import MessageFactory  # noqa: PLC0415 - needs settings

    text = "Your license key ends soon. Please renew it in time.\n" * 20
    html = "<p style='margin:0 0 16px'>Your license key ends soon.</p>\n" * 200
    at = timezone.now()
    return MessageFactory.build_batch(
        number, text=text, html=f"<!doctype html>{html}", created_at=at, due_at=at
    )


def rate(number: int, work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return number / (time.perf_counter() - started)


def ready_bytes(letters: list[Any]) -> list[Any]:
    """What the loop sends, made before it starts."""
    return [(letter.recipient, built(letter)) for letter in letters]


def built(letter: Any) -> bytes:
    """As anybody would put a letter together who has no house to take care of."""
    mail = EmailMessage()
    mail["Subject"], mail["From"] = letter.subject, SENDER
    mail["To"] = f"{letter.recipient_name} <{letter.recipient}>"
    mail["Message-ID"] = letter.message_id
    mail["Date"] = letter.created_at
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail.as_bytes()


def loop(letters: list[Any], lines: int, port: int) -> None:
    """As little as can be between letters and a server that takes them."""

    def carry(share: list[Any]) -> None:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="bench") as line:
            line.ehlo()
            for letter in share:
                ready = isinstance(letter, tuple)
                recipient, raw = letter if ready else (letter.recipient, built(letter))
                line.mail(SENDER)
                line.rcpt(recipient)
                line.data(raw)

    threads = [Thread(target=carry, args=(letters[n::lines],)) for n in range(lines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def deliver(letters: list[Any]) -> None:
    from outbox import delivery  # noqa: PLC0415 - needs settings

    report = delivery.deliver(clock=timezone.now)
    if report.sent != len(letters):
        raise SystemExit(f"of {len(letters)} letters: {report}")


def posting(number: int) -> dict[str, Any]:
    """A tenth of the letters first, then all of them, each in a process of its own."""
    few, all_of_them = (
        json.loads(
            _servers.run(
                [sys.executable, "bench/_posting.py", str(n)], dict(os.environ)
            )
        )
        for n in (number // 10, number)
    )
    growth = all_of_them["peak_mb"] - few["peak_mb"]
    print(
        f"{all_of_them['rate']:6}/s posted, {number} in one transaction;"
        f" peak {all_of_them['peak_mb']:.0f} MB, {growth:.1f} MB more than for a tenth"
    )
    return all_of_them | {"growth_mb": round(growth, 1)}


if __name__ == "__main__":
    raise SystemExit(main())
