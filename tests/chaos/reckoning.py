"""Who is to blame for a letter that came twice.

A worker that dies, or a line that breaks, may leave one letter of each line taken by
the mail server and not written down. So a second copy is explained by a blow only if
the first came over a line that this blow broke, before the second came, and if no other
letter of that line is explained by it already.
"""

from collections import Counter
from dataclasses import dataclass, field

# What was said before a line broke may be heard by the mail server a little later.
MOMENT_SECONDS = 2.0


@dataclass
class Blow:
    """Something that was done to the house, and the lines that it broke.

    A line is known by the port it comes from. What breaks none may repeat no letter:
    neither a broker that forgets everything nor a database that is away for a while.
    """

    what: str
    at: float
    lines: frozenset[int] = frozenset()
    twice: Counter = field(default_factory=Counter)

    @property
    def allowed(self):
        return len(self.lines)

    @property
    def duplicates(self):
        return self.twice.total()

    def may_explain(self, first, second):
        """Later than a moment after it, the port is somebody else's."""
        is_between = first.at - MOMENT_SECONDS <= self.at <= second.at
        return first.peer in self.lines and is_between

    def explain(self, first):
        """False when a letter of that line was explained by it before."""
        if self.twice[first.peer]:
            return False
        self.twice[first.peer] += 1
        return True


def repetitions(arrivals):
    """Each later copy of a letter, with the one before it."""
    copies = {}
    for arrival in sorted(arrivals, key=lambda one: one.at):
        same = copies.setdefault((arrival.recipient, arrival.message_id), [])
        if same:
            yield same[-1], arrival
        same.append(arrival)


def attribute(arrivals, blows):
    """Counts each repetition with the blow that explains it; returns the others."""
    unexplained = []
    for first, second in repetitions(arrivals):
        causes = [blow for blow in blows if blow.may_explain(first, second)]
        if not any(blow.explain(first) for blow in causes):
            unexplained.append((first, second))
    return unexplained


def table(blows, unexplained, started):
    """What happened, when, over how many lines, and what it repeated."""
    rows = [f"{'event':<42} {'time':>8} {'duplicates':>11} {'allowed':>8}"]
    rows += [
        f"{blow.what:<42} {blow.at - started:6.1f} s {blow.duplicates:11} "
        f"{blow.allowed:8}"
        for blow in blows
    ]
    rows += [
        f"UNEXPLAINED {first.recipient:<30} {second.at - started:6.1f} s "
        f"(first {first.at - started:.1f} s, port {first.peer})"
        for first, second in unexplained
    ]
    total = sum(blow.duplicates for blow in blows) + len(unexplained)
    allowed = sum(blow.allowed for blow in blows)
    rows.append(f"{'together':<42} {'':8} {total:11} {allowed:8}")
    return "\n".join(rows)
