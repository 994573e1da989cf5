"""Work is planned; the contact of that moment is told, reads it, and is at peace."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from operations import actions
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.contacts import TechnicalContactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_maintenance(sign_in, acme, bob, charlie, stella, subjects_to, last_letter_to):
    """MA-01, MA-12, E18"""
    driver_app = ApplicationFactory(company=acme, name="Driver App", cloud=True)
    production = EnvironmentFactory(application=driver_app, name="production")
    TechnicalContactFactory(application=driver_app, user=bob)
    starts_at = timezone.now() + timedelta(days=3)
    window = actions.plan_window(
        title="Storage upgrade",
        description="We move the storage to faster disks.",
        impact="Restarts once.",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        environments=[production],
        by=stella,
        at=timezone.now(),
    )
    browser, home = sign_in(bob), reverse("home")

    # Told at once, since the notice would be late otherwise; with a calendar file.
    assert len(subjects_to(bob)) == 1
    assert last_letter_to(bob).attachments.get().mimetype == "text/calendar"

    page = browser.get(home).content.decode()
    assert "Maintenance touches Driver App" in page
    assert (
        "Storage upgrade"
        in browser.get(
            reverse("application_detail", args=[driver_app.pk])
        ).content.decode()
    )

    # Looking is not reading; the button is. It stays in the calendar.
    detail = window.get_absolute_url()
    assert "Storage upgrade" in browser.get(detail).content.decode()
    assert "Maintenance touches" in browser.get(home).content.decode()
    browser.post(reverse("operations:acknowledge", args=[window.id]))
    page = browser.get(home).content.decode()
    assert "<h1>Nothing needs you</h1>" in page
    assert "Storage upgrade" in page

    # Moved, it asks again.
    actions.move_window(
        window,
        starts_at=starts_at + timedelta(days=1),
        ends_at=starts_at + timedelta(days=1, hours=4),
        by=stella,
        at=timezone.now(),
    )
    assert len(subjects_to(bob)) == 2
    assert "Maintenance touches Driver App" in browser.get(home).content.decode()

    assert sign_in(charlie).get(detail).status_code == 404
