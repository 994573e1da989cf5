"""The numbers of the dashboard's drawing: 24 November 2026, 11:06 in Amsterdam."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from ui.runway import Axis, Ladder, month_after, stretch

AT = datetime(2026, 11, 24, 11, 6, tzinfo=ZoneInfo("Europe/Amsterdam"))
YEAR = Axis(AT)


def drawn(ends_on, axis=YEAR, **more):
    return stretch(axis, ends_on, ladder=Ladder(), **more)


def bars(found):
    return [
        (bar.kind, bar.hatch, round(bar.x, 2), round(bar.width, 2))
        for bar in found.bars
    ]


def caps(found):
    return [(round(x, 2), tone) for x, tone in found.caps]


def test_the_axis_begins_with_the_month_and_marks_now():
    assert YEAR.start == date(2026, 11, 1)
    assert YEAR.days == 365
    assert round(YEAR.now, 2) == 6.43


def test_every_first_of_a_month_has_a_line():
    lines = [round(x, 2) for x, _ in YEAR.ticks]

    assert lines == [
        8.22, 16.71, 25.21, 32.88, 41.37, 49.59, 58.08, 66.3, 74.79, 83.29, 91.51,
    ]  # fmt: skip


def test_no_month_is_written_over_the_word_today():
    assert [first.month for _, first in YEAR.labels] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]


def test_sixteen_months_begin_two_months_back_with_a_line_every_second():
    axis = Axis(AT, months=16, back=2)

    assert axis.start == date(2026, 9, 1)
    assert round(axis.now, 2) == 17.34
    assert [(round(x, 2), first.month) for x, first in axis.labels] == [
        (25.05, 1),
        (37.17, 3),
        (49.69, 5),
        (62.22, 7),
        (74.95, 9),
        (87.47, 11),
    ]


def test_a_leap_year_is_a_day_longer():
    at = datetime(2027, 12, 5, tzinfo=ZoneInfo("UTC"))

    assert Axis(at).days == 366


@pytest.mark.parametrize(
    ("first", "count", "then"),
    [
        (date(2026, 11, 1), 0, date(2026, 11, 1)),
        (date(2026, 11, 1), 2, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 2, 1), -14, date(2024, 12, 1)),
    ],
)
def test_months_count_across_years(first, count, then):
    assert month_after(first, count) == then


def test_a_healthy_license_is_slate_then_hatched_for_ninety_days():
    assert bars(drawn(date(2027, 3, 31))) == [
        ("base", False, 0, 41.1),
        ("", False, 6.43, 10.01),
        ("bar", True, 16.44, 24.66),
    ]
    assert caps(drawn(date(2027, 3, 31))) == [(41.1, "")]


def test_within_ninety_days_all_of_it_is_hatched():
    assert bars(drawn(date(2027, 1, 31))) == [
        ("base", False, 0, 24.93),
        ("bar", True, 6.43, 18.5),
    ]


def test_within_thirty_days_it_is_amber_and_within_fifteen_red():
    assert bars(drawn(date(2026, 12, 18)))[1] == ("warn", False, 6.43, 6.45)
    assert bars(drawn(date(2026, 12, 6)))[1] == ("danger", False, 6.43, 3.16)
    assert caps(drawn(date(2026, 12, 6))) == [(9.59, "danger")]


@pytest.mark.parametrize(
    ("left", "tone"),
    [(91, ""), (31, ""), (30, "warn"), (16, "warn"), (15, "danger"), (0, "danger")],
)
def test_the_ladder_turns_on_its_very_day(left, tone):
    assert Ladder().tone(left) == tone


def test_the_ladder_is_the_vendors_to_set():
    found = stretch(YEAR, date(2027, 3, 31), ladder=Ladder(renew=180, soon=150, now=7))

    assert found.tone == "warn"


def test_a_renewal_not_activated_is_hatched_the_other_way():
    found = drawn(
        date(2026, 12, 6), Axis(AT, months=16, back=2), renewed_until=date(2027, 12, 6)
    )

    assert bars(found) == [
        ("base", False, 0, 19.71),
        ("danger", False, 17.34, 2.37),
        ("accent", True, 19.71, 74.95),
    ]
    assert caps(found) == [(19.71, "danger"), (94.66, "accent")]


def test_a_renewal_beyond_the_axis_is_cut_without_a_cap():
    found = drawn(date(2026, 12, 6), renewed_until=date(2027, 12, 6))

    assert bars(found)[-1] == ("accent", True, 9.59, 90.41)
    assert caps(found) == [(9.59, "danger")]


def test_an_expired_license_is_hatched_red_to_the_end_of_grace():
    found = drawn(date(2026, 11, 20), grace_days=30)

    assert found.left == -4
    assert bars(found) == [
        ("base", False, 0, 5.21),
        ("danger", True, 5.21, 8.22),
    ]


def test_what_ended_before_the_axis_shows_only_grace_that_remains():
    assert bars(drawn(date(2026, 10, 20), grace_days=30)) == [("danger", True, 0, 4.93)]
    assert bars(drawn(date(2026, 8, 1), grace_days=30)) == []
