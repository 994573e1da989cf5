"""Ordering, describing, environments and the team."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from apps import actions
from apps.models import Application, Membership
from apps.people import person_at
from companies.models import ActivityEntry, User
from outbox.models import Message
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import UserFactory


def order(company, contact, by, at, **wish):
    wish = {"name": "Fleet Planner", "hosting": "cloud"} | wish
    return actions.order_application(
        company=company, contact=contact, by=by, at=at, **wish
    )


def environments_of(application):
    rows = application.environments.order_by("name")
    return [(row.name, row.purpose) for row in rows]


@pytest.mark.parametrize("who", ["alice", "stella"])
def test_admins_and_staff_order(acme, bob, at, request, who):
    by = request.getfixturevalue(who)

    application = order(acme, bob, by, at, description="Plans routes")

    application.refresh_from_db()
    assert application.state == Application.State.ORDERED
    assert application.named_contact == bob
    assert application.ordered_by == by
    assert application.ordered_at == at
    assert environments_of(application) == [("production", "production")]


def test_an_order_appoints_nobody_yet(acme, alice, bob, at):
    """TC-03"""
    application = order(acme, bob, alice, at)

    assert application.technical_contacts.count() == 0
    assert application.memberships.count() == 0


def test_an_order_names_its_environments(acme, alice, bob, at):
    application = order(
        acme, bob, alice, at, environments={"production": "production", "qa": "test"}
    )

    assert environments_of(application) == [
        ("production", "production"),
        ("qa", "test"),
    ]


@pytest.mark.parametrize("who", ["bob", "charlie", "dora"])
def test_nobody_else_orders(acme, bob, at, request, who):
    with pytest.raises(PermissionDenied):
        order(acme, bob, request.getfixturevalue(who), at)

    assert not Application.objects.exists()


def test_a_second_application_of_that_name_is_refused(acme, globex, alice, bob, at):
    order(acme, bob, alice, at)
    ApplicationFactory(company=globex, name="Route Finder")

    with pytest.raises(ValidationError, match="Your company has an app of this name"):
        order(acme, bob, alice, at, name=" Fleet Planner ")
    assert order(acme, bob, alice, at, name="Route Finder")


def test_an_order_with_a_bad_environment_leaves_nothing(acme, alice, bob, at):
    with pytest.raises(ValidationError, match="two or more letters"):
        order(acme, bob, alice, at, environments={"-x": "test"})

    assert not Application.objects.exists()


def test_an_order_without_hosting_is_refused(acme, alice, bob, at):
    with pytest.raises(ValidationError):
        order(acme, bob, alice, at, hosting="moon")


def test_the_account_executive_hears_of_an_order(acme, alice, bob, at, willem):
    application = order(acme, bob, alice, at, description="Plans routes")

    letter = Message.objects.get()
    assert letter.recipient == willem.email
    assert letter.subject == "Acme ordered Fleet Planner"
    assert letter.about_id == application.pk
    for body in (letter.text, letter.html):
        assert "Plans routes" in body
        assert "Bob Weber" in body


def test_the_support_desk_hears_where_no_executive_is(acme, alice, bob, at, settings):
    acme.account_executive = None
    acme.save()

    order(acme, bob, alice, at)

    assert Message.objects.get().recipient == settings.SUPPORT_EMAIL


def test_an_order_is_written_down(acme, alice, bob, at):
    application = order(acme, bob, alice, at)

    assert str(ActivityEntry.objects.get()) == "Alice Moreau ordered Fleet Planner"
    assert ActivityEntry.objects.get().about == application.pk


def test_an_order_can_be_found_by_folded_words(acme, alice, bob, at):
    order(acme, bob, alice, at, name="STRASSE Ärger", description="Über ALLES")

    found = Application.objects.named_like("ärger ÜBER")

    assert [row.name for row in found] == ["STRASSE Ärger"]


def test_long_words_fit_the_column_even_when_folding_lengthens_them(
    acme, alice, bob, at
):
    application = order(acme, bob, alice, at, name="ß" * 200, description="ß" * 200)

    assert len(application.search_text) == 400


def test_describing_keeps_the_search_text_true(depot, alice, at):
    actions.describe_application(
        application=depot, name="Gate Control", description="Gates", by=alice, at=at
    )

    depot.refresh_from_db()
    assert (depot.name, depot.description) == ("Gate Control", "Gates")
    assert depot.search_text == "gate control gates"
    entry = ActivityEntry.objects.get()
    assert (entry.old, entry.new) == ("Depot Control", "Gate Control, Gates")


def test_describing_without_a_change_writes_nothing(depot, alice, at):
    actions.describe_application(application=depot, name=depot.name, by=alice, at=at)

    assert not ActivityEntry.objects.exists()


def test_describing_refuses_a_name_that_is_taken(acme, depot, alice, at):
    ApplicationFactory(company=acme, name="Gate Control")

    with pytest.raises(ValidationError, match="has an app of this name"):
        actions.describe_application(
            application=depot, name="Gate Control", by=alice, at=at
        )


def test_another_contact_is_named_until_the_order_is_signed(acme, alice, bob, at):
    application = ApplicationFactory(company=acme, ordered=True, named_contact=bob)

    actions.name_contact(application=application, person=alice, by=alice, at=at)

    application.refresh_from_db()
    assert application.named_contact == alice
    assert ActivityEntry.objects.get().old == "technical contact Bob Weber"


def test_after_the_signature_nobody_is_named_any_more(depot, alice, at):
    with pytest.raises(ValidationError, match="The order is signed"):
        actions.name_contact(application=depot, person=alice, by=alice, at=at)


def test_adding_an_environment(depot, alice, at):
    environment = actions.add_environment(
        application=depot,
        name="acceptance",
        purpose="acceptance",
        url="https://acc.example.com/",
        platform_version="11.6.2",
        by=alice,
        at=at,
    )

    assert environment.platform_major == 11
    assert environments_of(depot) == [("acceptance", "acceptance")]
    assert ActivityEntry.objects.get().thing == "Depot Control, acceptance"


@pytest.mark.parametrize("name", ["x", "-ab", "ab-", "a b", "a_b", "ä1", "", "a.b"])
def test_names_that_are_no_names_are_refused(depot, alice, at, name):
    """OP-10"""
    with pytest.raises(ValidationError):
        actions.add_environment(
            application=depot, name=name, purpose="test", by=alice, at=at
        )


@pytest.mark.parametrize("name", ["ab", "a-b", "A1", "1a", "eu-west-2"])
def test_names_that_are_names(depot, alice, at, name):
    """OP-10"""
    assert actions.add_environment(
        application=depot, name=name, purpose="test", by=alice, at=at
    )


def test_a_name_is_unique_whatever_its_case(depot, alice, at):
    """OP-10"""
    EnvironmentFactory(application=depot, name="production")

    with pytest.raises(ValidationError, match="environment of that name"):
        actions.add_environment(
            application=depot, name="Production", purpose="test", by=alice, at=at
        )


def test_the_database_refuses_a_second_environment_of_that_name(depot):
    EnvironmentFactory(application=depot, name="production")

    with pytest.raises(IntegrityError), transaction.atomic():
        EnvironmentFactory(application=depot, name="production")


def test_changing_an_environment(depot, alice, at):
    environment = EnvironmentFactory(application=depot, name="prod")

    actions.change_environment(
        environment=environment,
        name="production",
        purpose="production",
        platform_version="11.8.0",
        by=alice,
        at=at,
    )

    environment.refresh_from_db()
    assert (environment.name, environment.platform_version) == ("production", "11.8.0")
    entry = ActivityEntry.objects.get()
    assert entry.old == "prod, Production"
    assert entry.new == "production, Production, 11.8.0"


def test_changing_nothing_writes_nothing(depot, alice, at):
    environment = EnvironmentFactory(application=depot, name="prod")

    actions.change_environment(
        environment=environment, name="prod", purpose="production", by=alice, at=at
    )

    assert not ActivityEntry.objects.exists()


def test_changing_refuses_the_name_of_another(depot, alice, at):
    EnvironmentFactory(application=depot, name="test")
    environment = EnvironmentFactory(application=depot, name="prod")

    with pytest.raises(ValidationError, match="environment of that name"):
        actions.change_environment(
            environment=environment, name="TEST", purpose="test", by=alice, at=at
        )


def test_an_offboarded_application_takes_nothing_new(acme, alice, bob, at):
    ended = ApplicationFactory(company=acme, offboarded=True)

    with pytest.raises(ValidationError, match="off-boarded"):
        actions.add_environment(
            application=ended, name="test", purpose="test", by=alice, at=at
        )
    with pytest.raises(ValidationError, match="off-boarded"):
        actions.join_team(application=ended, person=bob, by=alice, at=at)


def test_joining_the_team_is_told_and_written_down(depot, alice, dora, at):
    """TI-13: of whatever company"""
    membership = actions.join_team(
        application=depot, person=dora, role="operator", by=alice, at=at
    )

    assert membership.role == Membership.Role.OPERATOR
    assert Application.objects.visible_to(dora).get() == depot
    letter = Message.objects.get()
    assert letter.recipient == dora.email
    for body in (letter.text, letter.html):
        assert "Alice Moreau put you on the team of Depot Control" in " ".join(
            body.split()
        )
        assert "Application operator" in body


def test_joining_twice_is_harmless(depot, alice, dora, at):
    first = actions.join_team(application=depot, person=dora, by=alice, at=at)
    second = actions.join_team(application=depot, person=dora, by=alice, at=at)

    assert first == second
    assert Message.objects.count() == ActivityEntry.objects.count() == 1


def test_who_joins_by_themselves_gets_no_mail(depot, alice, at):
    actions.join_team(application=depot, person=alice, by=alice, at=at)

    assert not Message.objects.exists()


def test_nobody_deactivated_joins(depot, alice, at):
    gone = UserFactory(deactivated=True)

    with pytest.raises(ValidationError, match="deactivated"):
        actions.join_team(application=depot, person=gone, by=alice, at=at)


def test_the_database_refuses_a_person_twice_on_a_team(depot, bob):
    MembershipFactory(application=depot, user=bob)

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(application=depot, user=bob)


def test_the_roles_on_a_team():
    """PE-08"""
    assert set(Membership.Role.labels) == {
        "Product owner",
        "Scrum master",
        "Business engineer",
        "Application operator",
        "End user",
    }


def test_changing_a_role(depot, alice, bob, at):
    membership = MembershipFactory(application=depot, user=bob)

    actions.change_role(membership=membership, role="scrum_master", by=alice, at=at)

    membership.refresh_from_db()
    assert membership.role == Membership.Role.SCRUM_MASTER
    assert ActivityEntry.objects.get().new == "Bob Weber: Scrum master"


def test_a_role_that_does_not_exist_is_refused(depot, alice, bob, at):
    membership = MembershipFactory(application=depot, user=bob)

    with pytest.raises(ValidationError):
        actions.change_role(membership=membership, role="king", by=alice, at=at)


def test_the_person_behind_an_address_whatever_its_case(alice, bob, at):
    assert person_at(email=" BOB@Acme.Example ", by=alice, at=at) == bob


def test_an_unknown_address_opens_an_account_to_be_confirmed(alice, acme, at):
    """TC-05"""
    ana = person_at(
        email="Ana@new.example", name="Ana Lima", company=acme, by=alice, at=at
    )

    assert ana == User.objects.get(email="ana@new.example")
    assert ana.company == acme
    assert not ana.has_account
    assert Message.objects.get().recipient == "ana@new.example"


@pytest.mark.parametrize("kind", ["deactivated", "staff"])
def test_some_people_cannot_be_named(alice, at, kind):
    person = UserFactory(**{kind: True})

    with pytest.raises(ValidationError):
        person_at(email=person.email, by=alice, at=at)


def test_what_is_no_address_is_refused(alice, at):
    with pytest.raises(ValidationError):
        person_at(email="nobody", by=alice, at=at)


def test_naming_the_same_contact_again_writes_nothing(acme, alice, bob, at):
    application = ApplicationFactory(company=acme, ordered=True, named_contact=bob)

    actions.name_contact(application=application, person=bob, by=alice, at=at)

    assert not ActivityEntry.objects.exists()


def test_giving_the_same_role_again_writes_nothing(depot, alice, bob, at):
    membership = MembershipFactory(application=depot, user=bob, role="operator")

    actions.change_role(membership=membership, role="operator", by=alice, at=at)

    assert not ActivityEntry.objects.exists()
