"""Who may what: one table, walked for every kind of person."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from contacts import rights
from contacts.rights import Right
from tests.factories.apps import EnvironmentFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import GrantFactory, HandoverFactory

PEOPLE = ["contact", "team", "admin", "staff", "stranger", "gone", "anonymous"]


@pytest.fixture
def cast(driver, bob, dora, alice, stella, charlie, joins):
    """Bob is contact, Dora on the team, Ana was contact and is deactivated."""
    joins(driver, dora)
    ana = UserFactory(deactivated=True, admin=True, company=driver.company)
    return dict(
        zip(
            PEOPLE,
            [bob, dora, alice, stella, charlie, ana, AnonymousUser()],
            strict=True,
        )
    )


@pytest.fixture
def environment(driver):
    return EnvironmentFactory(application=driver, purpose="test")


@pytest.fixture
def production(driver):
    return EnvironmentFactory(application=driver, purpose="production")


@pytest.mark.parametrize("right", Right)
def test_the_contact_may_everything(cast, environment, right):
    """PE-01, TC-14"""
    assert rights.may(cast["contact"], right, environment)


def test_on_production_the_api_is_off_until_somebody_gives_it(cast, production):
    """PE-01: the table's default, for the contact as well."""
    bob = cast["contact"]
    before = rights.rights_on(bob, production)

    GrantFactory(environment=production, user=bob, right=Right.API)

    assert before == frozenset(Right) - {Right.API}
    assert rights.rights_on(bob, production) == frozenset(Right)


@pytest.mark.parametrize("right", Right)
def test_a_grant_is_one_right_for_one_member(cast, environment, right):
    """TC-15"""
    GrantFactory(environment=environment, user=cast["team"], right=right)

    assert rights.rights_on(cast["team"], environment) == {right}


@pytest.mark.parametrize("right", Right)
def test_rights_on_test_are_not_valid_on_production(
    cast, environment, production, right
):
    """E24"""
    GrantFactory(environment=environment, user=cast["team"], right=right)

    assert rights.may(cast["team"], right, environment)
    assert not rights.may(cast["team"], right, production)


def test_a_program_needs_the_other_right_as_well(cast, environment):
    """E24"""
    dora = cast["team"]
    GrantFactory(environment=environment, user=dora, right=Right.API)
    GrantFactory(environment=environment, user=dora, right=Right.BACKUPS)

    assert rights.may_by_api(dora, Right.BACKUPS, environment)
    assert not rights.may_by_api(dora, Right.DEPLOY, environment)


def test_a_right_alone_is_no_right_for_a_program(cast, environment):
    """E24"""
    GrantFactory(environment=environment, user=cast["team"], right=Right.DEPLOY)

    assert rights.may(cast["team"], Right.DEPLOY, environment)
    assert not rights.may_by_api(cast["team"], Right.DEPLOY, environment)


def test_a_deactivated_person_holds_nothing_and_is_listed(cast, environment, driver):
    """PE-03"""
    dora = cast["team"]
    grant = GrantFactory(environment=environment, user=dora, right=Right.DEPLOY)
    dora.is_active = False
    dora.save()

    holdings = rights.rights_of(driver)

    assert not rights.may(dora, Right.DEPLOY, environment)
    assert holdings.held(dora, environment) == frozenset()
    assert holdings.granted(dora, environment) == {Right.DEPLOY}
    assert grant in driver.memberships.get(user=dora).grants.all()


def test_a_grant_counts_on_the_app_of_its_team_only(cast, environment, acme):
    """E24: a row that joins two apps, which no verb writes, gives nothing."""
    elsewhere = EnvironmentFactory(application__company=acme, application__cloud=True)
    seat = environment.application.memberships.get(user=cast["team"])

    GrantFactory(environment=elsewhere, membership=seat, right=Right.DEPLOY)

    assert not rights.may(cast["team"], Right.DEPLOY, elsewhere)
    assert not rights.may(cast["team"], Right.DEPLOY, environment)


