"""How long a version is supported, in words."""

from datetime import date

import pytest

from portal.versions import SupportTable
from tests.portal.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("releases")]


@pytest.mark.parametrize(
    ("major", "word", "note", "tone"),
    [
        (12, "current", "until 15.0 is released", ""),
        (11, "supported", "until 14.0 is released", ""),
        (10, "support ends in 127 days", "31 Mar 2027, with 13.0", "warn"),
        (9, "unsupported", "since 30 Sep 2026", "danger"),
        (13, "planned", "not released yet", ""),
    ],
)
def test_support_in_words(major, word, note, tone):
    support = SupportTable.load(TODAY).of(major)

    assert (support.word, support.note, support.tone) == (word, note, tone)


@pytest.mark.parametrize(
    ("ladder", "word", "tone"),
    [
        ([180, 90, 30], "support ends in 127 days", "warn"),
        ([180, 150], "support ends in 127 days", "danger"),
        ([90], "supported", ""),
    ],
)
def test_the_ladder_of_warnings_is_a_setting(settings, ladder, word, tone):
    """PS-11"""
    settings.SUPPORT_END_WARNING_DAYS = ladder

    support = SupportTable.load(TODAY).of(10)

    assert (support.word, support.tone) == (word, tone)


def test_a_plan_whose_day_has_passed_is_no_version_in_use():
    """E36"""
    late = SupportTable.load(date(2027, 4, 2))

    assert [support.major for support in late.released] == [12, 11, 10, 9]
    assert late.of(13).word == "planned"
    assert late.of(10).word == "supported"


def test_end_that_rests_on_no_date_has_a_day_before_which_it_is_not():
    assert SupportTable.load(TODAY).of(11).not_before.isoformat() == "2027-06-01"


def test_only_released_versions_can_be_in_use():
    table = SupportTable.load(TODAY)

    assert [support.major for support in table.released] == [12, 11, 10, 9]
    assert table.ended == [9]


def test_unknown_version_has_no_support():
    table = SupportTable.load(TODAY)

    assert table.of(77) is None
    assert table.of(None) is None
