import pytest

from tickets.priority import CRITICAL, HIGH, LOW, MEDIUM, priority_of

CELLS = [
    (1, 1, CRITICAL),
    (1, 2, HIGH),
    (1, 3, MEDIUM),
    (2, 1, HIGH),
    (2, 2, MEDIUM),
    (2, 3, LOW),
    (3, 1, MEDIUM),
    (3, 2, LOW),
    (3, 3, LOW),
]


@pytest.mark.parametrize(("impact", "urgency", "priority"), CELLS)
def test_all_nine_cells(impact, urgency, priority):
    """TI-21, E27"""
    assert priority_of(impact, urgency) == priority


@pytest.mark.parametrize(("impact", "urgency", "priority"), CELLS)
def test_a_workaround_caps_the_priority_at_medium(impact, urgency, priority):
    """TI-22, E27: the cap lowers what is above medium and raises nothing."""
    capped = priority_of(impact, urgency, has_workaround=True)

    assert capped == (MEDIUM if priority in (CRITICAL, HIGH) else priority)
