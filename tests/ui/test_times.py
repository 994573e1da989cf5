from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from ui import times
from ui.words import inside

AT = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def amsterdam():
    with timezone.override(ZoneInfo("Europe/Amsterdam")):
        yield


def test_a_moment_has_weekday_date_time_and_zone():
    assert times.moment(AT) == "Sat 28 Nov 2026, 22:00 CET"


def test_it_is_the_readers_time():
    with timezone.override(ZoneInfo("America/New_York")):
        assert times.moment(AT) == "Sat 28 Nov 2026, 16:00 EST"


def test_a_zone_without_letters_shows_its_offset():
    with timezone.override(ZoneInfo("America/Sao_Paulo")):
        assert times.moment(AT) == "Sat 28 Nov 2026, 18:00 UTC-03"


@pytest.mark.parametrize(
    ("language", "moment", "full", "whole"),
    [
        (
            "en",
            "Sat 28 Nov 2026, 22:00",
            "28 November 2026",
            "Saturday 28 November 2026",
        ),
        (
            "de",
            "Sa., 28. Nov. 2026, 22:00",
            "28. November 2026",
            "Samstag, 28. November",
        ),
        (
            "nl",
            "za 28 nov 2026, 22:00",
            "28 november 2026",
            "zaterdag 28 november 2026",
        ),
        (
            "fr",
            "sam. 28 nov. 2026, 22:00",
            "28 novembre 2026",
            "samedi 28 novembre 2026",
        ),
    ],
)
def test_it_is_the_readers_language(language, moment, full, whole):
    with translation.override(language):
        assert times.moment(AT) == f"{moment} CET"
        assert times.full_day(AT) == full
        assert times.whole_day(AT).startswith(whole)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "critical"), ("de", "Critical"), ("fr", "critical")]
)
def test_a_label_inside_a_sentence_is_small_but_in_german(language, words):
    with translation.override(language):
        assert inside("Critical") == words


def test_the_day_of_a_moment_is_the_readers_day():
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert times.day(late) == "1 Jan 2027"
    assert times.day(date(2026, 12, 31)) == "31 Dec 2026"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (AT - timedelta(hours=2), "today, 20:00"),
        (AT - timedelta(hours=23), "yesterday, 23:00"),
        (AT - timedelta(days=8), "Fri 20 Nov, 22:00"),
        (AT - timedelta(days=400), "24 Oct 2025"),
    ],
)
def test_a_list_shows_the_short_form(at, words):
    assert times.brief(at, AT) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (AT - timedelta(hours=2), "20:00"),
        (AT - timedelta(hours=23), "yesterday, 23:00"),
        (AT - timedelta(days=2), "Thu 22:00"),
        (AT + timedelta(hours=20), "Sun 18:00"),
        (AT + timedelta(days=6), "Fri 22:00"),
        (AT + timedelta(days=7), "Sat 5 Dec"),
        (AT - timedelta(days=8), "Fri 20 Nov"),
        (AT + timedelta(days=400), "2 Jan 2028"),
    ],
)
def test_the_second_line_of_a_clock_is_short(at, words):
    assert times.nearby(at, AT) == words


def test_a_night_needs_one_date_and_a_weekend_two():
    night = times.period(AT, AT + timedelta(hours=4))
    weekend = times.period(AT, AT + timedelta(hours=30))

    assert night == "Sat 28 Nov 2026, 22:00 to Sun 02:00 CET"
    assert weekend == "Sat 28 Nov 2026, 22:00 to Mon 30 Nov 2026, 04:00 CET"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "0 min"),
        (timedelta(minutes=14), "14 min"),
        (timedelta(hours=7), "7 h"),
        (timedelta(hours=6, minutes=36), "6 h 36 min"),
        (timedelta(days=1, hours=6, minutes=10), "1 day 6 h"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=12, hours=3), "12 days"),
        (-timedelta(minutes=12), "12 min"),
    ],
)
def test_durations_name_two_units_at_most(span, words):
    assert times.duration(span) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [(12, "12 days"), (1, "1 day"), (0, "today"), (-1, "1 day over")],
)
def test_the_days_left_in_words(left, words):
    today = date(2026, 11, 24)

    assert times.ends_in(today + timedelta(days=left), today) == words


def test_the_runway_says_what_it_draws():
    assert times.runway_sentence(12, None) == "ends in 12 days"
    assert times.runway_sentence(0, None) == "ends today"
    assert times.runway_sentence(-4, None) == "expired 4 days ago"
    assert (
        times.runway_sentence(12, date(2027, 12, 6))
        == "ends in 12 days, renewed until 6 Dec 2027 once the key is active"
    )
