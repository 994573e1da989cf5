"""The priority of a ticket: impact by urgency, and what a workaround does to it.

Knows numbers only: 1 is the worst of each. The words are with the models.
"""

CRITICAL, HIGH, MEDIUM, LOW = 1, 2, 3, 4

# Rows are impact (everyone, many, a few), columns urgency (stopped, hampered, can
# wait) [TI-21].
MATRIX = (
    (CRITICAL, HIGH, MEDIUM),
    (HIGH, MEDIUM, LOW),
    (MEDIUM, LOW, LOW),
)


def priority_of(impact: int, urgency: int, *, has_workaround: bool = False) -> int:
    """The cell of the matrix; a workaround caps the priority at medium [TI-22, E27].

    The later rulebook caps the impact instead, which would leave "high" possible. This
    is the one place where that is decided.
    """
    priority = MATRIX[impact - 1][urgency - 1]
    return max(priority, MEDIUM) if has_workaround else priority
