"""One contact on Cloud, one or more On-Premises, never none."""

from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from companies.models import ActivityEntry
from contacts import actions
from contacts.models import Handover, TechnicalContact
from outbox.models import Message
from tests.factories.apps import ApplicationFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory
from tests.marks import on_postgresql


@contextmanager
def refused(words):
    """The database refuses at the end of the transaction, which is then undone."""
    with pytest.raises(IntegrityError, match=words):
        yield
    connection.set_rollback(True)


def contact_of(application, person):
    return TechnicalContact.objects.get(application=application, user=person)


def test_on_premises_takes_a_second_contact(depot, alice, bob, at, joins, contacts_of):
    """TC-08"""
    joins(depot, alice)

    actions.appoint(application=depot, person=alice, by=bob, at=at)

    assert contacts_of(depot) == ["Alice Moreau", "Bob Weber"]


def test_the_new_contact_and_the_admins_are_told(
    depot, alice, dora, stella, at, joins, letters
):
    joins(depot, dora)

    actions.appoint(
        application=depot, person=dora, by=stella, at=at, reason="Bob is on leave"
    )

    assert letters() == [
        ("alice@acme.example", "changed"),
        ("dora@globex.example", "appointed"),
    ]
    for message in Message.objects.all():
        assert "Bob is on leave" in message.text
        assert "Bob is on leave" in message.html


def test_the_letter_says_what_the_contact_gets_on_premises(depot, dora, bob, at, joins):
    """TC-06, TC-16"""
    joins(depot, dora)

    actions.appoint(application=depot, person=dora, by=bob, at=at)

    letter = Message.objects.get(recipient=dora.email)
    assert letter.subject == "You are technical contact of Depot Control"
    assert letter.about_id == depot.pk
    for body in (letter.text, letter.html):
        assert "Renewal reminders" in body
        assert "Generate and activate keys" in body
        assert "Maintenance notices" not in body


@pytest.mark.parametrize("hosting", ["depot", "driver"])
def test_the_letters_say_you_to_the_contact(request, hosting, dora, bob, at, joins):
    application = request.getfixturevalue(hosting)
    joins(application, dora)
    contact = application.technical_contacts.get()
    offer = actions.offer_handover(contact=contact, to=dora, by=bob, at=at)
    actions.accept_handover(handover=offer, by=dora, at=at)

    letters = Message.objects.filter(recipient=dora.email)
    assert letters.count() == 2
    for letter in letters:
        for body in (letter.text, letter.html):
            assert "to you first" in " ".join(body.split())
            assert "the contact" not in body


def test_appointing_is_written_down(depot, dora, bob, at, joins):
    joins(depot, dora)

    actions.appoint(application=depot, person=dora, by=bob, at=at)

    entry = ActivityEntry.objects.about(depot.pk).get()
    assert str(entry) == "Bob Weber made Dora Lind technical contact of Depot Control"


def test_the_same_person_twice_is_harmless(depot, bob, alice, at, letters, contacts_of):
    """E4"""
    again = actions.appoint(
        application=depot, person=bob, by=alice, at=at, reason="To be sure"
    )

    assert again == contact_of(depot, bob)
    assert contacts_of(depot) == ["Bob Weber"]
    assert letters() == []


def test_cloud_refuses_a_second_contact(driver, dora, alice, at, joins, contacts_of):
    """E1, TC-07"""
    joins(driver, dora)

    with pytest.raises(ValidationError, match="exactly one technical contact, now Bob"):
        actions.appoint(
            application=driver, person=dora, by=alice, at=at, reason="Two are better"
        )

    assert contacts_of(driver) == ["Bob Weber"]


def test_the_database_refuses_a_second_contact_on_cloud(driver, dora):
    """E1"""
    with pytest.raises(IntegrityError), transaction.atomic():
        TechnicalContactFactory(application=driver, user=dora)


