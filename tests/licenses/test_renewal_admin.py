"""Renewing many at the desk: a look first, then batch after batch."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from licenses import actions, renewal_admin
from licenses.models import License
from outbox.models import Message
from tests.factories.licenses import LicenseKeyFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:licenses_license_changelist")


@pytest.fixture(autouse=True)
def signed_in(client, stella):
    client.force_login(stella)


def text(response):
    assert response.status_code == 200, response
    return response.content.decode()


def renew(client, *licenses, **answer):
    chosen = [license.pk for license in licenses]
    return client.post(
        LIST, {"action": "renew", "_selected_action": chosen} | answer, follow=True
    )


def test_a_look_shows_what_would_happen_and_renews_nothing(
    client, production, acceptance, cloud_license
):
    License.objects.filter(pk=acceptance.pk).update(ends_on=date(2030, 1, 1))
    LicenseKeyFactory(license=production, in_use=True)
    License.objects.filter(pk=production.pk).update(runs_until=date(2026, 1, 1))

    shown = text(
        renew(
            client,
            production,
            acceptance,
            cloud_license,
            renewal="look",
            ends_on="2027-12-06",
        )
    )

    assert "The license runs until 1 Jan 2030. Choose a later day." in shown
    assert "The key of an earlier renewal is not in use yet." in shown
    assert "Cloud: nothing for the customer to do." in shown
    assert "Renew 2 licenses" in shown
    assert str(acceptance.pk) not in shown
    assert not Message.objects.exists()
    production.refresh_from_db()
    assert production.ends_on == date(2026, 12, 6)


def test_a_look_at_nothing_to_renew_offers_no_button(client, production):
    shown = text(renew(client, production, renewal="look", ends_on="2026-01-01"))

    assert "Nothing can be renewed." in shown


def test_many_are_renewed_batch_by_batch(client, production, acceptance, monkeypatch):
    monkeypatch.setattr(renewal_admin, "BATCH", 1)
    wanted = {"renewal": "yes", "ends_on": "2027-12-06"}

    first = renew(client, production, acceptance, **wanted)

    assert "1 of 2 are through." in text(first)
    assert "Renew the next 1" in text(first)
    assert License.objects.filter(ends_on=date(2027, 12, 6)).count() == 1
    [left] = first.context["progress"].left
    last = renew(client, left, **wanted, done="1", refused="0")
    assert "2 licenses are renewed." in text(last)
    assert License.objects.filter(ends_on=date(2027, 12, 6)).count() == 2


def test_what_is_refused_on_the_way_is_counted_to_the_end(
    client, production, acceptance, monkeypatch
):
    monkeypatch.setattr(renewal_admin, "BATCH", 1)
    License.objects.filter(pk=production.pk).update(ends_on=date(2026, 12, 5))
    actions.plan_end(
        license=License.objects.get(pk=production.pk),
        on=date(2026, 12, 5),
        by=None,
        at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    wanted = {"renewal": "yes", "ends_on": "2027-12-06"}

    first = renew(client, production, acceptance, **wanted)

    assert "LIC-20417 is planned to end on 5 Dec 2026." in text(first)
    assert "0 renewed, 1 refused." in text(first)
    last = text(renew(client, acceptance, **wanted, done="0", refused="1"))
    assert "1 license is renewed." in last
    assert "1 license was not renewed." in last


def test_too_many_at_once_are_refused_in_a_sentence(
    client, production, acceptance, monkeypatch
):
    monkeypatch.setattr(renewal_admin, "MOST_AT_ONCE", 1)

    shown = text(renew(client, production, acceptance))

    assert "Choose at most 1 licenses, or import renewals as a file." in shown


def test_a_forged_count_is_no_count(client, production):
    shown = text(
        renew(client, production, renewal="yes", ends_on="2027-12-06", done="x" * 9)
    )

    assert "1 license is renewed." in shown


def test_renewing_tells_each_contact_once_until_the_new_key_is_in_use(
    client, production, bob
):
    """E12: renewed but not activated is seen, and nobody is told twice of it."""
    at = timezone.now()
    end = production.company.today(at) + timedelta(days=20)
    License.objects.filter(pk=production.pk).update(ends_on=end, runs_until=end)
    LicenseKeyFactory(license=production, in_use=True, ends_on=end)

    renew(client, production, renewal="yes", ends_on="")
    renew(client, production, renewal="yes", ends_on=str(end))

    letters = Message.objects.filter(template="licenses/emails/renewed")
    assert letters.filter(recipient=bob.email).count() == 1
    assert list(License.objects.renewed_not_activated()) == [production]
    key = actions.generate_key(license=production, server_id="7C41", by=bob, at=at)
    actions.activate_key(key=key, by=bob, at=at)
    assert not License.objects.renewed_not_activated().exists()
