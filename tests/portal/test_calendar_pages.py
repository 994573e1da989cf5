"""Until when a calendar's address opens, how it travels, and the page it is made on."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from licenses import actions, calendars
from licenses.models import CalendarFeed
from licenses.scrubbing import scrub
from tests.factories.companies import UserFactory
from tests.portal.calendars import SECRET, TODAY, feed_of, license_of, names, read

pytestmark = pytest.mark.django_db
PAGE = reverse("calendar")


@pytest.fixture
def depot(acme, bob):
    return license_of(acme, "Depot Control", bob, number=20417)


# Until when


def test_an_unknown_address_does_not_exist(depot, bob):
    assert read().status_code == 404
    assert Client().get("/calendar/x.ics").status_code == 404


def test_a_revoked_address_does_not_exist(depot, bob):
    feed = feed_of(bob)
    actions.revoke_feed(feed, by=bob, at=timezone.now())

    assert read().status_code == 404


def test_the_calendar_of_somebody_deactivated_does_not_exist(depot, bob):
    feed_of(bob)
    bob.is_active = False
    bob.save()

    assert read().status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"is_company_admin": False},
        {"is_company_admin": False, "company": None},
        {"is_active": False},
    ],
)
def test_that_of_a_company_ends_with_the_admin_who_made_it(depot, acme, alice, change):
    feed_of(alice, company=acme)
    assert read().status_code == 200

    type(alice).objects.filter(pk=alice.pk).update(**change)

    assert read().status_code == 404


def test_it_can_be_read_alone(depot, bob):
    feed_of(bob)

    assert Client().post(f"/calendar/{SECRET}.ics").status_code == 405
    assert Client().head(f"/calendar/{SECRET}.ics").content == b""


# How it travels


def test_it_says_how_it_is_kept(depot, bob):
    feed_of(bob)

    answer = read()

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "sessionid" not in answer.cookies


def test_nothing_new_is_not_sent_again(depot, bob):
    feed_of(bob)
    etag = read()["ETag"]

    again = read(**{"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == etag

    depot.environment.application.name = "Depot Central"
    depot.environment.application.save()
    assert names(read(**{"if-none-match": etag})) == [
        "License ends: Depot Central, production"
    ]


def test_a_license_that_goes_is_told_whatever_the_time(depot, bob):
    """A row that is gone leaves no time behind: no time may answer "not modified"."""
    feed_of(bob)
    bob.memberships.all().delete()

    later = "Fri, 01 Jan 2100 00:00:00 GMT"

    assert names(read(**{"if-modified-since": later})) == []


def test_more_rows_are_no_more_statements(depot, acme, bob):
    feed_of(bob, with_maintenance=True)
    for number in range(30):
        license_of(acme, f"App {number}", bob)

    with CaptureQueriesContext(connection) as found:
        assert len(names()) == 31

    assert len(found) == 3  # the address, the licenses, the windows


def test_it_has_a_bound(acme, bob, monkeypatch):
    monkeypatch.setattr(calendars, "MOST", 2)
    for days in (9, 3, 6):
        license_of(acme, f"In {days}", bob, ends_on=TODAY + timedelta(days=days))
    feed_of(bob)

    assert [name[14:18] for name in names()] == ["In 3", "In 6"]


def test_its_secret_is_kept_out_of_the_logs(caplog):
    with caplog.at_level(logging.WARNING, logger="django.request"):
        Client().get(f"/calendar/{SECRET}.ics")

    said = [scrub(record.getMessage()) for record in caplog.records]
    assert said == ["Not Found: /calendar/[removed].ics"]


# The page


def test_looking_at_the_page_changes_nothing(client, bob):
    client.force_login(bob)

    said = client.get(PAGE).content.decode()

    assert "License ends in your calendar" in said
    assert not CalendarFeed.objects.exists()


def test_the_address_is_shown_once_and_opens_the_calendar(client, depot, bob):
    client.force_login(bob)

    answer = client.post(PAGE, {"with_maintenance": "on"})

    address = answer.context["address"]
    assert address in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    path = address.partition("://")[2].partition("/")[2]
    assert len(names(Client().get(f"/{path}"))) == 1
    assert CalendarFeed.objects.get().with_maintenance
    secret = path.split("/")[1].removesuffix(".ics")
    assert secret not in client.get(PAGE).content.decode()


def test_an_admin_chooses_between_the_own_and_the_companys(client, alice, acme):
    client.force_login(alice)

    assert "All licenses of Acme" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {}).context["form"].errors.keys() == {"which"}
    client.post(PAGE, {"which": "company"})

    assert CalendarFeed.objects.get().company == acme


def test_nobody_else_makes_one_of_the_company(client, bob):
    client.force_login(bob)

    client.post(PAGE, {"which": "company"})

    assert CalendarFeed.objects.get().company is None


def test_an_address_is_revoked_by_a_button(client, depot, bob):
    feed = feed_of(bob)
    client.force_login(bob)
    button = reverse("revoke_calendar", args=[feed.pk])

    assert client.get(button).status_code == 405
    assert read().status_code == 200
    answer = client.post(button, follow=True)

    assert "The address is revoked" in answer.content.decode()
    assert read().status_code == 404


def test_admins_see_whose_address_shows_nothing_any_more(client, alice, acme):
    former = UserFactory(company=acme, name="Former Admin")
    feed_of(former, company=acme)
    client.force_login(alice)

    said = client.get(PAGE).content.decode()

    assert "It shows nothing any more, since Former Admin" in said


@pytest.mark.parametrize("name", ["licenses:list", "companies:account"])
def test_the_way_to_the_page(client, bob, name):
    client.force_login(bob)

    assert f'href="{PAGE}"' in client.get(reverse(name)).content.decode()