def test_a_cloud_application_without_contact_takes_one(
    acme, alice, bob, at, joins, contacts_of
):
    empty = ApplicationFactory(company=acme, cloud=True, signed=True)
    joins(empty, bob)

    actions.appoint(application=empty, person=bob, by=alice, at=at, reason="Our best")

    assert contacts_of(empty) == ["Bob Weber"]


def test_only_members_of_the_team_are_appointed(depot, dora, alice, at):
    """TC-22"""
    with pytest.raises(ValidationError, match="Add them to the team first"):
        actions.appoint(
            application=depot, person=dora, by=alice, at=at, reason="Knows it best"
        )


def test_nobody_deactivated_is_appointed(depot, bob, at, joins):
    gone = UserFactory(name="Ana Lima", deactivated=True)
    joins(depot, gone)

    with pytest.raises(ValidationError, match="Ana Lima is deactivated"):
        actions.appoint(application=depot, person=gone, by=bob, at=at)


def test_a_delivered_application_takes_nobody_without_account(depot, bob, at, joins):
    """TC-04"""
    ana = UserFactory(name="Ana Lima", unregistered=True)
    joins(depot, ana)

    with pytest.raises(ValidationError, match="Ana Lima has no account yet"):
        actions.appoint(application=depot, person=ana, by=bob, at=at)


def test_before_delivery_the_account_may_still_come(acme, bob, at, joins, contacts_of):
    """TC-05"""
    ana = UserFactory(name="Ana Lima", unregistered=True)
    early = ApplicationFactory(company=acme, signed=True)
    TechnicalContactFactory(application=early, user=bob)
    joins(early, ana)

    actions.appoint(application=early, person=ana, by=bob, at=at)

    assert contacts_of(early) == ["Ana Lima", "Bob Weber"]


def test_who_acts_from_outside_says_why(depot, alice, dora, at, joins):
    joins(depot, dora)

    with pytest.raises(ValidationError, match="Say why"):
        actions.appoint(application=depot, person=dora, by=alice, at=at, reason=" ")


def test_strangers_and_plain_members_appoint_nobody(
    depot, alice, dora, charlie, at, joins
):
    joins(depot, dora)

    for outsider in (charlie, dora):
        with pytest.raises(PermissionDenied):
            actions.appoint(
                application=depot, person=dora, by=outsider, at=at, reason="I can"
            )


def test_a_cloud_contact_appoints_nobody_but_hands_over(driver, bob, dora, at, joins):
    """TC-21"""
    joins(driver, dora)

    with pytest.raises(PermissionDenied):
        actions.appoint(application=driver, person=dora, by=bob, at=at)


def test_an_offboarded_application_takes_nobody(acme, bob, stella, at, joins):
    ended = ApplicationFactory(company=acme, offboarded=True)
    joins(ended, bob)

    with pytest.raises(ValidationError, match="off-boarded"):
        actions.appoint(application=ended, person=bob, by=stella, at=at, reason="Why")


@pytest.mark.parametrize("who", ["alice", "stella"])
def test_admin_and_staff_replace_the_contact_at_once(
    driver, bob, dora, at, joins, contacts_of, request, who
):
    """TC-28, TC-29"""
    joins(driver, dora)

    actions.replace_contact(
        contact=contact_of(driver, bob),
        person=dora,
        by=request.getfixturevalue(who),
        at=at,
        reason="Bob has left",
    )

    assert contacts_of(driver) == ["Dora Lind"]
    assert driver.memberships.filter(user=bob).exists()


def test_replacing_tells_old_and_new_and_the_admins(
    driver, bob, dora, alice, stella, at, joins, letters
):
    """TC-27"""
    joins(driver, dora)

    actions.replace_contact(
        contact=contact_of(driver, bob),
        person=dora,
        by=stella,
        at=at,
        reason="Bob has left",
    )

    assert letters() == [
        ("alice@acme.example", "changed"),
        ("bob@acme.example", "dismissed"),
        ("dora@globex.example", "appointed"),
    ]
    assert {m.subject for m in Message.objects.all()} == {
        "Driver App: Dora Lind is technical contact",
        "You are no longer technical contact of Driver App",
        "You are technical contact of Driver App",
    }


