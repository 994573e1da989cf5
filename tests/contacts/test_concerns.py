"""Contacts who may not hear of anything: told once, escalated, and over."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from companies.models import ActivityEntry
from contacts import actions, tasks
from contacts.models import Concern, TechnicalContact
from outbox.models import AddressStanding, Message
from tests.factories.apps import ApplicationFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import ReviewFactory, TechnicalContactFactory

WORDS = "550 5.1.1 no such person"


@pytest.fixture
def bounce(bob, at):
    def _bounce(person=bob, moment=at):
        AddressStanding.objects.note_bounce(person.email, WORDS, moment)

    return _bounce


def told(template):
    rows = Message.objects.filter(template=f"contacts/emails/contact_{template}")
    return sorted(rows.values_list("recipient", flat=True))


def test_the_admins_are_told_once_of_all_apps_of_a_contact(
    depot, driver, alice, bob, at, bounce
):
    bounce()

    tallies = [actions.watch_contacts(at=at + timedelta(hours=n)) for n in range(3)]

    assert [tally.raised for tally in tallies] == [2, 0, 0]
    assert told("raised") == [alice.email]
    letter = Message.objects.get()
    assert letter.subject == "2 apps: mail to Bob Weber comes back"
    assert WORDS in letter.text
    assert ActivityEntry.objects.filter(verb="contact_raised").count() == 2


def test_nobody_is_told_while_all_is_well(depot, at):
    tally = actions.watch_contacts(at=at)

    assert (tally.raised, tally.escalated, tally.over) == (0, 0, 0)
    assert Message.objects.count() == 0


def test_the_vendor_is_told_when_nothing_has_changed(
    depot, alice, bob, willem, at, bounce, settings
):
    """TC-29: unreachable, and no admin has mended it."""
    bounce()
    actions.watch_contacts(at=at)

    tallies = [
        actions.watch_contacts(at=at + timedelta(days=days)) for days in (14, 15, 16)
    ]

    assert [tally.escalated for tally in tallies] == [0, 1, 0]
    assert told("escalated") == sorted([willem.email, settings.SUPPORT_EMAIL])
    assert told("raised") == [alice.email]


def test_it_is_over_when_mail_arrives_again(depot, bob, at, bounce):
    bounce()
    actions.watch_contacts(at=at)
    AddressStanding.objects.note_delivery(bob.email, at + timedelta(hours=1))

    tally = actions.watch_contacts(at=at + timedelta(hours=2))

    assert tally.over == 1
    assert not Concern.objects.open().exists()
    later = at + timedelta(days=20)
    assert actions.watch_contacts(at=later).escalated == 0


def test_an_address_that_bounces_now_and_then_is_one_occurrence(
    depot, alice, bob, at, bounce
):
    bounce()
    actions.watch_contacts(at=at)
    AddressStanding.objects.note_delivery(bob.email, at + timedelta(hours=1))
    actions.watch_contacts(at=at + timedelta(hours=2))
    bounce(moment=at + timedelta(hours=3))

    actions.watch_contacts(at=at + timedelta(hours=4))

    assert told("raised") == [alice.email]
    assert Concern.objects.open().count() == 1


def test_after_a_quiet_week_it_is_a_new_occurrence(depot, alice, bob, at, bounce):
    bounce()
    actions.watch_contacts(at=at)
    AddressStanding.objects.note_delivery(bob.email, at + timedelta(hours=1))
    actions.watch_contacts(at=at + timedelta(hours=2))
    bounce(moment=at + timedelta(days=9))

    actions.watch_contacts(at=at + timedelta(days=9))

    assert told("raised") == [alice.email] * 2


def test_another_contact_ends_it(depot, alice, bob, dora, at, bounce):
    bounce()
    actions.watch_contacts(at=at)
    TechnicalContactFactory(application=depot, user=dora)
    contact = TechnicalContact.objects.get(application=depot, user=bob)
    actions.dismiss(contact=contact, by=alice, at=at, reason="Bounces")

    assert actions.watch_contacts(at=at).over == 1


def test_leavers_are_told_of(acme, depot, alice, at):
    """TC-34"""
    gone = UserFactory(company=acme, name="Ana Lima", deactivated=True)
    TechnicalContactFactory(application=depot, user=gone)

    actions.watch_contacts(at=at)

    assert [letter.subject for letter in Message.objects.all()] == [
        "Depot Control: Ana Lima is deactivated"
    ]


def test_silence_is_raised_after_thirty_days_and_escalated_after_forty_five(
    depot, alice, bob, willem, at, settings
):
    ReviewFactory(application=depot, user=bob, asked_at=at)

    for days in (29, 30, 44, 45):
        actions.watch_contacts(at=at + timedelta(days=days))

    raised = Message.objects.get(template="contacts/emails/contact_raised")
    assert raised.subject == "Depot Control: Bob Weber does not answer"
    concern = Concern.objects.get()
    assert concern.raised_at == at + timedelta(days=30)
    assert concern.escalated_at == at + timedelta(days=45)
    assert told("escalated") == sorted([willem.email, settings.SUPPORT_EMAIL])


def test_the_only_admin_is_not_told_of_themselves(acme, depot, bob, willem, at, bounce):
    bob.is_company_admin = True
    bob.save()
    bounce()

    actions.watch_contacts(at=at)

    assert told("raised") == [willem.email]


def test_a_company_nobody_looks_after_is_raised_at_the_desk(
    acme, depot, bob, at, bounce, settings
):
    acme.account_executive = None
    acme.save()
    bounce()

    actions.watch_contacts(at=at)

    assert told("raised") == [settings.SUPPORT_EMAIL]


def test_many_are_raised_in_batches(acme, at, monkeypatch, alice):
    monkeypatch.setattr("contacts.actions.concerns.BATCH", 2)
    for _number in range(5):
        person = UserFactory(company=acme, deactivated=True)
        TechnicalContactFactory(user=person, application__company=acme)

    assert actions.watch_contacts(at=at).raised == 5
    assert actions.watch_contacts(at=at + timedelta(days=15)).escalated == 5


def test_the_clock_does_all_of_it(depot, bob, bounce):
    bounce()

    tasks.keep_reachable()

    assert Concern.objects.open().count() == 1


def test_admins_whose_mail_comes_back_too_are_not_told_alone(
    acme, depot, alice, willem, at, bounce, settings
):
    bounce()
    bounce(alice)

    actions.watch_contacts(at=at)

    assert told("raised") == sorted([alice.email, willem.email])


def test_many_apps_of_one_person_are_one_letter(acme, bob, alice, at, bounce, settings):
    settings.CONTACT_ESCALATION_DAYS = 15
    for _number in range(5):
        app = ApplicationFactory(company=acme)
        TechnicalContactFactory(application=app, user=bob)
        TechnicalContactFactory(application=ApplicationFactory(company=acme))
    bounce()
    with patch("contacts.actions.concerns.BATCH", 2):
        actions.watch_contacts(at=at)
        actions.watch_contacts(at=at + timedelta(days=15))

    assert told("raised") == [alice.email]
    assert len(told("escalated")) == 2


def test_the_vendor_does_not_read_of_admins_who_were_never_told(
    acme, depot, bob, at, bounce
):
    bob.is_company_admin = True
    bob.save()
    bounce()
    actions.watch_contacts(at=at)
    actions.watch_contacts(at=at + timedelta(days=15))

    letter = Message.objects.filter(template="contacts/emails/contact_escalated")[0]

    assert "company admins were told" not in letter.text
    assert "The company has no other admin" in letter.text
