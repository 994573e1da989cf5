"""The arithmetic of the support period, on made-up majors two years apart."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import pytest

from apps import support as arithmetic
from apps.support import State, end_of_support, major_of, months_after

DAY = timedelta(days=1)
support_of = partial(arithmetic.support_of, warning_days=(180, 90, 30))


@dataclass(frozen=True)
class Made:
    major: int
    available_on: date
    is_planned: bool = False


SLOW = [
    Made(7, date(2018, 2, 1)),
    Made(8, date(2020, 2, 1)),
    Made(9, date(2022, 2, 1)),
    Made(10, date(2024, 2, 1)),
]
PLAN = Made(11, date(2026, 2, 1), is_planned=True)


def test_the_newest_major_is_current():
    support = support_of("10.3.0", SLOW, date(2025, 6, 1))

    assert support.state == State.CURRENT
    assert support.is_supported
    assert support.ends_on is None
    assert support.until_major == 13
    assert support.not_before == date(2026, 2, 1)


@pytest.mark.parametrize("version", ["9.24.1", "8.18"])
def test_the_two_majors_before_are_supported(version):
    """PS-01"""
    support = support_of(version, SLOW, date(2025, 6, 1))

    assert support.state == State.SUPPORTED


def test_support_ends_with_the_third_later_major():
    """PS-01, PS-05"""
    support = support_of("7.23.0", SLOW, date(2025, 6, 1))

    assert support.state == State.UNSUPPORTED
    assert support.ends_on == date(2024, 2, 1)
    assert not support.is_forecast
    assert not support.is_supported


def test_support_ends_exactly_on_the_release_day():
    """E36, PS-06"""
    release_day = date(2024, 2, 1)

    before = support_of("7", SLOW, release_day - DAY)
    on_the_day = support_of("7", SLOW, release_day)

    assert before.state == State.ENDING
    assert before.days_left == 1
    assert on_the_day.state == State.UNSUPPORTED
    assert on_the_day.days_left == 0


def test_fast_releases_do_not_shorten_24_months():
    """E36, PS-02: four majors are supported at once."""
    fast = [Made(number, date(2024, 1 + 4 * (number - 1), 1)) for number in (1, 2, 3)]
    fast.append(Made(4, date(2025, 1, 1)))
    today = date(2025, 3, 1)

    supports = [support_of(str(number), fast, today) for number in (1, 2, 3, 4)]

    assert [support.is_supported for support in supports] == [True] * 4
    assert supports[0].ends_on == date(2026, 1, 1)
    assert not supports[0].is_forecast


def test_the_floor_of_24_months_ends_on_its_day():
    """E36"""
    fast = [Made(number, date(2024, number, 1)) for number in (1, 2, 3, 4)]

    assert support_of("1", fast, date(2025, 12, 31)).state == State.ENDING
    assert support_of("1", fast, date(2026, 1, 1)).state == State.UNSUPPORTED


def test_a_planned_release_gives_a_forecast():
    """E36, PS-08"""
    support = support_of("8.18", [*SLOW, PLAN], date(2025, 6, 1))

    assert support.state == State.SUPPORTED
    assert support.ends_on == date(2026, 2, 1)
    assert support.is_forecast
    assert support.not_before == date(2022, 2, 1)


def test_a_planned_date_that_moves_moves_the_end():
    """E36"""
    moved = Made(11, date(2026, 8, 1), is_planned=True)

    assert (
        support_of("8", [*SLOW, moved], date(2025, 9, 1)).ends_on == moved.available_on
    )


def test_a_plan_whose_day_has_passed_ends_nothing():
    """E36"""
    support = support_of("8", [*SLOW, PLAN], PLAN.available_on + DAY)

    assert support.state == State.SUPPORTED
    assert support.ends_on is None


def test_support_that_ends_soon_is_told_apart():
    """PS-11"""
    today = PLAN.available_on - timedelta(days=180)

    assert support_of("8", [*SLOW, PLAN], today).state == State.ENDING
    assert support_of("8", [*SLOW, PLAN], today - DAY).state == State.SUPPORTED
    late = support_of("8", [*SLOW, PLAN], today, warning_days=[90])
    assert late.state == State.SUPPORTED


@pytest.mark.parametrize(
    ("left", "step"), [(181, None), (180, 180), (91, 180), (90, 90), (30, 30), (1, 30)]
)
def test_the_ladder_of_warnings_has_steps(left, step):
    """PS-11"""
    today = PLAN.available_on - timedelta(days=left)

    assert support_of("8", [*SLOW, PLAN], today).warning == step


@pytest.mark.parametrize(("months", "end"), [(6, (2024, 8, 1)), (12, (2025, 2, 1))])
def test_extended_support_counts_from_the_release_that_ended_it(months, end):
    """E36, PS-09"""
    support = support_of("7", SLOW, date(2024, 3, 1), extended_months=months)

    assert support.ends_on == date(*end)
    assert support.is_supported


@pytest.mark.parametrize("version", ["", "  ", "unknown", "v8", "12.0", "11.0"])
def test_an_unknown_version_is_unknown(version):
    """E36: also a major nobody has heard of, and one that is only planned."""
    support = support_of(version, [*SLOW, PLAN], date(2025, 6, 1))

    assert support.state == State.UNKNOWN
    assert support.ends_on is None
    assert not support.is_supported


def test_without_any_release_nothing_is_known():
    assert support_of("8", [], date(2025, 6, 1)).state == State.UNKNOWN


def test_the_newest_major_alone():
    """E36"""
    only = [Made(1, date(2025, 1, 1))]

    support = support_of("1.0", only, date(2025, 6, 1))

    assert support.state == State.CURRENT
    assert support.not_before == date(2027, 1, 1)


def test_fewer_than_three_majors_never_end():
    """E36"""
    two = [Made(1, date(2010, 1, 1)), Made(2, date(2012, 1, 1))]

    assert support_of("1.9", two, date(2030, 1, 1)).state == State.SUPPORTED
    assert support_of("2.1", two, date(2030, 1, 1)).state == State.CURRENT


def test_the_newest_by_number_not_by_order_of_rows():
    assert support_of("10", reversed(SLOW), date(2025, 6, 1)).state == State.CURRENT


def test_end_of_support_needs_both_dates():
    assert end_of_support(1, {1: date(2020, 1, 1)}) is None
    assert end_of_support(1, {4: date(2020, 1, 1)}) is None


@pytest.mark.parametrize(
    ("version", "major"),
    [("11.6.2", 11), (" 9", 9), ("10", 10), ("", None), ("x", None)],
)
def test_the_major_of_a_version(version, major):
    assert major_of(version) == major


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ((2024, 2, 29), 24, (2026, 2, 28)),
        ((2024, 2, 29), 48, (2028, 2, 29)),
        ((2025, 8, 31), 6, (2026, 2, 28)),
        ((2025, 12, 31), 1, (2026, 1, 31)),
        ((2025, 1, 15), 0, (2025, 1, 15)),
    ],
)
def test_months_after_stays_in_the_month(day, months, later):
    assert months_after(date(*day), months) == date(*later)