def test_the_letter_says_what_the_contact_gets_on_cloud(
    driver, bob, dora, alice, at, joins
):
    """TC-06, TC-11, LI-05"""
    joins(driver, dora)

    actions.replace_contact(
        contact=contact_of(driver, bob), person=dora, by=alice, at=at, reason="Leave"
    )

    letter = Message.objects.get(recipient=dora.email)
    for body in (letter.text, letter.html):
        assert "Maintenance notices" in body
        assert "Renewal by Aldwick" in body
        assert "Generate and activate keys" not in body
        assert "in place of Bob Weber" in " ".join(body.split())


def test_replacing_withdraws_the_handover_under_way(
    driver, bob, dora, alice, at, joins, letters
):
    joins(driver, dora, alice)
    HandoverFactory(application=driver, from_user=bob, to_user=dora)

    actions.replace_contact(
        contact=contact_of(driver, bob), person=alice, by=alice, at=at, reason="Mine"
    )

    assert Handover.objects.get().state == Handover.State.CANCELLED
    assert ("dora@globex.example", "handover_cancelled") in letters()


def test_who_was_invited_and_settles_it_at_once_gets_no_letter_of_it(
    driver, bob, dora, alice, at, joins, letters
):
    joins(driver, dora, alice)
    HandoverFactory(application=driver, from_user=bob, to_user=alice)

    actions.replace_contact(
        contact=contact_of(driver, bob), person=dora, by=alice, at=at, reason="Better"
    )

    assert "alice@acme.example" not in {recipient for recipient, _template in letters()}


def test_replacing_needs_a_reason(driver, bob, dora, alice, at, joins):
    joins(driver, dora)

    with pytest.raises(ValidationError, match="Say why"):
        actions.replace_contact(
            contact=contact_of(driver, bob), person=dora, by=alice, at=at, reason=""
        )


def test_the_contact_cannot_be_replaced_by_a_contact(depot, bob, alice, at):
    TechnicalContactFactory(application=depot, user=alice)

    with pytest.raises(ValidationError, match="a technical contact already"):
        actions.replace_contact(
            contact=contact_of(depot, bob), person=alice, by=alice, at=at, reason="Me"
        )


def test_contacts_do_not_replace_one_another(depot, bob, alice, dora, at, joins):
    joins(depot, dora)

    with pytest.raises(PermissionDenied):
        actions.replace_contact(
            contact=contact_of(depot, bob), person=dora, by=bob, at=at, reason="Tired"
        )


def test_somebody_was_quicker(driver, bob, dora, alice, at, joins):
    joins(driver, dora, alice)
    stale = contact_of(driver, bob)
    actions.replace_contact(contact=stale, person=dora, by=alice, at=at, reason="One")

    with pytest.raises(ValidationError, match="Bob Weber is no longer"):
        actions.replace_contact(
            contact=stale, person=alice, by=alice, at=at, reason="Two"
        )


def test_dismissing_one_of_two(depot, bob, dora, alice, at, contacts_of, letters):
    TechnicalContactFactory(application=depot, user=dora)

    actions.dismiss(contact=contact_of(depot, dora), by=alice, at=at, reason="Moved")

    assert contacts_of(depot) == ["Bob Weber"]
    assert letters() == [("dora@globex.example", "dismissed")]
    assert "Reason          Moved" in Message.objects.get().text


def test_a_contact_resigns(depot, bob, dora, alice, at, contacts_of, letters):
    TechnicalContactFactory(application=depot, user=dora)

    actions.dismiss(contact=contact_of(depot, dora), by=dora, at=at)

    assert contacts_of(depot) == ["Bob Weber"]
    assert letters() == [
        ("alice@acme.example", "changed"),
        ("dora@globex.example", "dismissed"),
    ]
    assert "You gave up the role" in Message.objects.get(recipient=dora.email).text


