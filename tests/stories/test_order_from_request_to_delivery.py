"""An application is ordered, signed and delivered, in that order only."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone

from apps.models import Application
from companies import actions as companies_actions
from companies.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

ORDER = {
    "name": "Pallet Ledger",
    "description": "Who owes whom how many pallets",
    "hosting": "on_premises",
    "location": "Antwerp",
    "environments": ["production", "test"],
    "contact_email": "rosa@acme.example",
    "contact_name": "Rosa Fuentes",
    "is_colleague": "on",
}
DESK = reverse("admin:applications_application_changelist")


@pytest.fixture
def settle(sign_in, stella):
    """The support desk does something to an application, from the list."""
    desk = sign_in(stella)

    def do(action, application):
        data = {"action": action, ACTION_CHECKBOX_NAME: [str(application.pk)]}
        return desk.post(DESK, data, follow=True).content.decode()

    return do


def test_order(sign_in, alice, settle, willem, subjects_to):
    """TC-01 to TC-05"""
    browser, home = sign_in(alice), reverse("home")

    # Ordered: the vendor's account executive hears of it, nothing is appointed yet.
    answer = browser.post(reverse("applications:new"), ORDER, follow=True)
    application = Application.objects.get(name="Pallet Ledger")
    rosa = User.objects.get(email="rosa@acme.example")
    assert answer.redirect_chain[-1][0] == application.get_absolute_url()
    assert "Ordered. The order is not signed yet." in answer.content.decode()
    assert not application.technical_contacts.exists()
    assert any("Pallet Ledger" in subject for subject in subjects_to(willem))

    # Delivering first is refused.
    settle("deliver", application)
    application.refresh_from_db()
    assert application.delivered_at is None

    # Signed: the contact is appointed and asked to sign up.
    settle("sign_orders", application)
    assert application.technical_contacts.get().user == rosa
    assert any("Pallet Ledger" in subject for subject in subjects_to(rosa))
    page = browser.get(home).content.decode()
    assert "Pallet Ledger waits for its technical contact" in page
    assert "Rosa Fuentes has no account yet" in page

    # Without an account of hers there is no delivery.
    settle("deliver", application)
    application.refresh_from_db()
    assert application.delivered_at is None

    companies_actions.reset_password(rosa, "a-good-long-secret", at=timezone.now())
    page = browser.get(application.get_absolute_url()).content.decode()
    assert "The order is signed. Aldwick sets the app up." in page
    assert "<h1>Nothing needs you</h1>" in browser.get(home).content.decode()

    # Delivered: she sees it among her apps.
    settle("deliver", application)
    application.refresh_from_db()
    assert application.delivered_at is not None
    assert any("deliver" in subject for subject in subjects_to(rosa))
    page = sign_in(rosa).get(reverse("application_list")).content.decode()
    assert "Pallet Ledger" in page
    assert "2 servers" in page


def test_strangers_hear_nothing_of_it(sign_in, alice, charlie, subjects_to):
    """E25"""
    sign_in(alice).post(reverse("applications:new"), ORDER)
    application = Application.objects.get()

    browser = sign_in(charlie)

    assert browser.get(application.get_absolute_url()).status_code == 404
    assert "Pallet" not in browser.get(reverse("application_list")).content.decode()
    assert subjects_to(charlie) == []
