"""Rights given and taken: who may, what is refused, who hears of it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from companies.models import ActivityEntry
from contacts import actions, rights
from contacts.actions import Change
from contacts.models import Grant, Right
from outbox.models import Message
from tests.factories.apps import EnvironmentFactory, MembershipFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import GrantFactory

ALL_BUT_MANAGING = frozenset(Right) - {Right.MANAGE_PERMISSIONS}


@pytest.fixture
def test(driver):
    return EnvironmentFactory(application=driver, name="test", purpose="test")


@pytest.fixture
def production(driver):
    return EnvironmentFactory(
        application=driver, name="production", purpose="production"
    )


@pytest.fixture
def mira(acme, driver, joins):
    """On the team, without a right."""
    person = UserFactory(email="mira@acme.example", name="Mira Kovac", company=acme)
    joins(driver, person)
    return person


@pytest.fixture
def manager(acme, test):
    """Manages permissions on the test environment, and may see backups there."""
    person = UserFactory(email="max@acme.example", name="Max Stein", company=acme)
    GrantFactory(environment=test, user=person, right=Right.MANAGE_PERMISSIONS)
    GrantFactory(environment=test, user=person, right=Right.BACKUPS)
    return person


def held(person, environment):
    return rights.rights_on(person, environment)


def log():
    rows = ActivityEntry.objects.filter(verb="rights_changed").order_by("id")
    return [(row.actor, row.thing, row.old, row.new) for row in rows]


@pytest.mark.parametrize("right", sorted(ALL_BUT_MANAGING - {Right.API}))
def test_the_contact_gives_and_takes_a_right(test, mira, bob, at, right):
    """TC-15"""
    done = {"environment": test, "person": mira, "right": right, "by": bob, "at": at}

    actions.grant(**done)
    given = held(mira, test)
    actions.revoke(**done)

    assert given == {right}
    assert held(mira, test) == frozenset()


def test_only_the_contact_lets_somebody_manage_permissions(
    test, mira, manager, bob, at
):
    """E24, TC-32"""
    done = {"environment": test, "person": mira, "at": at}

    with pytest.raises(ValidationError) as refusal:
        actions.grant(right=Right.MANAGE_PERMISSIONS, by=manager, **done)

    assert refusal.value.code == "contact_only"
    assert "only the technical contact gives this right" in refusal.value.messages[0]
    actions.grant(right=Right.MANAGE_PERMISSIONS, by=bob, **done)
    assert held(mira, test) == {Right.MANAGE_PERMISSIONS}


def test_who_manages_permissions_does_not_take_it_from_another(test, mira, manager, at):
    """E24"""
    GrantFactory(environment=test, user=mira, right=Right.MANAGE_PERMISSIONS)

    with pytest.raises(ValidationError):
        actions.revoke(
            environment=test,
            person=mira,
            right=Right.MANAGE_PERMISSIONS,
            by=manager,
            at=at,
        )


def test_nobody_gives_a_right_they_do_not_hold(test, mira, manager, at):
    """E24"""
    done = {"environment": test, "person": mira, "by": manager, "at": at}

    with pytest.raises(ValidationError) as refusal:
        actions.grant(right=Right.DEPLOY, **done)

    assert refusal.value.code == "not_held"
    actions.grant(right=Right.BACKUPS, **done)
    assert held(mira, test) == {Right.BACKUPS}


def test_nobody_gives_themself_a_right_they_do_not_hold(test, manager, at):
    """E24"""
    with pytest.raises(ValidationError):
        actions.grant(
            environment=test, person=manager, right=Right.DEPLOY, by=manager, at=at
        )


def test_managing_permissions_on_test_changes_nothing_on_production(
    test, production, mira, manager, at
):
    """E24"""
    with pytest.raises(PermissionDenied):
        actions.grant(
            environment=production,
            person=mira,
            right=Right.BACKUPS,
            by=manager,
            at=at,
        )


@pytest.mark.parametrize("who", ["alice", "stella", "charlie", "mira"])
def test_nobody_else_gives_rights(test, mira, who, request, at):
    """PE-01: an admin names another contact instead [TC-28]; staff gives none."""
    MembershipFactory(application=test.application, user=mira)

    with pytest.raises(PermissionDenied):
        actions.grant(
            environment=test,
            person=mira,
            right=Right.BACKUPS,
            by=request.getfixturevalue(who),
            at=at,
        )


def test_a_deactivated_contact_gives_nothing(test, mira, bob, at):
    """PE-03"""
    bob.is_active = False
    bob.save()

    with pytest.raises(PermissionDenied):
        actions.grant(environment=test, person=mira, right=Right.BACKUPS, by=bob, at=at)


def test_an_entitled_member_ticks_alerts_for_themself(test, mira, at):
    """AL-10"""
    GrantFactory(environment=test, user=mira, right=Right.MONITORING)
    done = {"environment": test, "person": mira, "right": Right.ALERTS}

    actions.grant(by=mira, at=at, **done)
    ticked = held(mira, test)
    actions.revoke(by=mira, at=at, **done)

    assert ticked == {Right.MONITORING, Right.ALERTS}
    assert held(mira, test) == {Right.MONITORING}


def test_without_monitoring_nobody_ticks_alerts_for_themself(test, mira, at):
    """AL-10"""
    GrantFactory(environment=test, user=mira, right=Right.BACKUPS)

    with pytest.raises(PermissionDenied):
        actions.grant(environment=test, person=mira, right=Right.ALERTS, by=mira, at=at)


def test_nobody_ticks_alerts_for_another_with_monitoring_alone(test, mira, manager, at):
    """AL-10"""
    GrantFactory(environment=test, user=mira, right=Right.MONITORING)

    with pytest.raises(PermissionDenied):
        actions.grant(
            environment=test, person=manager, right=Right.ALERTS, by=mira, at=at
        )


@pytest.mark.parametrize("who", ["bob", "manager"])
def test_alerts_of_the_contact_cannot_be_switched_off(
    test, bob, manager, who, request, at
):
    """TC-31"""
    GrantFactory(environment=test, user=bob, right=Right.ALERTS)

    with pytest.raises(ValidationError) as refusal:
        actions.revoke(
            environment=test,
            person=bob,
            right=Right.ALERTS,
            by=request.getfixturevalue(who),
            at=at,
        )

    assert refusal.value.code == "role"
    assert Right.ALERTS in held(bob, test)


def test_setting_no_rights_leaves_the_contact_all_of_them(test, bob, at):
    """TC-31"""
    actions.set_rights(environment=test, person=bob, rights=[], by=bob, at=at)

    assert held(bob, test) == frozenset(Right)


def test_the_contact_opens_the_api_of_production_for_themself(production, bob, at):
    """PE-01: off by default."""
    actions.grant(environment=production, person=bob, right=Right.API, by=bob, at=at)

    assert held(bob, production) == frozenset(Right)


def test_the_api_alone_is_refused(test, mira, bob, at):
    """E24"""
    with pytest.raises(ValidationError) as refusal:
        actions.grant(environment=test, person=mira, right=Right.API, by=bob, at=at)

    assert refusal.value.code == "api_alone"


def test_the_api_loses_its_last_other_right_together(test, mira, bob, at):
    """E24"""
    done = {"environment": test, "person": mira, "by": bob, "at": at}
    actions.set_rights(rights=[Right.API, Right.DEPLOY], **done)

    with pytest.raises(ValidationError):
        actions.revoke(right=Right.DEPLOY, **done)

    actions.set_rights(rights=[], **done)
    assert held(mira, test) == frozenset()


def test_setting_gives_and_takes_the_difference(test, mira, bob, at):
    done = {"environment": test, "person": mira, "by": bob, "at": at}
    actions.set_rights(rights=[Right.DEPLOY, Right.BACKUPS], **done)

    (change,) = actions.set_rights(rights=[Right.BACKUPS, Right.MONITORING], **done)

    assert change == Change(
        mira, frozenset({Right.MONITORING}), frozenset({Right.DEPLOY})
    )
    assert held(mira, test) == {Right.BACKUPS, Right.MONITORING}


def test_a_change_says_who_what_old_and_new(test, mira, bob, at):
    """PE-06"""
    done = {"environment": test, "person": mira, "by": bob, "at": at}
    actions.set_rights(rights=[Right.DEPLOY], **done)
    actions.set_rights(rights=[Right.DEPLOY, Right.BACKUPS], **done)

    place = "Mira Kovac on Driver App, test"
    assert log() == [
        ("Bob Weber", place, "no rights", "Deploy, start and stop"),
        (
            "Bob Weber",
            place,
            "Deploy, start and stop",
            "Deploy, start and stop, Backups",
        ),
    ]
    entry = ActivityEntry.objects.filter(verb="rights_changed").last()
    assert entry.about == test.application_id
    assert entry.sentence.startswith("changed the rights of Mira Kovac on Driver App")


def test_what_is_so_already_is_no_change(test, mira, bob, at):
    GrantFactory(environment=test, user=mira, right=Right.DEPLOY)
    twice = Change(mira, frozenset({Right.DEPLOY}), frozenset({Right.BACKUPS}))

    done = actions.change_rights(environment=test, changes=[twice], by=bob, at=at)

    assert done == []
    assert log() == []
    assert not Message.objects.exists()


def test_one_letter_a_person_says_what_changed(test, mira, manager, bob, at):
    changes = [
        Change(mira, frozenset({Right.DEPLOY, Right.MONITORING})),
        Change(manager, taken=frozenset({Right.BACKUPS})),
    ]

    actions.change_rights(environment=test, changes=changes, by=bob, at=at)

    told = {row.recipient: " ".join(row.text.split()) for row in Message.objects.all()}
    assert told.keys() == {"mira@acme.example", "max@acme.example"}
    assert (
        "Bob Weber changed what you may do on test of Driver App."
        in told["mira@acme.example"]
    )
    assert "New Deploy, start and stop Monitoring and logs" in told["mira@acme.example"]
    assert "No longer Backups" in told["max@acme.example"]


def test_all_or_nothing(test, mira, manager, at):
    changes = [
        Change(mira, frozenset({Right.BACKUPS})),
        Change(mira, frozenset({Right.DEPLOY})),
    ]

    with pytest.raises(ValidationError):
        actions.change_rights(environment=test, changes=changes, by=manager, at=at)

    assert held(mira, test) == frozenset()
    assert not Message.objects.exists()


def test_an_outsider_to_the_team_gets_no_right(test, dora, bob, at):
    with pytest.raises(ValidationError, match="not on the team"):
        actions.grant(environment=test, person=dora, right=Right.BACKUPS, by=bob, at=at)


def test_a_deactivated_member_gets_none_and_may_lose_them(test, mira, bob, at):
    """PE-03"""
    GrantFactory(environment=test, user=mira, right=Right.BACKUPS)
    mira.is_active = False
    mira.save()
    done = {"environment": test, "person": mira, "by": bob, "at": at}

    with pytest.raises(ValidationError, match="is deactivated"):
        actions.grant(right=Right.DEPLOY, **done)
    actions.revoke(right=Right.BACKUPS, **done)

    assert not Grant.objects.of(test.application).held_by(mira).exists()


def test_an_account_opened_again_has_its_rights_again(test, mira):
    """PE-03"""
    GrantFactory(environment=test, user=mira, right=Right.BACKUPS)
    for is_active, expected in ((False, frozenset()), (True, {Right.BACKUPS})):
        mira.is_active = is_active
        mira.save()

        assert held(mira, test) == expected


def test_on_premises_there_is_nothing_to_give(depot, joins, mira, bob, at):
    """TC-06"""
    joins(depot, mira)
    place = EnvironmentFactory(application=depot)

    with pytest.raises(ValidationError, match="on your own servers"):
        actions.grant(
            environment=place, person=mira, right=Right.BACKUPS, by=bob, at=at
        )


def test_an_environment_that_is_gone_takes_no_rights(test, mira, bob, at):
    test.offboarded_at = at
    test.save()

    with pytest.raises(ValidationError, match="off-boarded"):
        actions.grant(environment=test, person=mira, right=Right.BACKUPS, by=bob, at=at)


# The role moves, the team changes


def test_who_handed_over_keeps_what_was_granted_and_nothing_else(
    driver, test, production, mira, bob, at
):
    """E6, TC-26"""
    GrantFactory(environment=test, user=bob, right=Right.BACKUPS)
    contact = driver.technical_contacts.select_related("application", "user").get()
    handover = actions.offer_handover(contact=contact, to=mira, by=bob, at=at)

    actions.accept_handover(handover=handover, by=mira, at=at)

    assert held(bob, test) == {Right.BACKUPS}
    assert held(bob, production) == frozenset()
    with pytest.raises(PermissionDenied):
        actions.grant(environment=test, person=bob, right=Right.DEPLOY, by=bob, at=at)
    assert not rights.may_export_rights(bob, driver)
    assert held(mira, test) == frozenset(Right)


def test_leaving_the_team_ends_every_right_and_coming_back_begins_without(
    driver, test, mira, bob, at
):
    """PE-03"""
    GrantFactory(environment=test, user=mira, right=Right.BACKUPS)
    seat = driver.memberships.get(user=mira)

    actions.leave_team(membership=seat, by=bob, at=at)
    gone = held(mira, test)
    MembershipFactory(application=driver, user=mira)

    assert gone == held(mira, test) == frozenset()
    assert log() == [
        ("Bob Weber", "Mira Kovac on Driver App, test", "Backups", "no rights")
    ]
    letter = Message.objects.get(recipient="mira@acme.example")
    assert letter.template == "contacts/emails/rights_ended"


def test_whoever_leaves_by_themself_gets_no_letter(driver, test, mira, at):
    GrantFactory(environment=test, user=mira, right=Right.BACKUPS)

    actions.leave_team(membership=driver.memberships.get(user=mira), by=mira, at=at)

    assert not Message.objects.exists()


def test_rights_end_when_the_app_leaves_the_cloud(driver, test, mira, stella, at):
    """TC-06"""
    GrantFactory(environment=test, user=mira, right=Right.BACKUPS)

    actions.change_hosting(application=driver, hosting="on_premises", by=stella, at=at)

    assert not Grant.objects.of(driver).exists()
    templates = Message.objects.filter(recipient="mira@acme.example")
    assert [row.template for row in templates] == ["contacts/emails/rights_ended"]


# What the database refuses


def test_a_right_is_given_once(test, mira):
    GrantFactory(environment=test, user=mira, right=Right.BACKUPS)

    with pytest.raises(IntegrityError), transaction.atomic():
        GrantFactory(environment=test, user=mira, right=Right.BACKUPS)


def test_only_known_rights_are_rows(test, mira):
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantFactory(environment=test, user=mira, right="everything")
