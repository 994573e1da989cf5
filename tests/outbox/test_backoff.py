"""The ladder of waits, and how long the lane rests."""

from datetime import timedelta

import pytest

from outbox.backoff import pause_after, rest_after, wait_after


@pytest.mark.parametrize(
    ("tries", "minutes"),
    [(1, 1), (2, 5), (3, 30), (4, 120), (5, 360), (6, 720), (7, 1440)],
)
def test_the_ladder_of_one_letter(tries, minutes):
    assert wait_after(tries, jitter=0) == timedelta(minutes=minutes)


def test_the_ladder_ends():
    assert wait_after(8, jitter=0) is None


def test_jitter_only_makes_a_wait_longer_and_by_a_fifth_at_most():
    assert wait_after(2, jitter=0.5) == timedelta(minutes=5.5)
    assert wait_after(2, jitter=1) == timedelta(minutes=6)


@pytest.mark.parametrize(
    ("troubles", "seconds"), [(1, 10), (2, 20), (3, 30), (4, 60), (5, 120), (99, 120)]
)
def test_the_lane_rests_longer_each_time_and_never_for_ever(troubles, seconds):
    assert pause_after(troubles, jitter=0) == timedelta(seconds=seconds)


def test_a_domain_that_finds_us_too_fast_rests_for_a_minute():
    assert rest_after(jitter=0) == timedelta(minutes=1)
    assert rest_after(jitter=1) == timedelta(minutes=1.2)
