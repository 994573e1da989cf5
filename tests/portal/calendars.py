"""A feed and the licenses behind it, read as a calendar program reads them."""

import io
from datetime import timedelta

import vobject
from django.test import Client
from django.utils import timezone

from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.licenses import CalendarFeedFactory, LicenseFactory

TODAY = timezone.localdate()
ENDS = TODAY + timedelta(days=12)
SECRET = "s" * 43


def license_of(company, name, *team, place="production", cloud=False, **facts):
    application = ApplicationFactory(company=company, name=name, cloud=cloud)
    for person in team:
        MembershipFactory(application=application, user=person)
    environment = EnvironmentFactory(application=application, name=place)
    facts = {"starts_on": None, "ends_on": ENDS, "number": None} | facts
    if facts["number"] is None:
        del facts["number"]
    return LicenseFactory(environment=environment, **facts)


def feed_of(person, **facts):
    return CalendarFeedFactory(person=person, token=SECRET, **facts)


def read(**headers):
    """As a calendar program does: without a session."""
    return Client().get(f"/calendar/{SECRET}.ics", headers=headers)


def entries(answer=None):
    answer = answer or read()
    assert answer.status_code == 200
    calendar = vobject.readOne(io.StringIO(answer.content.decode()))
    return list(calendar.contents.get("vevent", []))


def names(answer=None):
    return [entry.summary.value for entry in entries(answer)]
