"""The calendar behind a secret address: what is in it, and for whom."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from licenses import actions
from licenses.models import CalendarFeed
from operations.models import WindowEvent
from tests.factories.companies import CompanyFactory
from tests.factories.operations import MaintenanceWindowFactory
from tests.portal.calendars import (
    ENDS,
    TODAY,
    entries,
    feed_of,
    license_of,
    names,
    read,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def depot(acme, bob):
    return license_of(acme, "Depot Control", bob, number=20417)


@pytest.fixture
def driver(acme, bob):
    return license_of(acme, "Driver App", bob, cloud=True)


# What is in it


def test_an_entry_says_which_license_ends_and_when(depot, bob):
    feed_of(bob)

    (entry,) = entries()

    assert entry.dtstart.value == ENDS
    assert type(entry.dtstart.value) is date
    assert entry.dtend.value == ENDS + timedelta(days=1)
    assert entry.summary.value == "License ends: Depot Control, production"
    assert "LIC-20417" in entry.description.value
    assert entry.url.value.endswith(depot.get_absolute_url())
    assert entry.transp.value == "TRANSPARENT"
    assert "valarm" not in entry.contents
    assert entry.uid.value.startswith(f"license-{depot.pk}@")


def test_every_line_is_as_the_standard_wants_it(bob, acme):
    """RFC 5545, 3.1: lines end with CR LF and have no more than 75 octets."""
    license_of(acme, "Lagerverwaltung für Übersee; Süd, Größe ✓ " * 4, bob)
    feed_of(bob)

    content = read().content

    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert max(map(len, lines)) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"DTSTART;VALUE=DATE:" in content
    assert b"METHOD" not in content
    assert "Übersee; Süd, Größe ✓" in names()[0]


def test_an_empty_calendar_is_valid_too(bob):
    """RFC 5545, 3.4: there is at least one component."""
    feed_of(bob)

    answer = read()

    assert entries(answer) == []
    assert b"BEGIN:VTIMEZONE" in answer.content


def test_a_moved_end_is_the_same_entry_with_a_higher_number(depot, bob):
    feed_of(bob)
    (before,) = entries()
    at = timezone.now() + timedelta(hours=1)
    moved = ENDS + timedelta(days=365)

    actions.renew_license(license=depot, ends_on=moved, by=None, at=at)
    (after,) = entries()

    assert after.uid.value == before.uid.value
    assert after.dtstart.value == moved
    assert (before.sequence.value, after.sequence.value) == ("0", "1")
    stamp = at.replace(microsecond=0)
    assert after.last_modified.value == stamp
    assert after.dtstamp.value == stamp


def test_a_renewal_that_waits_for_its_key_is_said(depot, bob):
    """E12"""
    later = ENDS + timedelta(days=365)
    depot.runs_until, depot.ends_on = ENDS, later
    depot.save()
    feed_of(bob)

    (entry,) = entries()

    assert entry.dtstart.value == ENDS
    assert "Activate the new key before this day" in entry.description.value


def test_cloud_of_customers_is_left_out(depot, driver, bob, acme, alice):
    """LI-05"""
    feed_of(bob)

    assert names() == ["License ends: Depot Control, production"]


def test_what_is_long_over_or_off_boarded_is_left_out(acme, bob):
    long_ago = TODAY - timedelta(days=200)
    license_of(acme, "Old", bob, ends_on=long_ago)
    license_of(acme, "Late", bob, ends_on=TODAY - timedelta(days=20))
    gone = license_of(acme, "Gone", bob)
    gone.environment.offboarded_at = timezone.now()
    gone.environment.save()
    feed_of(bob)

    assert names() == ["License ends: Late, production"]


def test_no_key_is_in_it(depot, bob):
    at = timezone.now()
    key = actions.generate_key(license=depot, server_id="7C41-E09B", by=None, at=at)
    feed_of(bob)

    said = read().content.decode().replace("\r\n ", "")

    assert actions.text_of(key) not in said
    assert key.fingerprint not in said
    assert "7C41-E09B" not in said


# For whom


def test_everybody_reads_what_they_may_see(depot, acme, alice, bob, charlie):
    license_of(acme, "Yard", place="test")
    feed_of(charlie)
    assert names() == []
    CalendarFeed.objects.update(person=bob)
    assert len(names()) == 1
    CalendarFeed.objects.update(person=alice)
    assert len(names()) == 2


def test_what_one_sees_no_more_is_gone_from_it(depot, bob):
    feed_of(bob)
    assert len(names()) == 1

    bob.memberships.all().delete()

    assert names() == []


def test_the_calendar_of_a_company_has_nothing_of_others(depot, acme, alice):
    license_of(CompanyFactory(name="Globex"), "Mill Monitor", alice)
    feed_of(alice, company=acme)
    assert names() == ["License ends: Depot Control, production"]

    CalendarFeed.objects.update(company=None)

    assert len(names()) == 2


def test_staff_read_of_the_companies_they_look_after(depot, driver, acme, stella):
    license_of(CompanyFactory(name="Globex"), "Mill Monitor")
    feed_of(stella)
    assert names() == []

    acme.customer_success_manager = stella
    acme.save()

    assert sorted(names()) == [
        "License ends: Depot Control, production (Acme)",
        "License ends: Driver App, production (Acme)",
    ]


def test_it_speaks_the_language_of_whoever_made_it(depot, bob):
    feed_of(bob)
    answer = read(**{"accept-language": "de"})

    assert names(answer) == ["License ends: Depot Control, production"]


# Planned maintenance


@pytest.fixture
def window(driver):
    window = MaintenanceWindowFactory(title="New database")
    window.environments.add(driver.environment)
    return window


def test_maintenance_is_in_it_for_who_wants_it(depot, window, bob):
    feed = feed_of(bob)
    assert len(names()) == 1

    feed.with_maintenance = True
    feed.save()

    _license, work = entries()
    assert work.summary.value == "Aldwick: New database"
    assert work.dtstart.value == window.starts_at.replace(microsecond=0)
    assert work.uid.value.startswith(f"{window.id}@")
    assert work.url.value.endswith(window.get_absolute_url())
    assert "valarm" not in work.contents


def test_a_window_that_moves_or_is_cancelled_is_told(window, bob):
    feed_of(bob, with_maintenance=True)
    moved = timezone.now() + timedelta(hours=2)
    WindowEvent.objects.create(window=window, kind="moved", at=moved)
    window.revision = 1
    window.save()

    (entry,) = entries()
    assert entry.sequence.value == "1"
    assert entry.dtstamp.value == moved.replace(microsecond=0)

    window.cancelled_at = moved
    window.save()
    assert entries() == []


def test_maintenance_of_others_is_not_in_it(window, acme, globex, alice, charlie):
    feed_of(charlie, with_maintenance=True)
    assert names() == []

    elsewhere = license_of(globex, "Mill Monitor", alice, cloud=True)
    other = MaintenanceWindowFactory(title="Not of Acme")
    other.environments.add(elsewhere.environment)
    CalendarFeed.objects.update(person=alice, company=acme)
    assert names() == ["Aldwick: New database"]
