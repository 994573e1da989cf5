"""A license ends; its contact is reminded, it is renewed, its new key is activated."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from licenses import actions
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.contacts import TechnicalContactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

SERVER = {"server_id": "7C41-E09B-55D2", "server_name": "rtm-app-01"}


@pytest.fixture
def license(acme, bob, willem):
    """Depot Control, production; its key in use ends in fifteen days."""
    now = timezone.now()
    application = ApplicationFactory(company=acme, name="Depot Control")
    TechnicalContactFactory(application=application, user=bob)
    row = actions.create_license(
        environment=EnvironmentFactory(application=application, name="production"),
        ends_on=acme.today(now) + timedelta(days=15),
        by=willem,
        at=now - timedelta(days=350),
    )
    key = actions.generate_key(license=row, by=bob, at=now, **SERVER)
    actions.activate_key(key=key, by=bob, at=now)
    row.refresh_from_db()
    return row


def test_renewal(license, sign_in, bob, willem, alice, subjects_to, last_letter_to):
    browser, home = sign_in(bob), reverse("home")

    # The reminder comes once, however often the sweep runs.
    for _ in range(2):
        call_command("remind")
    (reminder,) = subjects_to(bob)
    assert reminder.startswith("Depot Control: the license ends in 15 days")
    assert "/licenses/" in last_letter_to(bob).text

    # The overview asks for a renewal until one is signed.
    page = browser.get(home).content.decode()
    assert "The license of Depot Control ends" in page
    assert "Ask to renew" in page

    end = license.ends_on + timedelta(days=365)
    actions.renew_license(license=license, ends_on=end, by=willem, at=timezone.now())
    assert subjects_to(bob)[-1].startswith("Depot Control: Production is renewed")
    page = browser.get(home).content.decode()
    assert "The renewal is signed; its key is made, but not activated" in page

    # The signature has made the key; who asks for one is led to it.
    key = license.keys.waiting().get()
    assert key.ends_on == end
    generate = reverse("licenses:generate", args=[license.pk])
    answer = browser.post(generate, SERVER, follow=True)
    assert answer.redirect_chain[-1][0] == key.get_absolute_url()
    assert license.keys.waiting().get() == key

    # Activated, it needs nobody any more, and the next reminder finds nothing.
    browser.post(reverse("licenses:activate", args=[key.pk]))
    license.refresh_from_db()
    assert license.due_on == end
    assert "<h1>Nothing needs you</h1>" in browser.get(home).content.decode()
    before = len(subjects_to(bob))
    call_command("remind")
    assert len(subjects_to(bob)) == before

    # Everybody of the app can read what happened.
    activity = reverse("application_activity", args=[license.application.pk])
    page = sign_in(alice).get(activity).content.decode()
    for sentence in ("renewed LIC-", "generated a key of", "activated the key of"):
        assert sentence in page


def test_no_letter_holds_a_key(license, sign_in, bob):
    """Keys never travel by mail."""
    key = license.keys.in_use().get()
    text = actions.keys.text_of(key)
    call_command("remind")

    browser = sign_in(bob)

    assert text not in browser.get(reverse("licenses:list")).content.decode()
    assert not any(text[:40] in letter for letter in _letters())


def _letters():
    from outbox.models import Message

    return Message.objects.values_list("text", flat=True)
