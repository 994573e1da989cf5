"""Posts so many letters in one transaction, in a process whose memory is its own.

    python bench/_posting.py LETTERS

Prints letters a second and the peak of memory, in JSON.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import django

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
django.setup()

from django.conf import settings  # noqa: E402 - after the set-up
from django.db import transaction  # noqa: E402

from outbox.posting import Letter, post_many  # noqa: E402

SAMPLES = settings.BASE_DIR / "tests" / "outbox" / "templates"
CONTEXT = {
    "thing": "Depot Control",
    "at": datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    "words": "What is missing is a new key.",
    "server": "rtm-app-01",
    "start": date(2026, 9, 7),
    "now": date(2026, 11, 21),
    "end": date(2026, 12, 6),
}


def letters(number: int) -> Iterator[Letter]:
    for n in range(number):
        yield Letter(
            key=f"bench:{os.getpid()}:{n}",
            to=f"person{n}@company{n % 2000}.example",
            template="sample/emails/notice",
            context=CONTEXT,
            audience="a technical contact of Depot Control",
        )


def main() -> None:
    number = int(sys.argv[1])
    [engine] = settings.TEMPLATES
    engine["DIRS"] = [*engine["DIRS"], SAMPLES]
    started = time.perf_counter()
    with transaction.atomic():
        written = post_many(letters(number))
        transaction.get_connection().run_on_commit.clear()  # nobody is to be nudged
    if written != number:
        raise SystemExit(f"{written} of {number} letters were written")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = round(number / (time.perf_counter() - started))
    print(json.dumps({"rate": rate, "peak_mb": round(peak, 1)}))


if __name__ == "__main__":
    main()
