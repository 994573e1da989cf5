"""How long a version is supported, in words."""

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