def test_the_last_contact_on_premises_stays(depot, bob, alice, at, contacts_of):
    """E4"""
    with pytest.raises(ValidationError, match="the last technical contact of Depot"):
        actions.dismiss(contact=contact_of(depot, bob), by=alice, at=at)

    assert contacts_of(depot) == ["Bob Weber"]


def test_the_only_contact_on_cloud_stays(driver, bob, alice, at):
    """E4"""
    with pytest.raises(ValidationError, match="the only technical contact of Driver"):
        actions.dismiss(contact=contact_of(driver, bob), by=alice, at=at)


def test_the_last_one_who_can_be_reached_stays(depot, bob, alice, at):
    """E4"""
    gone = UserFactory(deactivated=True)
    TechnicalContactFactory(application=depot, user=gone)

    with pytest.raises(ValidationError, match="who can be reached"):
        actions.dismiss(contact=contact_of(depot, bob), by=alice, at=at)


def test_a_deactivated_contact_can_be_dismissed(depot, alice, at, contacts_of):
    gone = UserFactory(deactivated=True)
    TechnicalContactFactory(application=depot, user=gone)

    actions.dismiss(contact=contact_of(depot, gone), by=alice, at=at)

    assert contacts_of(depot) == ["Bob Weber"]


def test_strangers_dismiss_nobody(depot, bob, dora, charlie, at, joins):
    joins(depot, dora)

    for outsider in (charlie, dora):
        with pytest.raises(PermissionDenied):
            actions.dismiss(contact=contact_of(depot, bob), by=outsider, at=at)


def test_a_contact_cannot_leave_the_team(depot, bob, alice, at):
    """TC-22"""
    membership = depot.memberships.get(user=bob)

    with pytest.raises(ValidationError, match="Give the role to somebody else first"):
        actions.leave_team(membership=membership, by=alice, at=at)

    assert depot.memberships.filter(user=bob).exists()


def test_who_is_asked_to_take_over_cannot_leave_the_team(depot, bob, dora, at, joins):
    joins(depot, dora)
    HandoverFactory(application=depot, from_user=bob, to_user=dora)

    with pytest.raises(ValidationError, match="Withdraw the handover first"):
        actions.leave_team(membership=depot.memberships.get(user=dora), by=bob, at=at)


def test_members_leave_by_themselves_or_are_removed(depot, bob, dora, alice, at, joins):
    joins(depot, dora, alice)

    actions.leave_team(membership=depot.memberships.get(user=dora), by=dora, at=at)
    actions.leave_team(membership=depot.memberships.get(user=alice), by=bob, at=at)

    assert [member.user for member in depot.memberships.all()] == [bob]


def test_leaving_twice_is_noted_once(depot, dora, at, joins):
    joins(depot, dora)
    membership = depot.memberships.get(user=dora)

    actions.leave_team(membership=membership, by=None, at=at)
    actions.leave_team(membership=membership, by=None, at=at)

    assert ActivityEntry.objects.about(depot.pk).count() == 1


def test_plain_members_remove_nobody(depot, bob, dora, alice, at, joins):
    joins(depot, dora, alice)

    with pytest.raises(PermissionDenied):
        actions.leave_team(membership=depot.memberships.get(user=alice), by=dora, at=at)


@on_postgresql()
def test_the_database_keeps_a_contact_on_the_team(depot, bob):
    """TC-22"""
    depot.memberships.all().delete()

    with refused("contact_is_on_the_team"):
        connection.check_constraints()


@on_postgresql()
def test_the_database_keeps_a_contact_of_a_delivered_application(depot, bob):
    """E4"""
    TechnicalContact.objects.of(depot).delete()

    with refused("is delivered and keeps a contact"):
        connection.check_constraints()


def test_the_database_lets_an_undelivered_application_go_without(acme, bob):
    early = ApplicationFactory(company=acme, signed=True)
    TechnicalContactFactory(application=early, user=bob)

    TechnicalContact.objects.of(early).delete()

    connection.check_constraints()
