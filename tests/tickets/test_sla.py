"""The worked examples, row by row, and an oracle that ticks minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.sla import (
    FOREVER,
    Calendar,
    Hours,
    Interval,
    Promise,
    open_time,
    pauses_from,
    week_from,
)

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
OFFICE = week_from("Mon-Fri 09:00-17:00")


def minutes(count):
    return timedelta(minutes=count)


def wall(text, zone=BERLIN, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def closed_on(*days):
    return {date.fromisoformat(day): () for day in days}


def daily(opens, closes):
    return ((Hours(opens, closes),),) * 7


OFFICE_IN_BERLIN = Calendar(BERLIN, OFFICE)
ALWAYS = Calendar.around_the_clock()
EXAMPLES = {
    1: (OFFICE_IN_BERLIN, wall("2026-03-11T10:00"), 240, "2026-03-11T13:00"),
    3: (OFFICE_IN_BERLIN, wall("2026-03-13T16:00"), 240, "2026-03-16T11:00"),
    5: (OFFICE_IN_BERLIN, wall("2026-03-11T09:00"), 480, "2026-03-11T16:00"),
    7: (OFFICE_IN_BERLIN, wall("2026-03-11T13:00"), 240, "2026-03-11T16:00"),
    9: (
        Calendar(BERLIN, OFFICE, closed_on("2026-04-03", "2026-04-06")),
        wall("2026-04-02T16:00"),
        240,
        "2026-04-07T10:00",
    ),
    11: (
        Calendar(
            BERLIN,
            OFFICE,
            closed_on("2026-12-25") | {date(2026, 12, 24): (Hours(9 * 60, 12 * 60),)},
        ),
        wall("2026-12-23T16:00"),
        300,
        "2026-12-28T09:00",
    ),
    13: (OFFICE_IN_BERLIN, wall("2026-03-27T16:00"), 120, "2026-03-30T08:00"),
    15: (
        Calendar(BERLIN, daily(0, 24 * 60)),
        wall("2026-10-24T22:00"),
        480,
        "2026-10-25T04:00",
    ),
    17: (
        Calendar(NEW_YORK, daily(0, 24 * 60)),
        wall("2026-10-31T12:00", NEW_YORK),
        1440,
        "2026-11-01T16:00",
    ),
    19: (
        Calendar(NEW_YORK, daily(0, 6 * 60)),
        wall("2026-11-01T00:00", NEW_YORK),
        420,
        "2026-11-01T11:00",
    ),
    21: (
        Calendar(NEW_YORK, daily(0, 24 * 60)),
        wall("2026-11-01T01:30", NEW_YORK),
        60,
        "2026-11-01T06:30",
    ),
    23: (
        Calendar(NEW_YORK, daily(22 * 60, 6 * 60)),
        wall("2026-03-07T22:00", NEW_YORK),
        480,
        "2026-03-09T03:00",
    ),
    25: (
        Calendar(ZoneInfo("Asia/Kathmandu"), daily(9 * 60, 17 * 60)),
        wall("2026-03-11T16:45", ZoneInfo("Asia/Kathmandu")),
        60,
        "2026-03-12T04:00",
    ),
    27: (
        Calendar(ZoneInfo("Asia/Tokyo"), OFFICE),
        wall("2026-03-11T20:00", ZoneInfo("Asia/Tokyo")),
        240,
        "2026-03-12T04:00",
    ),
    33: (OFFICE_IN_BERLIN, wall("2026-03-11T09:00"), 120, "2026-03-11T10:00"),
    34: (OFFICE_IN_BERLIN, wall("2026-03-11T09:00"), 480, "2026-03-11T16:00"),
    36: (OFFICE_IN_BERLIN, wall("2028-02-28T16:00"), 480, "2028-02-29T15:00"),
    37: (
        Calendar(BERLIN, OFFICE, closed_on("2027-01-01")),
        wall("2026-12-31T16:00"),
        120,
        "2027-01-04T09:00",
    ),
    39: (
        Calendar(BERLIN, week_from("Wed 10:00-11:00")),
        wall("2026-03-11T10:30"),
        90,
        "2026-03-18T10:00",
    ),
}
PAUSED = {
    28: ("2026-03-11T10:00", 240, [("11T11:00", "11T13:00")], "2026-03-11T15:00"),
    29: ("2026-03-11T16:00", 240, [("11T18:00", "12T08:00")], "2026-03-12T11:00"),
    31: (
        "2026-03-11T09:00",
        240,
        [("11T10:00", "11T11:00"), ("11T12:00", "12T12:00")],
        "2026-03-12T13:00",
    ),
    35: ("2026-03-11T09:00", 180, [("11T10:00", "11T15:00")], "2026-03-11T16:00"),
}


@pytest.mark.parametrize("row", EXAMPLES)
def test_worked_example(row):
    calendar, start, target, due = EXAMPLES[row]

    assert Promise(calendar, minutes(target), start).due == utc(due)


@pytest.mark.parametrize("row", PAUSED)
def test_worked_example_with_pauses(row):
    start, target, pauses, due = PAUSED[row]
    spans = tuple(
        Interval(wall(f"2026-03-{a}"), wall(f"2026-03-{b}")) for a, b in pauses
    )

    promise = Promise(OFFICE_IN_BERLIN, minutes(target), wall(start), spans)

    assert promise.due == utc(due)


@pytest.mark.parametrize(
    ("calendar", "start", "end", "expected"),
    [
        (OFFICE_IN_BERLIN, "2026-03-13T16:00", "2026-03-16T10:00", 120),
        (OFFICE_IN_BERLIN, "2026-03-14T10:00", "2026-03-15T10:00", 0),
        (
            Calendar(BERLIN, daily(0, 24 * 60)),
            "2026-03-28T12:00",
            "2026-03-29T12:00",
            1380,
        ),
        (
            Calendar(BERLIN, daily(0, 24 * 60)),
            "2026-10-24T12:00",
            "2026-10-25T12:00",
            1500,
        ),
    ],
)
def test_elapsed_open_time(calendar, start, end, expected):
    assert open_time(calendar, wall(start), wall(end)) == minutes(expected)


def test_without_any_open_hours_nothing_is_ever_due():
    never = Calendar(BERLIN, ((),) * 7)

    promise = Promise(never, minutes(1), wall("2026-03-11T10:00"))

    assert promise.due is None
    assert promise.used(wall("2027-03-11T10:00")) == minutes(0)


def test_more_than_three_years_of_work_is_never_due():
    promise = Promise(OFFICE_IN_BERLIN, timedelta(hours=10_000), wall("2026-03-11"))

    assert promise.due is None


def test_a_target_of_nothing_is_due_at_once():
    start = wall("2026-03-14T10:00")

    assert Promise(OFFICE_IN_BERLIN, minutes(0), start).due == start


def test_created_exactly_at_closing_counts_as_after():
    promise = Promise(OFFICE_IN_BERLIN, minutes(60), wall("2026-03-11T17:00"))

    assert promise.due == wall("2026-03-12T10:00")


def test_a_pause_without_end_leaves_no_due_moment_but_says_what_is_left():
    """E29: the clock pauses while we wait for the customer."""
    pause = Interval(wall("2026-03-11T11:00"), FOREVER)

    promise = Promise(
        OFFICE_IN_BERLIN, minutes(240), wall("2026-03-11T10:00"), (pause,)
    )

    assert promise.due is None
    assert promise.left(wall("2026-03-20T10:00")) == minutes(180)
    assert promise.is_paused(wall("2026-03-20T10:00"))
    assert not promise.is_paused(wall("2026-03-11T10:59"))


def test_what_was_over_before_the_pause_stays_over():
    pause = Interval(wall("2026-03-11T15:00"), FOREVER)

    promise = Promise(
        OFFICE_IN_BERLIN, minutes(240), wall("2026-03-11T10:00"), (pause,)
    )

    assert promise.due == wall("2026-03-11T14:00")


def test_a_pause_longer_than_the_horizon_is_waited_out():
    pause = Interval(wall("2026-03-11T11:00"), wall("2030-03-11T11:00"))

    promise = Promise(
        OFFICE_IN_BERLIN, minutes(120), wall("2026-03-11T10:00"), (pause,)
    )

    assert promise.due == wall("2030-03-11T12:00")


def test_a_promise_that_was_kept_counts_no_further():
    promise = Promise(
        OFFICE_IN_BERLIN,
        minutes(240),
        wall("2026-03-11T10:00"),
        met_at=wall("2026-03-11T10:30"),
    )

    assert promise.used(wall("2026-03-12T10:30")) == minutes(30)


def test_touching_and_overlapping_hours_count_once():
    twice = Calendar(
        BERLIN, week_from("Wed 09:00-12:00, Wed 11:00-13:00, Wed 13:00-14:00")
    )

    assert open_time(twice, wall("2026-03-11"), wall("2026-03-12")) == minutes(300)


def test_the_holiday_of_its_first_day_removes_a_whole_night_shift():
    nights = Calendar(BERLIN, daily(22 * 60, 6 * 60), closed_on("2026-03-11"))

    counted = open_time(nights, wall("2026-03-11T12:00"), wall("2026-03-12T12:00"))

    assert counted == minutes(0)


def test_holidays_between_names_only_days_that_would_have_been_open():
    easter = Calendar(
        BERLIN, OFFICE, closed_on("2026-04-03", "2026-04-05", "2026-04-06")
    )

    days = easter.holidays_between(wall("2026-04-02"), wall("2026-04-07"))

    assert days == [date(2026, 4, 3), date(2026, 4, 6)]


def test_pauses_follow_from_a_history_in_any_order():
    nine, ten, noon = (wall(f"2026-03-11T{hour}:00") for hour in ("09", "10", "12"))

    assert pauses_from([(noon, True), (nine, True), (ten, False)]) == (
        Interval(ten, noon),
    )
    assert pauses_from([(nine, True), (ten, False), (noon, False)]) == (
        Interval(ten, FOREVER),
    )


def test_a_pause_of_no_length_is_no_pause():
    """Two moves of one second: waiting, and answered at once."""
    ten = wall("2026-03-11T10:00")

    assert pauses_from([(ten, False), (ten, True)]) == ()


@pytest.mark.parametrize(
    "text", ["", "Mon-Fri", "Mon-Fri 9-17", "Fri-Mon 09:00-17:00", "Mon 09:00-25:00"]
)
def test_hours_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError, match=r"."):
        week_from(text)


def test_week_in_words():
    week = week_from("Mon-Tue 09:00-12:00, Tue 13:00-17:00")

    assert week[0] == (Hours(540, 720),)
    assert week[1] == (Hours(540, 720), Hours(780, 1020))
    assert week[2] == ()


# The oracle knows nothing of intervals: it looks at the wall clock once a minute.

ODD_WEEKENDS = [
    ("Europe/Berlin", datetime(2026, 3, 27)),
    ("Europe/Berlin", datetime(2026, 10, 23)),
    ("America/New_York", datetime(2026, 10, 30)),
    ("America/New_York", datetime(2026, 3, 6)),
    ("Australia/Lord_Howe", datetime(2026, 4, 3)),
    ("Australia/Lord_Howe", datetime(2026, 10, 2)),
    ("Asia/Kathmandu", datetime(2026, 3, 10)),
    ("America/Sao_Paulo", datetime(2026, 3, 10)),
]
WATCHED_DAYS = 5


@lru_cache
def watched(zone_name, first):
    """Each minute of some days, as an instant and as the wall shows it."""
    zone = ZoneInfo(zone_name)
    start = first.replace(tzinfo=zone).astimezone(UTC)
    instants = [start + minutes(n) for n in range(WATCHED_DAYS * 24 * 60)]
    walls = [at.astimezone(zone).replace(tzinfo=None) for at in instants]
    return instants, walls


def ticking(instants, walls, week, exceptions):
    """The minutes in which the desk is open, found by looking at the wall."""
    open_minutes = [False] * len(instants)
    first = walls[0].date() - timedelta(days=1)
    for n in range(WATCHED_DAYS + 2):
        day = first + timedelta(days=n)
        for hours in exceptions.get(day, week[day.weekday()]):
            midnight = datetime.combine(day, time())
            opens = midnight + minutes(hours.opens)
            closes = midnight + minutes(hours.last_minute)
            begun = next((i for i, w in enumerate(walls) if w >= opens), len(walls))
            ended = max((i + 1 for i, w in enumerate(walls) if w < closes), default=0)
            for i in range(begun, ended):
                open_minutes[i] = True
    return open_minutes


hours = st.builds(
    Hours,
    st.integers(0, 47).map(lambda half: half * 30),
    st.integers(1, 48).map(lambda half: half * 30),
)
day_hours = st.lists(hours, max_size=2).map(tuple)


@settings(max_examples=60, deadline=None)
@given(
    place=st.sampled_from(ODD_WEEKENDS),
    week=st.lists(day_hours, min_size=7, max_size=7).map(tuple),
    holiday=st.tuples(st.integers(0, WATCHED_DAYS), day_hours),
    start=st.integers(24 * 60, 2 * 24 * 60),
    target=st.integers(1, 24 * 60),
    cuts=st.lists(st.integers(24 * 60, 4 * 24 * 60), max_size=4).map(sorted),
)
def test_the_clock_agrees_with_one_that_ticks(
    place, week, holiday, start, target, cuts
):
    zone_name, first = place
    instants, walls = watched(zone_name, first)
    exceptions = {(first + timedelta(days=holiday[0])).date(): holiday[1]}
    calendar = Calendar(ZoneInfo(zone_name), week, exceptions)
    pauses = pauses_from((instants[cut], n % 2 == 1) for n, cut in enumerate(cuts))
    promise = Promise(calendar, minutes(target), instants[start], pauses)

    open_minutes = ticking(instants, walls, week, exceptions)
    counted = [
        i
        for i in range(start, len(instants))
        if open_minutes[i]
        and not any(pause.start <= instants[i] < pause.end for pause in pauses)
    ]

    assert promise.used(instants[-1]) == minutes(
        len(set(counted) - {len(instants) - 1})
    )
    if len(counted) > target:
        assert promise.due == instants[counted[target - 1]] + minutes(1)
