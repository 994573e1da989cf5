from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from ui.clocks import Clock, Face

AT = datetime(2026, 11, 24, 11, 6, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture(autouse=True)
def amsterdam():
    with timezone.override(ZoneInfo("Europe/Amsterdam")):
        yield


def clock(started=60, due=60, **more):
    """So many minutes ago, due in so many minutes."""
    return Clock(
        started=AT - timedelta(minutes=started),
        due=AT + timedelta(minutes=due),
        at=AT,
        **more,
    )


def test_a_running_clock_says_what_is_left_and_until_when():
    assert clock(60, 420).face() == Face("", "7 h left", "due 18:06", share=0.875)


def test_it_turns_amber_below_a_quarter():
    assert clock(75, 25).tone == ""
    assert clock(76, 24).face() == Face("warn", "24 min left", "due 11:30", share=0.24)


def test_over_time_it_counts_up_in_red():
    face = clock(100, -12).face()

    assert face == Face("danger", "12 min over", "was due 10:54", glyph="danger")


def test_a_paused_clock_says_whom_it_waits_for():
    face = clock(waits_for="waits for you").face()

    assert face == Face("paused", "Paused", "waits for you", glyph="pause")


def test_met_in_time_and_met_late():
    in_time = clock(60, -30, met_at=AT - timedelta(minutes=46)).face()
    late = clock(60, -30, met_at=AT - timedelta(minutes=10)).face()

    assert in_time == Face("ok", "In time", "took 14 min", glyph="check")
    assert late == Face("danger", "20 min late", "took 50 min", glyph="danger")


def test_business_hours_are_given_not_guessed():
    weekend = clock(
        60, 60 * 70, left=timedelta(minutes=20), total=timedelta(minutes=100)
    )

    assert weekend.tone == "warn"
    assert weekend.face().words == "20 min left"
    assert weekend.face().note == "due Fri 27 Nov, 09:06"


def test_the_bar_runs_from_start_to_due_and_stops_there():
    running = clock(60, 180)

    assert running.x(AT) == 25
    assert running.x(AT - timedelta(hours=9)) == 0
    assert running.x(AT + timedelta(days=9)) == 100


def test_a_promise_of_no_time_is_over_at_once():
    nothing = clock(10, -10)

    assert nothing.tone == "danger"
    assert nothing.x(AT) == 100
