"""The ladder: which step speaks on which day [E10, LI-21]."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from licenses.models import Policy
from licenses.reminders import (
    Thresholds,
    first_reminder_on,
    next_reminder_on,
    step_for,
    steps,
    thresholds,
)

USUAL = steps([90, 30, 15, 7, -1], grace_days=30)
DUE = date(2026, 12, 6)


@pytest.mark.parametrize(
    ("days_left", "step"),
    [
        (91, None),
        (90, 90),
        (80, 90),
        (31, 90),
        (30, 30),
        (16, 30),
        (15, 15),
        (8, 15),
        (7, 7),
        (1, 7),
        (0, 7),
        (-1, -1),
        (-30, -1),
        (-31, None),
    ],
)
def test_each_step_speaks_until_the_next(days_left, step):
    """E10: a missed day is caught up with the latest step, and never with two."""
    found = step_for(days_left, USUAL)

    assert (found.days if found else None) == step


def test_every_day_belongs_to_one_step_at_most():
    for days_left in range(-100, 200):
        speaking = [s for s in USUAL if s.last <= days_left <= s.first]
        assert len(speaking) <= 1


def test_the_window_holds_the_end_dates_a_step_speaks_of():
    thirty = step_for(30, USUAL)

    earliest, latest = thirty.window(date(2026, 11, 6))

    assert earliest == date(2026, 11, 22)
    assert latest == DUE


def test_the_order_in_the_setting_means_nothing():
    assert steps([7, -1, 90, 15, 30, 30], grace_days=30) == USUAL


def test_without_a_step_after_the_end_the_last_speaks_until_the_end():
    ladder = steps([30, 7], grace_days=30)

    assert step_for(0, ladder).days == 7
    assert step_for(-1, ladder) is None


def test_without_grace_the_step_after_the_end_speaks_on_its_day():
    ladder = steps([7, -1], grace_days=0)

    assert step_for(-1, ladder).days == -1
    assert step_for(-2, ladder) is None


def test_several_steps_after_the_end():
    ladder = steps([7, -1, -7], grace_days=30)

    assert step_for(-6, ladder).days == -1
    assert step_for(-7, ladder).days == -7
    assert step_for(-30, ladder).days == -7


def test_an_empty_ladder_never_speaks():
    assert steps([], grace_days=30) == []
    assert step_for(15, []) is None


def test_the_next_reminder_is_the_next_step():
    fifteen = step_for(15, USUAL)

    assert next_reminder_on(DUE, fifteen, USUAL) == date(2026, 11, 29)


def test_after_the_last_step_comes_none():
    assert next_reminder_on(DUE, USUAL[-1], USUAL) is None


def test_the_first_reminder():
    assert first_reminder_on(DUE, USUAL) == DUE - timedelta(days=90)


@pytest.mark.parametrize(
    ("ladder", "expected"),
    [
        ([90, 30, 15, 7, -1], Thresholds(90, 30, 15)),
        ([60, 14], Thresholds(60, 14, 14)),
        ([10], Thresholds(10, 10, 10)),
        ([-1], Thresholds(0, 0, 0)),
    ],
)
def test_the_runway_takes_its_colours_from_the_ladder(ladder, expected):
    assert thresholds(ladder) == expected


@pytest.mark.parametrize("days", ["90,", "soon", "99999999999", "-3651"])
def test_a_ladder_of_a_policy_stays_within_the_calendar(days):
    """One rung too far would stop the reminders of everybody."""
    with pytest.raises(ValidationError, match="with commas"):
        Policy(name="Odd", reminder_days=days).clean()
