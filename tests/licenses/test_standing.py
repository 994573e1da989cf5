"""The boundaries of E11, day by day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from licenses import rows
from licenses.standing import standing_of
from portal import runway
from tests.factories.apps import EnvironmentFactory
from tests.factories.companies import CompanyFactory
from tests.factories.licenses import LicenseFactory

DUE = date(2026, 12, 6)


def state(days_after, **facts):
    """So many days after the last valid day; negative before it."""
    usual = {
        "starts_on": date(2025, 12, 7),
        "ends_on": DUE,
        "due_on": DUE,
        "ending_days": 30,
        "grace_days": 30,
        "kept_days": 60,
    }
    today = facts.get("due_on", DUE) + timedelta(days=days_after)
    return standing_of(today=today, **(usual | facts))


@pytest.mark.parametrize(
    ("days_after", "code"),
    [
        (-31, "license.active"),
        (-30, "license.expiring"),
        (-1, "license.expiring"),
        (0, "license.expiring"),
        (1, "license.grace"),
        (30, "license.grace"),
        (31, "license.expired"),
        (60, "license.expired"),
        (61, "license.ended"),
    ],
)
def test_on_premises_states_change_on_exactly_these_days(days_after, code):
    """E11: 30 days before, last valid day, first expired day, grace, 60 days."""
    assert state(days_after).state_code == code


@pytest.mark.parametrize(
    ("days_after", "code"),
    [
        (0, "license.expiring"),
        (1, "license.expired"),
        (60, "license.expired"),
        (61, "license.ended"),
    ],
)
def test_cloud_has_no_grace(days_after, code):
    assert state(days_after, grace_days=0).state_code == code


def test_days_left_count_down_to_zero_on_the_last_valid_day():
    assert state(-1).days_left == 1
    assert state(0).days_left == 0
    assert not state(0).has_ended
    assert state(1).has_ended


def test_a_leap_day_is_a_day_like_any_other():
    """E11"""
    leap = {"ends_on": date(2028, 3, 1), "due_on": date(2028, 3, 1)}

    last_february = standing_of(
        starts_on=None,
        today=date(2028, 2, 29),
        ending_days=30,
        grace_days=30,
        kept_days=60,
        **leap,
    )

    assert last_february.days_left == 1


def test_a_license_that_ends_on_a_leap_day_is_in_grace_the_day_after():
    """E11"""
    leap = date(2028, 2, 29)

    assert state(0, ends_on=leap, due_on=leap).state_code == "license.expiring"
    assert state(1, ends_on=leap, due_on=leap).state_code == "license.grace"
    assert state(1, ends_on=leap, due_on=leap).grace_until == date(2028, 3, 30)


def test_renewed_but_still_on_the_old_key():
    """E12"""
    renewed = state(-12, ends_on=date(2027, 12, 6))

    assert renewed.state_code == "license.renewed"
    assert renewed.days_left == 12
    assert renewed.needs_somebody


def test_a_renewal_does_not_help_once_the_old_key_has_ended():
    """E12: what runs is the old key."""
    assert state(1, ends_on=date(2027, 12, 6)).state_code == "license.grace"


def test_it_is_pending_until_its_first_day():
    first = DUE - timedelta(days=100)

    assert state(-101, starts_on=first).state_code == "license.pending"
    assert state(-100, starts_on=first).state_code == "license.active"


def test_off_boarding_ends_it_whatever_the_day():
    assert state(-200, is_offboarded=True).state_code == "license.ended"


def test_a_long_grace_outlives_what_is_kept():
    assert state(90, grace_days=90).state_code == "license.grace"
    assert state(91, grace_days=90).state_code == "license.ended"


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Pacific/Auckland", date(2026, 12, 7)),
        ("Europe/Amsterdam", date(2026, 12, 6)),
        ("America/Los_Angeles", date(2026, 12, 6)),
    ],
)
def test_the_day_is_the_companys_own(zone, day):
    """E11: customer time zone versus UTC."""
    evening = datetime(2026, 12, 6, 22, 30, tzinfo=ZoneInfo("UTC"))

    assert CompanyFactory.build(time_zone=zone).today(evening) == day


@pytest.mark.django_db
def test_pages_draw_the_grace_of_the_license_itself(production, cloud_license, at):
    """LI-28: its own, else the one that is set up, and none for Cloud."""
    own = LicenseFactory(
        environment=EnvironmentFactory(application=production.application),
        grace_days=7,
    )
    licenses = [own, production, cloud_license]

    ours = rows.across_applications(licenses, at=at, is_staff=True)

    assert [row.grace_days for row in ours] == [7, settings.LICENSE_GRACE_DAYS, 0]
    assert [runway.of_application(one).grace_days for one in licenses] == [
        row.grace_days for row in ours
    ]
