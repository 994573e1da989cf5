"""A handover changes nothing until the new person accepts."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from companies.models import ActivityEntry
from contacts import actions, rights, tasks
from contacts.actions import handovers
from contacts.models import Handover, Right, TechnicalContact
from outbox.models import Message
from tests.factories.apps import EnvironmentFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory


@pytest.fixture
def contact(driver):
    """Bob, the one contact of the Cloud application."""
    return driver.technical_contacts.select_related("application", "user").get()


@pytest.fixture
def offer(driver, contact, bob, dora, at, joins):
    """Bob has offered the role to Dora, who is of another company but on the team."""
    joins(driver, dora)
    handover = actions.offer_handover(contact=contact, to=dora, by=bob, at=at)
    Message.objects.all().delete()
    return handover


def test_an_offer_changes_nothing_yet(offer, driver, contacts_of, at):
    assert offer.state == Handover.State.OFFERED
    assert offer.lapses_at == at + timedelta(days=7)
    assert contacts_of(driver) == ["Bob Weber"]


def test_the_time_to_answer_is_a_setting(
    driver, contact, bob, dora, at, joins, settings
):
    settings.HANDOVER_DAYS = 3
    joins(driver, dora)

    offer = actions.offer_handover(contact=contact, to=dora, by=bob, at=at)

    assert offer.lapses_at == at + timedelta(days=3)


def test_an_offer_by_the_contact_is_mailed_to_the_invited(
    driver, contact, bob, dora, at, joins, letters
):
    joins(driver, dora)

    offer = actions.offer_handover(
        contact=contact, to=dora, by=bob, at=at, message="You know it best."
    )

    assert letters() == [("dora@globex.example", "handover_offered")]
    letter = Message.objects.get()
    assert letter.subject == "Bob Weber asks you to take over Driver App"
    for body in (letter.text, letter.html):
        assert "You know it best." in body
        assert f"http://testserver/handovers/{offer.pk}/" in body
        assert "Tue 1 Dec 2026, 10:00 CET" in body


def test_an_admin_may_offer_in_the_contacts_place(
    driver, contact, alice, dora, at, joins, letters
):
    """TC-28"""
    joins(driver, dora)

    actions.offer_handover(contact=contact, to=dora, by=alice, at=at)

    assert letters() == [
        ("bob@acme.example", "handover_arranged"),
        ("dora@globex.example", "handover_offered"),
    ]


@pytest.mark.parametrize("who", ["dora", "charlie"])
def test_nobody_else_offers_the_role(driver, contact, bob, at, joins, request, who):
    """TC-21"""
    outsider = request.getfixturevalue(who)
    joins(driver, outsider)

    with pytest.raises(PermissionDenied):
        actions.offer_handover(contact=contact, to=outsider, by=outsider, at=at)


def test_not_to_oneself(contact, bob, at):
    """E2"""
    with pytest.raises(ValidationError, match="Choose somebody else"):
        actions.offer_handover(contact=contact, to=bob, by=bob, at=at)


def test_not_to_who_is_not_on_the_team(contact, bob, alice, at):
    """E2, TC-22"""
    with pytest.raises(ValidationError, match="Alice Moreau is not on the team"):
        actions.offer_handover(contact=contact, to=alice, by=bob, at=at)


def test_not_to_a_person_of_another_company_who_is_not_on_the_team(
    contact, bob, charlie, at
):
    """E2"""
    with pytest.raises(ValidationError, match="Charlie Novak is not on the team"):
        actions.offer_handover(contact=contact, to=charlie, by=bob, at=at)


def test_not_to_who_is_deactivated(driver, contact, bob, at, joins):
    """E2"""
    gone = UserFactory(name="Ana Lima", deactivated=True)
    joins(driver, gone)

    with pytest.raises(ValidationError, match="Ana Lima is deactivated"):
        actions.offer_handover(contact=contact, to=gone, by=bob, at=at)


def test_not_to_who_has_no_account(driver, contact, bob, at, joins):
    """E2"""
    ana = UserFactory(name="Ana Lima", unregistered=True)
    joins(driver, ana)

    with pytest.raises(ValidationError, match="Ana Lima has no account yet"):
        actions.offer_handover(contact=contact, to=ana, by=bob, at=at)


def test_not_to_who_is_a_contact_already(depot, bob, alice, at):
    TechnicalContactFactory(application=depot, user=alice)
    contact = depot.technical_contacts.get(user=bob)

    with pytest.raises(ValidationError, match="a technical contact already"):
        actions.offer_handover(contact=contact, to=alice, by=bob, at=at)


def test_one_offer_at_a_time(offer, driver, contact, bob, alice, at, joins):
    joins(driver, alice)

    with pytest.raises(ValidationError, match="offered to Dora Lind already"):
        actions.offer_handover(contact=contact, to=alice, by=bob, at=at)


def test_the_database_refuses_a_second_open_offer(offer, alice):
    with pytest.raises(IntegrityError), transaction.atomic():
        HandoverFactory(
            application=offer.application, from_user=offer.from_user, to_user=alice
        )


def test_the_database_refuses_a_handover_to_oneself(driver, bob):
    """E2"""
    with pytest.raises(IntegrityError), transaction.atomic():
        HandoverFactory(application=driver, from_user=bob, to_user=bob)


def test_an_offer_whose_time_is_up_makes_room(
    offer, driver, contact, bob, alice, at, joins
):
    joins(driver, alice)

    actions.offer_handover(contact=contact, to=alice, by=bob, at=at + timedelta(days=8))

    offer.refresh_from_db()
    assert offer.state == Handover.State.LAPSED


def test_accepting_changes_the_contact(offer, driver, dora, at, contacts_of):
    """TC-09, TC-25"""
    later = at + timedelta(days=2)

    actions.accept_handover(handover=offer, by=dora, at=later)

    assert contacts_of(driver) == ["Dora Lind"]
    assert TechnicalContact.objects.get().appointed_at == later
    assert offer.state == Handover.State.ACCEPTED
    assert offer.closed_at == later


def test_accepting_covers_every_environment_at_once(offer, driver, bob, dora, at):
    """TC-23"""
    places = [
        EnvironmentFactory(application=driver, purpose=purpose)
        for purpose in ("production", "acceptance", "test")
    ]
    before = [may_share(dora, place) for place in places]

    actions.accept_handover(handover=offer, by=dora, at=at)

    assert before == [False, False, False]
    assert [may_share(dora, place) for place in places] == [True, True, True]
    assert [may_share(bob, place) for place in places] == [False, False, False]


def may_share(person, place):
    """What nobody but the contact of an app may do there."""
    return rights.may(person, Right.MANAGE_PERMISSIONS, place)


def test_accepting_keeps_the_former_contact_on_the_team(offer, driver, bob, dora, at):
    """TC-26"""
    actions.accept_handover(handover=offer, by=dora, at=at)

    assert driver.memberships.filter(user=bob).exists()


def test_accepting_tells_old_and_new_and_the_admins(offer, dora, alice, at, letters):
    """TC-27"""
    actions.accept_handover(handover=offer, by=dora, at=at)

    assert letters() == [
        ("alice@acme.example", "changed"),
        ("bob@acme.example", "handover_accepted"),
        ("dora@globex.example", "appointed"),
    ]
    told = Message.objects.get(recipient="bob@acme.example")
    for body in (told.text, told.html):
        assert "rights you were granted otherwise stay" in " ".join(body.split())


def test_an_admin_who_takes_over_gets_one_letter(
    driver, contact, bob, alice, at, joins
):
    joins(driver, alice)
    offer = actions.offer_handover(contact=contact, to=alice, by=bob, at=at)
    Message.objects.all().delete()

    actions.accept_handover(handover=offer, by=alice, at=at)

    assert [m.template for m in Message.objects.filter(recipient=alice.email)] == [
        "contacts/emails/appointed"
    ]


def test_accepting_is_written_down(offer, driver, dora, at):
    actions.accept_handover(handover=offer, by=dora, at=at)

    entries = [str(entry) for entry in ActivityEntry.objects.about(driver.pk)]
    assert "Dora Lind took over Driver App from Bob Weber" in entries


@pytest.mark.parametrize("who", ["bob", "alice", "stella", "charlie"])
def test_nobody_accepts_or_declines_for_another(offer, at, request, who):
    other = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        actions.accept_handover(handover=offer, by=other, at=at)
    with pytest.raises(PermissionDenied):
        actions.decline_handover(handover=offer, by=other, at=at)


def test_an_offer_can_be_accepted_until_its_last_moment(offer, dora, at):
    just_in_time = offer.lapses_at - timedelta(seconds=1)

    actions.accept_handover(handover=offer, by=dora, at=just_in_time)

    assert offer.state == Handover.State.ACCEPTED


def test_an_offer_past_its_time_cannot_be_accepted(offer, driver, dora, contacts_of):
    with pytest.raises(ValidationError, match="The time to answer is over"):
        actions.accept_handover(handover=offer, by=dora, at=offer.lapses_at)

    assert contacts_of(driver) == ["Bob Weber"]


def test_an_offer_is_answered_once(offer, dora, at):
    actions.accept_handover(handover=offer, by=dora, at=at)

    with pytest.raises(ValidationError, match="closed already: accepted"):
        actions.decline_handover(handover=offer, by=dora, at=at)


def test_who_lost_the_account_meanwhile_cannot_accept(offer, dora, at):
    """E2"""
    dora.registered_at = None
    dora.save()

    with pytest.raises(ValidationError, match="no account"):
        actions.accept_handover(handover=offer, by=dora, at=at)


def test_who_left_the_team_meanwhile_cannot_accept(offer, driver, dora, at):
    """E2"""
    driver.memberships.filter(user=dora).delete()

    with pytest.raises(ValidationError, match="not on the team"):
        actions.accept_handover(handover=offer, by=dora, at=at)


def test_what_the_giver_no_longer_has_cannot_be_taken(offer, driver, alice, dora, at):
    TechnicalContact.objects.all().delete()
    TechnicalContactFactory(application=driver, user=alice)

    with pytest.raises(ValidationError, match="Bob Weber is no longer"):
        actions.accept_handover(handover=offer, by=dora, at=at)


def test_on_premises_only_the_giver_leaves(depot, bob, alice, dora, at, joins):
    TechnicalContactFactory(application=depot, user=alice)
    joins(depot, dora)
    contact = depot.technical_contacts.get(user=bob)
    offer = actions.offer_handover(contact=contact, to=dora, by=bob, at=at)

    actions.accept_handover(handover=offer, by=dora, at=at)

    names = {contact.user.name for contact in depot.technical_contacts.all()}
    assert names == {"Alice Moreau", "Dora Lind"}


def test_declining_changes_nothing_and_tells_the_giver(
    offer, driver, dora, at, contacts_of, letters
):
    actions.decline_handover(
        handover=offer, by=dora, at=at, answer="I am leaving the project."
    )

    assert contacts_of(driver) == ["Bob Weber"]
    assert offer.state == Handover.State.DECLINED
    assert letters() == [("bob@acme.example", "handover_declined")]
    assert "I am leaving the project." in Message.objects.get().text


def test_declining_tells_the_admin_who_offered_as_well(
    driver, contact, alice, dora, at, joins, letters
):
    joins(driver, dora)
    offer = actions.offer_handover(contact=contact, to=dora, by=alice, at=at)
    Message.objects.all().delete()

    actions.decline_handover(handover=offer, by=dora, at=at)

    assert letters() == [
        ("alice@acme.example", "handover_declined"),
        ("bob@acme.example", "handover_declined"),
    ]


@pytest.mark.parametrize("who", ["bob", "alice", "stella"])
def test_giver_admin_and_staff_withdraw_an_offer(offer, at, letters, request, who):
    actions.cancel_handover(handover=offer, by=request.getfixturevalue(who), at=at)

    assert offer.state == Handover.State.CANCELLED
    assert letters() == [("dora@globex.example", "handover_cancelled")]


def test_the_invited_does_not_withdraw_but_decline(offer, dora, at):
    with pytest.raises(PermissionDenied):
        actions.cancel_handover(handover=offer, by=dora, at=at)


def test_a_withdrawn_offer_cannot_be_accepted(
    offer, driver, bob, dora, at, contacts_of
):
    actions.cancel_handover(handover=offer, by=bob, at=at)

    with pytest.raises(ValidationError, match="closed already: withdrawn"):
        actions.accept_handover(handover=offer, by=dora, at=at)

    assert contacts_of(driver) == ["Bob Weber"]


def test_a_reminder_goes_out_once_a_day(offer, bob, at, letters):
    with pytest.raises(ValidationError, match="in the last 24 hours"):
        actions.remind_handover(handover=offer, by=bob, at=at + timedelta(hours=23))

    actions.remind_handover(handover=offer, by=bob, at=at + timedelta(hours=24))
    with pytest.raises(ValidationError, match="in the last 24 hours"):
        actions.remind_handover(handover=offer, by=bob, at=at + timedelta(hours=47))
    actions.remind_handover(handover=offer, by=bob, at=at + timedelta(hours=48))

    assert letters() == [("dora@globex.example", "handover_reminder")] * 2


def test_nobody_is_reminded_of_a_closed_offer(offer, bob, at):
    actions.cancel_handover(handover=offer, by=bob, at=at)

    with pytest.raises(ValidationError, match="closed already"):
        actions.remind_handover(handover=offer, by=bob, at=at + timedelta(days=2))


def test_strangers_neither_remind_nor_withdraw(offer, charlie, at):
    with pytest.raises(PermissionDenied):
        actions.remind_handover(handover=offer, by=charlie, at=at + timedelta(days=2))
    with pytest.raises(PermissionDenied):
        actions.cancel_handover(handover=offer, by=charlie, at=at)


def test_unanswered_offers_lapse_once(offer, driver, letters, contacts_of):
    assert actions.lapse_handovers(at=offer.lapses_at - timedelta(seconds=1)) == 0
    assert actions.lapse_handovers(at=offer.lapses_at) == 1
    assert actions.lapse_handovers(at=offer.lapses_at) == 0

    offer.refresh_from_db()
    assert offer.state == Handover.State.LAPSED
    assert contacts_of(driver) == ["Bob Weber"]
    assert letters() == [("bob@acme.example", "handover_lapsed")]
    entry = ActivityEntry.objects.about(driver.pk).first()
    assert str(entry) == "Aldwick let the handover of Driver App to Dora Lind lapse"


def test_an_answer_just_before_the_sweep_counts(offer, dora, at):
    """Two workers or an answer in between: the sweep judges under the lock."""
    as_the_sweep_read_it = Handover.objects.select_related("application").get()
    actions.decline_handover(handover=offer, by=dora, at=at)

    assert handovers.lapse(as_the_sweep_read_it, offer.lapses_at) is False

    offer.refresh_from_db()
    assert offer.state == Handover.State.DECLINED


def test_the_clock_lapses_offers(offer):
    Handover.objects.update(lapses_at=offer.offered_at - timedelta(days=365))

    tasks.lapse_handovers()

    offer.refresh_from_db()
    assert offer.state == Handover.State.LAPSED


def test_the_beat_knows_the_task(settings):
    planned = {job["task"] for job in settings.CELERY_BEAT_SCHEDULE.values()}

    assert tasks.lapse_handovers.name in planned


def test_a_resigning_contact_withdraws_the_own_offer(
    depot, bob, alice, dora, at, joins, letters
):
    TechnicalContactFactory(application=depot, user=alice)
    joins(depot, dora)
    contact = depot.technical_contacts.get(user=bob)
    offer = actions.offer_handover(contact=contact, to=dora, by=bob, at=at)

    actions.dismiss(contact=contact, by=bob, at=at)

    offer.refresh_from_db()
    assert offer.state == Handover.State.CANCELLED
    assert ("dora@globex.example", "handover_cancelled") in letters()


def test_an_offer_of_an_offboarded_application_is_gone(offer, driver, stella, dora, at):
    actions.offboard_application(application=driver, by=stella, at=at)

    with pytest.raises(ValidationError, match="off-boarded"):
        actions.accept_handover(handover=offer, by=dora, at=at)
