"""Order signed, contact with an account, delivered: in that order only."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts import actions
from contacts.models import TechnicalContact
from outbox.models import Message
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory


@pytest.fixture
def ordered(acme, bob):
    return ApplicationFactory(
        company=acme, name="Fleet Planner", ordered=True, named_contact=bob
    )


@pytest.fixture
def signed(acme):
    return ApplicationFactory(company=acme, name="Fleet Planner", signed=True)


def test_signing_appoints_the_contact_in_the_same_moment(
    ordered, bob, stella, at, contacts_of
):
    """TC-03"""
    actions.sign_order(application=ordered, by=stella, at=at)

    ordered.refresh_from_db()
    assert ordered.order_signed_at == at
    assert ordered.state == ordered.State.SIGNED
    assert contacts_of(ordered) == ["Bob Weber"]
    assert TechnicalContact.objects.get().appointed_at == at
    assert [member.user for member in ordered.memberships.all()] == [bob]


def test_signing_tells_the_contact_and_the_admins(ordered, alice, stella, at, letters):
    actions.sign_order(application=ordered, by=stella, at=at)

    assert letters() == [
        ("alice@acme.example", "order_signed"),
        ("bob@acme.example", "appointed"),
    ]


def test_signing_asks_a_contact_without_account_for_a_password(
    ordered, bob, stella, at
):
    """TC-05"""
    bob.registered_at = None
    bob.save()

    actions.sign_order(application=ordered, by=stella, at=at)

    text = Message.objects.get(recipient=bob.email).text
    assert "You have no account yet" in text
    assert "http://testserver/accounts/password/reset/" in text


def test_signing_may_name_another_contact(ordered, alice, stella, at, contacts_of):
    actions.sign_order(application=ordered, by=stella, at=at, contact=alice)

    assert contacts_of(ordered) == ["Alice Moreau"]


def test_an_order_is_signed_once(ordered, stella, at):
    actions.sign_order(application=ordered, by=stella, at=at)

    with pytest.raises(ValidationError, match="signed already"):
        actions.sign_order(application=ordered, by=stella, at=at)


def test_signing_without_a_contact_is_refused(acme, stella, at):
    """TC-03"""
    nobody = ApplicationFactory(company=acme, ordered=True)

    with pytest.raises(ValidationError, match="Name one, then sign"):
        actions.sign_order(application=nobody, by=stella, at=at)


def test_signing_with_a_deactivated_contact_is_refused(ordered, bob, stella, at):
    bob.is_active = False
    bob.save()

    with pytest.raises(ValidationError, match="deactivated"):
        actions.sign_order(application=ordered, by=stella, at=at)

    ordered.refresh_from_db()
    assert ordered.order_signed_at is None


def test_customers_do_not_sign_for_the_vendor(ordered, alice, at):
    with pytest.raises(PermissionDenied):
        actions.sign_order(application=ordered, by=alice, at=at)


def test_delivery_with_a_registered_contact(signed, bob, alice, stella, at, letters):
    """TC-02"""
    TechnicalContactFactory(application=signed, user=bob)

    actions.deliver_application(application=signed, by=stella, at=signed.ordered_at)

    signed.refresh_from_db()
    assert signed.state == signed.State.DELIVERED
    assert letters() == [
        ("alice@acme.example", "delivered"),
        ("bob@acme.example", "delivered"),
    ]


def test_delivery_before_the_signature_is_refused(ordered, bob, stella, at):
    """E3"""
    TechnicalContactFactory(application=ordered, user=bob)

    with pytest.raises(ValidationError, match="not signed yet. Sign it first"):
        actions.deliver_application(application=ordered, by=stella, at=at)


def test_delivery_without_a_contact_is_refused(signed, stella, at):
    """E3, TC-02"""
    with pytest.raises(ValidationError, match="no technical contact. Appoint one"):
        actions.deliver_application(application=signed, by=stella, at=at)


def test_delivery_with_a_contact_without_account_is_refused(signed, stella, at):
    """E3, TC-04"""
    ana = UserFactory(name="Ana Lima", email="ana@acme.example", unregistered=True)
    TechnicalContactFactory(application=signed, user=ana)

    with pytest.raises(ValidationError, match="sign up with ana@acme.example"):
        actions.deliver_application(application=signed, by=stella, at=at)

    signed.refresh_from_db()
    assert signed.delivered_at is None


def test_delivery_with_a_deactivated_contact_is_refused(signed, bob, stella, at):
    """TC-04"""
    TechnicalContactFactory(application=signed, user=bob)
    bob.is_active = False
    bob.save()

    with pytest.raises(ValidationError, match="deactivated"):
        actions.deliver_application(application=signed, by=stella, at=at)


def test_delivery_happens_once(depot, stella, at):
    with pytest.raises(ValidationError, match="delivered already"):
        actions.deliver_application(application=depot, by=stella, at=at)


def test_customers_do_not_deliver(signed, bob, alice, at):
    TechnicalContactFactory(application=signed, user=bob)

    with pytest.raises(PermissionDenied):
        actions.deliver_application(application=signed, by=alice, at=at)


def test_the_whole_way_from_order_to_delivery(acme, bob, stella, at):
    """TC-01 to TC-05"""
    application = ApplicationFactory(company=acme, ordered=True, named_contact=bob)

    actions.sign_order(application=application, by=stella, at=at)
    actions.deliver_application(application=application, by=stella, at=at)

    assert application.state == application.State.DELIVERED


def test_offboarding_ends_the_environments_and_the_offers(
    driver, bob, dora, alice, stella, at, letters
):
    environment = EnvironmentFactory(application=driver)
    handover = HandoverFactory(application=driver, from_user=bob, to_user=dora)

    actions.offboard_application(application=driver, by=stella, at=at)

    environment.refresh_from_db()
    handover.refresh_from_db()
    assert driver.state == driver.State.OFFBOARDED
    assert environment.offboarded_at == at
    assert handover.state == handover.State.CANCELLED
    assert letters() == [
        ("alice@acme.example", "offboarded"),
        ("bob@acme.example", "offboarded"),
        ("dora@globex.example", "handover_cancelled"),
    ]


def test_offboarding_happens_once(driver, stella, at):
    actions.offboard_application(application=driver, by=stella, at=at)

    with pytest.raises(ValidationError, match="is off-boarded"):
        actions.offboard_application(application=driver, by=stella, at=at)


def test_to_cloud_with_several_contacts_asks_who_stays(depot, alice, stella, at):
    """E5"""
    TechnicalContactFactory(application=depot, user=alice)

    with pytest.raises(ValidationError, match="Choose who of .* stays"):
        actions.change_hosting(application=depot, hosting="cloud", by=stella, at=at)

    depot.refresh_from_db()
    assert depot.is_on_premises


def test_to_cloud_keeps_the_one_chosen(
    depot, bob, alice, stella, at, contacts_of, letters
):
    """E5"""
    TechnicalContactFactory(application=depot, user=alice)

    actions.change_hosting(
        application=depot, hosting="cloud", keep=alice, by=stella, at=at
    )

    depot.refresh_from_db()
    assert depot.is_cloud
    assert contacts_of(depot) == ["Alice Moreau"]
    assert TechnicalContact.objects.get().hosting == "cloud"
    assert letters() == [
        ("alice@acme.example", "hosting_changed"),
        ("bob@acme.example", "hosting_changed"),
    ]


def test_to_cloud_keeps_nobody_from_outside(depot, alice, dora, stella, at):
    """E5"""
    TechnicalContactFactory(application=depot, user=alice)

    with pytest.raises(ValidationError, match="exactly one"):
        actions.change_hosting(
            application=depot, hosting="cloud", keep=dora, by=stella, at=at
        )


def test_to_cloud_with_one_contact_needs_no_choice(depot, stella, at, contacts_of):
    actions.change_hosting(application=depot, hosting="cloud", by=stella, at=at)

    assert contacts_of(depot) == ["Bob Weber"]


def test_to_on_premises_keeps_the_one(driver, bob, stella, at, contacts_of):
    """E5"""
    actions.change_hosting(application=driver, hosting="on_premises", by=stella, at=at)

    driver.refresh_from_db()
    assert driver.is_on_premises
    assert contacts_of(driver) == ["Bob Weber"]
    assert TechnicalContact.objects.get().hosting == "on_premises"


def test_the_same_hosting_again_is_refused(driver, stella, at):
    with pytest.raises(ValidationError, match="runs there already"):
        actions.change_hosting(application=driver, hosting="cloud", by=stella, at=at)


def test_an_unknown_hosting_is_refused(driver, stella, at):
    with pytest.raises(ValidationError):
        actions.change_hosting(application=driver, hosting="moon", by=stella, at=at)


def test_customers_do_not_change_the_hosting(depot, alice, at):
    """TC-36"""
    with pytest.raises(PermissionDenied):
        actions.change_hosting(application=depot, hosting="cloud", by=alice, at=at)
