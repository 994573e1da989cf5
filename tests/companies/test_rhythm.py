"""The hours of a reader: one letter a day, quiet nights, clocks that change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.rhythm import Rhythm, Wait

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(clock, zone=BERLIN, **quiet):
    return Rhythm(zone, time.fromisoformat(clock), **quiet)


def quiet(begin, end, zone=BERLIN, daily_at=None):
    return Rhythm(zone, daily_at, time.fromisoformat(begin), time.fromisoformat(end))


def test_who_chose_nothing_waits_for_nothing():
    assert Rhythm(BERLIN).wait(at("2026-11-24 03:00")) is None


class TestDaily:
    @pytest.mark.parametrize(
        ("zone", "now", "until"),
        [
            (BERLIN, "2026-11-24 16:59", "2026-11-24 17:00"),
            (BERLIN, "2026-11-24 17:00", "2026-11-25 17:00"),
            (BERLIN, "2026-11-24 22:30", "2026-11-25 17:00"),
            (NEW_YORK, "2026-11-24 22:59", "2026-11-24 23:00"),
            # Their Wednesday has begun while it is Tuesday in UTC.
            (KATHMANDU, "2026-11-24 20:00", "2026-11-25 12:15"),
        ],
    )
    def test_comes_at_the_readers_own_time(self, zone, now, until):
        wait = daily("18:00", zone).wait(at(now))

        assert wait == Wait(at(until), in_digest=True)

    def test_follows_the_clock_through_the_year(self):
        """The same time of day is another moment in summer."""
        nine = daily("09:00")

        assert nine.wait(at("2026-10-24 12:00")).until == at("2026-10-25 08:00")
        assert nine.wait(at("2026-10-23 12:00")).until == at("2026-10-24 07:00")
        assert nine.wait(at("2027-03-27 12:00")).until == at("2027-03-28 07:00")

    def test_a_time_that_is_skipped_comes_after_the_jump(self):
        """In Berlin no clock shows 02:30 on 28 March 2027."""
        until = daily("02:30").wait(at("2027-03-27 12:00")).until

        assert until == at("2027-03-28 01:30")
        assert until.astimezone(BERLIN).time() == time(3, 30)

    def test_a_time_that_comes_twice_brings_one_letter(self):
        """In Berlin it is 02:30 twice on 25 October 2026."""
        half_past_two = daily("02:30")

        first = half_past_two.wait(at("2026-10-24 12:00")).until
        assert first == at("2026-10-25 00:30")
        assert half_past_two.wait(first).until == at("2026-10-26 01:30")
        between = first + timedelta(minutes=30)
        assert half_past_two.wait(between).until == at("2026-10-26 01:30")

    def test_what_a_digest_cannot_carry_goes_at_once(self):
        assert daily("18:00").wait(at("2026-11-24 09:00"), alone=True) is None

    def test_nothing_waits_until_it_is_no_longer_true(self):
        """A reminder of what starts at noon is no use at six."""
        noon = at("2026-11-24 11:00")

        assert daily("18:00").wait(at("2026-11-24 08:00"), expires_at=noon) is None
        assert daily("10:00").wait(at("2026-11-24 08:00"), expires_at=noon)


class TestQuiet:
    @pytest.mark.parametrize(
        ("now", "is_quiet"),
        [
            ("2026-11-24 20:59", False),
            ("2026-11-24 21:00", True),
            ("2026-11-25 02:00", True),
            ("2026-11-25 05:59", True),
            ("2026-11-25 06:00", False),
        ],
    )
    def test_a_night_passes_midnight(self, now, is_quiet):
        night = quiet("22:00", "07:00")

        assert night.is_quiet(at(now)) is is_quiet
        expected = Wait(at("2026-11-25 06:00")) if is_quiet else None
        assert night.wait(at(now)) == expected

    def test_a_pause_at_noon(self):
        noon = quiet("12:00", "14:00")

        assert noon.wait(at("2026-11-24 11:30")).until == at("2026-11-24 13:00")
        assert noon.wait(at("2026-11-24 13:00")) is None

    def test_a_night_without_the_skipped_hour_ends_by_the_clock(self):
        wait = quiet("22:00", "07:00").wait(at("2027-03-27 23:00"))

        assert wait.until == at("2027-03-28 05:00")

    def test_an_end_that_comes_twice_ends_at_the_next_of_both(self):
        night = quiet("22:00", "02:45")

        # 02:30 for the second time: the end is a quarter of an hour away, not a day.
        assert night.wait(at("2026-10-25 01:30")).until == at("2026-10-25 01:45")
        assert night.wait(at("2026-10-25 00:30")).until == at("2026-10-25 00:45")

    def test_what_is_over_before_morning_goes_at_once(self):
        night = quiet("22:00", "07:00")
        before = at("2026-11-25 05:00")

        assert night.wait(at("2026-11-24 23:00"), expires_at=before) is None

    def test_a_letter_with_files_waits_for_morning_too(self):
        night = quiet("22:00", "07:00", daily_at=time(18))

        wait = night.wait(at("2026-11-24 23:00"), alone=True)

        assert wait == Wait(at("2026-11-25 06:00"))

    def test_a_digest_in_the_night_comes_in_the_morning(self):
        night = quiet("22:00", "07:00", daily_at=time(23))

        wait = night.wait(at("2026-11-24 10:00"))

        assert wait == Wait(at("2026-11-25 06:00"), in_digest=True)

    def test_a_digest_too_late_is_replaced_by_the_end_of_the_night(self):
        night = quiet("22:00", "07:00", daily_at=time(18))
        noon = at("2026-11-25 11:00")

        wait = night.wait(at("2026-11-24 23:00"), expires_at=noon)

        assert wait == Wait(at("2026-11-25 06:00"))


clocks = st.times().map(lambda one: one.replace(second=0, microsecond=0))
moments = st.datetimes(
    datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)
)
ZONES = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]


@given(
    now=moments,
    zone=st.sampled_from(ZONES),
    daily_at=st.none() | clocks,
    begin=clocks,
    end=clocks,
)
def test_nothing_waits_for_ever_or_into_the_night(now, zone, daily_at, begin, end):
    """Whatever the clocks do: at most two days, and never into quiet hours."""
    if begin == end:
        return
    rhythm = Rhythm(ZoneInfo(zone), daily_at, begin, end)

    wait = rhythm.wait(now)

    if wait is None:
        assert daily_at is None
        assert not rhythm.is_quiet(now)
    else:
        assert now < wait.until <= now + timedelta(hours=50)
        assert not rhythm.is_quiet(wait.until)
