"""Mistreats a portal that delivers mail, and counts what arrived.

    bin/chaos [--letters 10000 --kills 20 --broker 3 --database 1 --mail-down 60]

Two workers and beat deliver while workers are killed at random, Redis comes back
empty, PostgreSQL restarts and the mail server is away. Every recipient must get the
letter. Each that comes twice is laid to the blow that broke its line, one for each line
at most (see `tests.chaos.reckoning`). Prints what happened, a table of the blows with
what they repeated and, as its last line, the figures in JSON.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "bin")]

from tests.chaos.house import House  # noqa: E402 - found by the line above
from tests.chaos.reckoning import attribute, repetitions, table  # noqa: E402

LINES = 4
BATCH = 250


def main():
    plan = arguments()
    random.seed(plan.seed)
    print(f"seed {plan.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="steward-chaos-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        house = House(folder, seconds_a_letter=plan.seconds_a_letter, lines=LINES)
        try:
            house.open()
            figures = Storm(plan, house).rage()
        finally:
            house.close()
        if plan.logs:
            keep_logs(folder, Path(plan.logs))
    print(json.dumps(figures), flush=True)
    return 0 if figures["well"] else 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--broker", type=int, default=3, help="restarts of Redis")
    parser.add_argument("--database", type=int, default=1, help="its restarts")
    parser.add_argument("--mail-down", type=float, default=60, help="seconds")
    parser.add_argument("--seconds-a-letter", type=float, default=0.1)
    parser.add_argument("--patience", type=float, default=470, help="seconds")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--logs", default="", help="a folder for the workers' logs")
    return parser.parse_args()


class Storm:
    """The letters, the blows, and the reckoning."""

    def __init__(self, plan, house):
        self.plan = plan
        self.house = house
        self.started = time.monotonic()
        self.blows = []

    def rage(self):
        use_the_database_of(self.house)
        poster = threading.Thread(target=self.post, daemon=True)
        poster.start()
        for share, strike in self.strikes():
            if not self.wait_until(lambda share=share: self.share() >= share):
                break
            self.note(strike())
        poster.join()
        self.house.wait_for_mail()
        self.wait_until(self.is_done)
        return self.figures()

    def strikes(self):
        """What happens when such a share of the letters has arrived."""
        house, plan = self.house, self.plan
        strikes = [(random.uniform(0.02, 0.93), self.kill) for _ in range(plan.kills)]
        for n in range(plan.broker):
            strikes.append(((n + 0.5) / plan.broker, house.restart_broker))
        for n in range(plan.database):
            strikes.append(((n + 0.6) / (plan.database + 1), house.restart_database))
        if plan.mail_down:
            strikes.append((0.5, self.take_mail_away))
        return sorted(strikes, key=lambda strike: strike[0])

    def kill(self):
        time.sleep(random.uniform(0, 0.5))
        return self.house.kill_a_worker()

    def take_mail_away(self):
        """Meanwhile the next blows fall, as far as the letters have come."""
        return self.house.take_mail_away(self.plan.mail_down)

    def share(self):
        return self.house.mail.count() / self.plan.letters

    def is_done(self):
        """Everything arrived, and the rows know it."""
        return self.share() >= 1 and not still_waiting()

    def wait_until(self, condition):
        while not condition():
            if time.monotonic() - self.started > self.plan.patience:
                return False
            time.sleep(0.1)
        return True

    def post(self):
        """A part at once, the rest while the storm is on, as verbs would."""
        batch = min(BATCH, self.plan.letters // 10)
        for start in range(0, self.plan.letters, batch):
            numbers = range(start, min(start + batch, self.plan.letters))
            write_letters(numbers)
            if start > self.plan.letters / 2:
                time.sleep(1)

    def note(self, blow):
        self.blows.append(blow)
        seconds = blow.at - self.started
        over = f", {blow.allowed} lines" if blow.lines else ""
        print(f"{seconds:6.1f} s  {self.share():4.0%}  {blow.what}{over}", flush=True)

    def figures(self):
        arrivals = list(self.house.mail.server.arrivals)
        unexplained = attribute(arrivals, self.blows)
        print(f"\n{table(self.blows, unexplained, self.started)}\n", flush=True)
        reached = {arrival.recipient for arrival in arrivals}
        wanted = {address(number) for number in range(self.plan.letters)}
        figures = {
            "letters": self.plan.letters,
            "seconds": round(time.monotonic() - self.started, 1),
            "kills": sum(blow.what.startswith("killed") for blow in self.blows),
            "blows": len(self.blows),
            "starts": sum(worker.starts for worker in self.house.workers),
            "missing": len(wanted - reached),
            "waiting": count_waiting(),
            "states": states_of_rows(),
            "duplicates": sum(1 for _ in repetitions(arrivals)),
            "duplicates_allowed": sum(blow.allowed for blow in self.blows),
            "duplicates_unexplained": len(unexplained),
            "message_ids_twice": different_ids(arrivals),
        }
        return figures | {"well": self.is_well(figures)}

    def is_well(self, figures):
        """Every blow fell, everybody has the letter, and each second copy a cause."""
        faults = ["missing", "waiting", "duplicates_unexplained", "message_ids_twice"]
        return (
            len(self.blows) == len(self.strikes())
            and not any(figures[fault] for fault in faults)
            and figures["states"] == {"sent": figures["letters"]}
        )


def different_ids(arrivals):
    """Recipients whose copies differ in their Message-ID: none may."""
    seen = {}
    for arrival in arrivals:
        seen.setdefault(arrival.recipient, set()).add(arrival.message_id)
    return sum(len(ids) > 1 for ids in seen.values())


def address(number):
    return f"person{number}@company{number % 40}.example"


def use_the_database_of(house):
    os.environ.update(
        house.settings() | {"SECRET_KEY": house.environment["SECRET_KEY"]}
    )
    import django

    django.setup()


def write_letters(numbers):
    """Rows and a nudge in one transaction, again until it is committed."""
    from django.db import DatabaseError, InterfaceError, connection, transaction
    from django.utils import timezone

    from outbox import tasks
    from outbox.models import Message
    from tests.factories.outbox import MessageFactory

    at = timezone.now()
    rows = [
        MessageFactory.build(
            key=f"storm:{number}", recipient=address(number), created_at=at
        )
        for number in numbers
    ]
    while True:
        try:
            with transaction.atomic():
                Message.objects.bulk_create(rows, ignore_conflicts=True)
                tasks.nudge_after_commit()
            return
        except (DatabaseError, InterfaceError):
            connection.close()
            time.sleep(0.5)


def still_waiting():
    from django.db import DatabaseError, InterfaceError, connection

    try:
        return count_waiting() > 0
    except (DatabaseError, InterfaceError):
        connection.close()
        return True


def count_waiting():
    """Letters that somebody still has to look at, in whatever state."""
    from outbox.models import Message

    return Message.objects.waiting().count()


def states_of_rows():
    from outbox.models import Message

    return dict(Counter(Message.objects.values_list("state", flat=True)))


def keep_logs(folder, where):
    where.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        (where / log.name).write_bytes(log.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
