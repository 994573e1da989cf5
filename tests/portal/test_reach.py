"""Who cannot be reached is raised on the overview of the company's admins."""

from datetime import timedelta

import pytest

from outbox.models import AddressStanding
from portal.attention.reach import LIMIT
from portal.overview import Overview
from tests.factories.apps import ApplicationFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import ReviewFactory, TechnicalContactFactory
from tests.portal.conftest import NOW

pytestmark = pytest.mark.django_db
WORDS = "550 5.1.1 no such person"


@pytest.fixture
def apps_of(acme):
    def _apps(person, *names):
        return [
            TechnicalContactFactory(
                application=ApplicationFactory(company=acme, name=name), user=person
            )
            for name in names
        ]

    return _apps


def bounce(person):
    AddressStanding.objects.note_bounce(person.email, WORDS, NOW - timedelta(hours=3))


def needs(user):
    return Overview(user, NOW).attention.needs


def test_a_bounce_raises_the_app_to_the_admin(apps_of, alice, bob):
    [contact] = apps_of(bob, "Depot Control")
    bounce(bob)

    [need] = needs(alice)

    assert need.title == "Depot Control: mail to Bob Weber comes back"
    assert need.where == (
        f"Technical contact of this app; the mail server says: {WORDS}"
    )
    assert (need.tone, need.clock.words) == ("danger", "3 h")
    assert need.act.label == "Appoint another"
    assert need.act.url == f"/contacts/{contact.pk}/replace/"
    assert need.url == f"/applications/{contact.application_id}/contacts/"


def test_many_apps_of_one_contact_are_one_need(apps_of, alice, bob):
    apps_of(bob, "Four", "One", "Three", "Two")
    bounce(bob)

    [need] = needs(alice)

    assert need.title == "Four apps: mail to Bob Weber comes back"
    assert (need.act.label, need.act.url) == ("See apps", f"/people/{bob.pk}/")


def test_leavers_are_raised(apps_of, acme, alice):
    """TC-34"""
    gone = UserFactory(company=acme, name="Ana Lima", deactivated=True)
    apps_of(gone, "Depot Control")

    [need] = needs(alice)

    assert need.title == "Depot Control: Ana Lima is deactivated"
    assert need.tone == "danger"


def test_silence_is_raised_and_one_can_ask_again(apps_of, alice, bob):
    [contact] = apps_of(bob, "Depot Control")
    asked_at = NOW - timedelta(days=30)
    ReviewFactory(application=contact.application, user=bob, asked_at=asked_at)

    [need] = needs(alice)

    assert need.title == "Depot Control: Bob Weber does not answer"
    assert need.act.label == "Ask again"
    assert need.act.url == f"/contacts/{contact.pk}/ask/"


def test_the_contact_reads_the_question_on_the_own_overview(apps_of, bob):
    for contact in apps_of(bob, "Depot Control", "Yard"):
        asked_at = NOW - timedelta(days=2)
        ReviewFactory(application=contact.application, user=bob, asked_at=asked_at)

    [need] = needs(bob)

    assert need.title == (
        "Are you still the technical contact of Depot Control and Yard?"
    )
    assert (need.act.label, need.act.url) == ("Answer", "/contacts/still/")
    assert need.hurts_at == NOW + timedelta(days=28)


def test_more_apps_than_are_read_are_not_told_as_their_number(apps_of, bob):
    for contact in apps_of(bob, *map(str, range(LIMIT + 1))):
        ReviewFactory(application=contact.application, user=bob, asked_at=NOW)

    [need] = needs(bob)

    assert need.title == "Are you still the technical contact of 40 apps or more?"


def test_the_own_question_is_not_crowded_out_by_other_people(apps_of, acme, alice):
    [mine] = apps_of(alice, "Yard")
    ReviewFactory(application=mine.application, user=alice, asked_at=NOW)
    gone = UserFactory(company=acme, name="Aaron", deactivated=True)
    apps_of(gone, *map(str, range(LIMIT)))

    titles = [need.title for need in needs(alice)]

    assert "Are you still the technical contact of Yard?" in titles


def test_members_and_strangers_read_nothing_of_it(apps_of, bob, dora, charlie, stella):
    apps_of(bob, "Depot Control")
    bounce(bob)

    assert [needs(person) for person in (bob, dora, charlie, stella)] == [[]] * 4


def test_an_admin_of_another_company_on_the_team_is_not_in_charge(
    apps_of, bob, charlie
):
    [contact] = apps_of(bob, "Depot Control")
    contact.application.memberships.create(user=charlie)
    bounce(bob)

    assert needs(charlie) == []


def test_all_is_well_and_nothing_is_said(apps_of, alice, bob):
    apps_of(bob, "Depot Control")

    assert needs(alice) == []