def test_all_at_once_says_the_same_as_one_by_one(cast, driver, environment, production):
    GrantFactory(environment=environment, user=cast["team"], right=Right.BACKUPS)
    GrantFactory(environment=production, user=cast["contact"], right=Right.API)

    holdings = rights.rights_of(driver)

    for person in (cast["contact"], cast["team"], cast["admin"], cast["gone"]):
        for place in (environment, production):
            expected = rights.rights_on(person, place)
            assert holdings.held(person, place) == expected


def test_all_at_once_costs_the_same_for_many(
    cast, driver, environment, django_assert_num_queries
):
    for _number in range(5):
        place = EnvironmentFactory(application=driver)
        GrantFactory(environment=place, right=Right.DEPLOY)

    with django_assert_num_queries(2):
        rights.rights_of(driver)


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("who", ["team", "admin", "stranger", "gone", "anonymous"])
def test_nobody_else_has_a_right_without_a_grant(cast, environment, who, right):
    assert not rights.may(cast[who], right, environment)


@pytest.mark.parametrize("right", Right)
def test_staff_help_out_but_do_not_give_rights_away(cast, environment, right):
    """E24"""
    expected = right != Right.MANAGE_PERMISSIONS

    assert rights.may(cast["staff"], right, environment) is expected


def test_a_right_counts_for_the_contacts_own_application_only(cast, acme):
    elsewhere = EnvironmentFactory(application__company=acme)

    assert not rights.may(cast["contact"], Right.DEPLOY, elsewhere)


def test_fetching_with_a_right(cast, environment):
    fetched = rights.fetch_with(Right.DEPLOY, cast["contact"], pk=environment.pk)

    assert fetched == environment
    with pytest.raises(PermissionDenied):
        rights.fetch_with(Right.DEPLOY, cast["team"], pk=environment.pk)
    with pytest.raises(Http404):
        rights.fetch_with(Right.DEPLOY, cast["stranger"], pk=environment.pk)


TABLE = {
    "is_contact": {"contact"},
    "may_generate_keys": {"contact", "staff"},
    "may_manage_contacts": {"contact", "admin", "staff"},
    "may_manage_team": {"contact", "admin", "staff"},
    "may_export_rights": {"contact", "admin", "staff"},
    "may_change_application": {"contact", "admin", "staff"},
    "may_replace_contact": {"admin", "staff"},
    "may_appoint": {"admin", "staff"},
}


@pytest.mark.parametrize("rule", TABLE)
@pytest.mark.parametrize("who", PEOPLE[:-1])
def test_who_may_what_about_a_cloud_application(cast, driver, rule, who):
    """TC-21, TC-28, TC-29, TC-33"""
    assert getattr(rights, rule)(cast[who], driver) is (who in TABLE[rule])


@pytest.mark.parametrize("who", PEOPLE[:-1])
def test_on_premises_contacts_appoint_as_well(cast, depot, who):
    """TC-08"""
    expected = who in {"contact", "admin", "staff"}

    assert rights.may_appoint(cast[who], depot) is expected


@pytest.mark.parametrize("who", PEOPLE[:-1])
def test_who_may_what_about_a_role(cast, driver, who):
    contact = driver.technical_contacts.get()
    expected = who in {"contact", "admin", "staff"}

    assert rights.may_offer_handover(cast[who], contact) is expected
    assert rights.may_dismiss(cast[who], contact) is expected


@pytest.mark.parametrize("who", PEOPLE[:-1])
def test_who_may_what_about_a_handover(cast, driver, who):
    handover = HandoverFactory(
        application=driver, from_user=cast["contact"], to_user=cast["team"]
    )

    assert rights.may_answer_handover(cast[who], handover) is (who == "team")
    assert rights.may_cancel_handover(cast[who], handover) is (
        who in {"contact", "admin", "staff"}
    )


@pytest.mark.parametrize("who", PEOPLE[:-1])
def test_only_the_vendor_settles_orders_and_moves_apps(cast, who):
    assert rights.may_settle_orders(cast[who]) is (who == "staff")
    assert rights.may_change_hosting(cast[who]) is (who == "staff")


@pytest.mark.parametrize("who", PEOPLE[:-1])
def test_who_orders_for_a_company(cast, acme, who):
    assert rights.may_order(cast[who], acme) is (who in {"admin", "staff"})
