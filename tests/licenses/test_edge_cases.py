"""E9 to E15 where they are more than one rule: what somebody tries, from outside."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from licenses import actions
from licenses.models import License
from licenses.terms import year_later
from outbox.models import Message

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["dora", "alice"])
def test_nobody_at_the_customer_renews_anything_on_cloud(
    request, client, cloud_license, who, method
):
    """E9: no generate and no renew, not even by direct address; LI-05."""
    client.force_login(request.getfixturevalue(who))
    before = License.objects.filter(pk=cloud_license.pk).values().get()
    wish = {"renewal": "yes", "ends_on": "2099-01-01", "server_id": "7C41-E09B"}

    addresses = {
        reverse("licenses:generate", args=[cloud_license.pk]): 403,
        reverse("admin:licenses_license_renew_this", args=[cloud_license.pk]): 404,
        reverse("admin:licenses_license_changelist"): 404,
    }

    for address, code in addresses.items():
        assert getattr(client, method)(address, wish).status_code == code, address
    assert License.objects.filter(pk=cloud_license.pk).values().get() == before


@pytest.mark.parametrize("hosting", ["production", "cloud_license"])
def test_an_upgrade_is_a_request_whatever_the_hosting(
    request, client, hosting, alice, willem
):
    """E9: routed to the account executive, never applied by the customer."""
    license = request.getfixturevalue(hosting)
    client.force_login(alice)
    before = License.objects.filter(pk=license.pk).values().get()

    client.post(
        reverse("licenses:expand", args=[license.pk]),
        {"users": 9000, "ends_on": "2099-01-01", "reason": "We grow."},
    )

    assert License.objects.filter(pk=license.pk).values().get() == before
    assert Message.objects.get().recipient == willem.email


@pytest.mark.parametrize(
    ("zone", "last_minute"),
    [
        ("Pacific/Kiritimati", "2028-02-29T09:59+00:00"),
        ("Europe/Amsterdam", "2028-02-29T22:59+00:00"),
        ("America/New_York", "2028-03-01T04:59+00:00"),
        ("Pacific/Pago_Pago", "2028-03-01T10:59+00:00"),
    ],
)
def test_a_leap_day_is_the_last_valid_day_everywhere(
    production, acme, zone, last_minute
):
    """E11: leap day; customer time zone versus UTC."""
    acme.time_zone = zone
    acme.save()
    License.objects.update(ends_on=date(2028, 2, 29))
    license = License.objects.with_company().get()
    moment = datetime.fromisoformat(last_minute)

    def state(at):
        return license.standing(license.company.today(at)).state_code

    assert state(moment) == "license.expiring"
    assert state(moment + timedelta(minutes=1)) == "license.grace"
    assert license.expires_at == moment + timedelta(minutes=1)


def test_the_clock_change_moves_no_boundary(production):
    """E11: the day has 25 hours; the license ends with it."""
    License.objects.update(ends_on=date(2026, 10, 25))
    license = License.objects.with_company().get()

    assert license.expires_at == datetime(2026, 10, 26, tzinfo=AMSTERDAM)
    span = license.expires_at - datetime(2026, 10, 25, tzinfo=AMSTERDAM)
    assert span == timedelta(days=1)  # on the wall
    assert license.expires_at.utcoffset() == timedelta(hours=1)


def test_a_renewal_from_a_leap_day_ends_in_february(production, stella, at):
    """E11"""
    License.objects.update(ends_on=date(2028, 2, 29))
    license = License.objects.get()

    actions.renew_license(
        license=license, ends_on=year_later(license.ends_on), by=stella, at=at
    )

    assert license.ends_on == date(2029, 2, 28)


@pytest.mark.parametrize("days_left", [90, 30, 15, 7, -1])
def test_an_off_boarded_environment_is_reminded_of_on_no_step(
    production, acceptance, bob, at, days_left
):
    """E10: none for what is off-boarded, by the verb that customers use."""
    actions.offboard_environment(
        environment=production.environment, by=bob, at=at - timedelta(days=200)
    )
    Message.objects.all().delete()
    day = date(2026, 12, 6) - timedelta(days=days_left)

    actions.remind_of_renewal(
        at=datetime(day.year, day.month, day.day, 12, tzinfo=AMSTERDAM)
    )

    texts = " ".join(Message.objects.values_list("text", flat=True))
    assert str(acceptance) in texts
    assert str(production) not in texts
