"""Who may what: one table, walked for every kind of person."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from contacts import rights
from contacts.rights import Right
from tests.factories.apps import EnvironmentFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory

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
    return EnvironmentFactory(application=driver)


@pytest.mark.parametrize("right", Right)
def test_the_contact_may_everything(cast, environment, right):
    """PE-01"""
    assert rights.may(cast["contact"], right, environment)


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
