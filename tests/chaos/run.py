"""Mistreats a portal that delivers mail, and counts what arrived.

    bin/chaos [--letters 10000 --kills 20 --broker 3 --database 1 --mail-down 60]

Two workers and beat deliver while workers are killed at random, Redis comes back
empty, PostgreSQL restarts and the mail server is away. Every recipient must get the
letter; one that comes twice must be explained by a kill: one of each line at most.
Prints what happened and, as its last line, the figures in JSON.
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

from tests.chaos.house import PROCESSES, House  # noqa: E402 - found by the line above

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
        self.kills = 0
        self.sides = []

    def rage(self):
        use_the_database_of(self.house)
        poster = threading.Thread(target=self.post, daemon=True)
        poster.start()
        for share, blow in self.blows():
            if not self.wait_until(lambda share=share: self.share() >= share):
                break
            self.say(blow())
        for side in self.sides:
            side.join()
        poster.join()
        self.wait_until(self.is_done)
        return self.figures()

    def blows(self):
        """What happens when such a share of the letters has arrived."""
        house, plan = self.house, self.plan
        blows = [(random.uniform(0.02, 0.93), self.kill) for _ in range(plan.kills)]
        for n in range(plan.broker):
            blows.append(((n + 0.5) / plan.broker, house.restart_broker))
        for n in range(plan.database):
            blows.append(((n + 0.6) / (plan.database + 1), house.restart_database))
        if plan.mail_down:
            blows.append((0.5, self.take_mail_away))
        return sorted(blows, key=lambda blow: blow[0])

    def kill(self):
        time.sleep(random.uniform(0, 0.5))
        self.kills += 1
        return f"killed {self.house.kill_a_worker()}"

    def take_mail_away(self):
        """Meanwhile the next blows fall, as far as the letters have come."""
        away = self.house.mail.go_away
        side = threading.Thread(target=away, args=(self.plan.mail_down,))
        side.start()
        self.sides.append(side)
        return f"the mail server is away for {self.plan.mail_down:.0f} s"

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
        for start in range(0, self.plan.letters, BATCH):
            numbers = range(start, min(start + BATCH, self.plan.letters))
            write_letters(numbers)
            if start > self.plan.letters / 2:
                time.sleep(1)

    def say(self, words):
        seconds = time.monotonic() - self.started
        print(f"{seconds:6.1f} s  {self.share():4.0%}  {words}", flush=True)

    def figures(self):
        copies = Counter()
        for arrival in self.house.mail.server.arrivals:
            copies[arrival.recipient] += 1
        wanted = {address(number) for number in range(self.plan.letters)}
        twice = sum(copies.values()) - len(copies)
        lines = LINES * PROCESSES
        # A mail server that goes away cuts every line, like a kill of both workers.
        allowed = lines * (self.kills + (2 if self.plan.mail_down else 0))
        missing, states = len(wanted - copies.keys()), states_of_rows()
        well = not missing and twice <= allowed and set(states) == {"sent"}
        return {
            "letters": self.plan.letters,
            "seconds": round(time.monotonic() - self.started, 1),
            "kills": self.kills,
            "starts": sum(worker.starts for worker in self.house.workers),
            "missing": missing,
            "duplicates": twice,
            "duplicates_allowed": allowed,
            "most_copies": max(copies.values(), default=0),
            "message_ids_twice": different_ids(self.house.mail.server.arrivals),
            "states": states,
            "well": well,
        }


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

    from outbox.models import Message

    try:
        return Message.objects.waiting().exists()
    except (DatabaseError, InterfaceError):
        connection.close()
        return True


def states_of_rows():
    from outbox.models import Message

    return dict(Counter(Message.objects.values_list("state", flat=True)))


def keep_logs(folder, where):
    where.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        (where / log.name).write_bytes(log.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
