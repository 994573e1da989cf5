"""The role of technical contact moves on: offered, reminded, accepted."""

import pytest
from django.urls import reverse

from contacts.models import Handover
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import TechnicalContactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_handover(sign_in, acme, bob, subjects_to):
    """TC-07, TC-21, TC-25"""
    driver_app = ApplicationFactory(company=acme, name="Driver App", cloud=True)
    TechnicalContactFactory(application=driver_app, user=bob)
    aiko = UserFactory(company=acme, name="Aiko Tanaka", email="aiko@acme.example")
    member = MembershipFactory(application=driver_app, user=aiko)
    giver, taker = sign_in(bob), sign_in(aiko)
    home = reverse("home")

    # Offered: nothing changes yet, both see it on their overview.
    offer = reverse("contacts:offer", args=[driver_app.pk])
    giver.post(offer, {"member": str(member.pk), "message": "You know it best."})
    handover = Handover.objects.get()
    assert driver_app.technical_contacts.get().user == bob
    assert "Aiko Tanaka has not accepted Driver App yet" in (
        giver.get(home).content.decode()
    )
    assert "Bob Weber asks you to take over Driver App" in (
        taker.get(home).content.decode()
    )

    # Looking accepts nothing, and nobody accepts for somebody else.
    accept = reverse("contacts:accept", args=[handover.pk])
    taker.get(handover.get_absolute_url())
    assert taker.get(accept).status_code == 405
    giver.post(accept)
    assert driver_app.technical_contacts.get().user == bob

    # Accepted: exactly one contact, another one; both are told.
    taker.post(accept)
    assert driver_app.technical_contacts.get().user == aiko
    assert any("Driver App" in subject for subject in subjects_to(aiko))
    assert any("Driver App" in subject for subject in subjects_to(bob))
    for browser in (giver, taker):
        assert "<h1>Nothing needs you</h1>" in browser.get(home).content.decode()
    page = giver.get(reverse("application_activity", args=[driver_app.pk]))
    assert "<b>Aiko Tanaka</b> took over Driver App" in page.content.decode()
