"""A handover asks for the second factor of who has one [TC-24]."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from contacts.models import Handover
from tests.factories.contacts import HandoverFactory, TechnicalContactFactory
from tests.factories.second_factors import app_code, switch_on

SHOW_AGAIN = reverse("mfa_reauthenticate")


@pytest.fixture(autouse=True)
def _no_code_was_used():
    cache.clear()


@pytest.fixture
def offered(driver, bob, dora, joins):
    joins(driver, dora)
    return HandoverFactory(application=driver, from_user=bob, to_user=dora)


def test_offering_asks_before_the_form_is_filled_in(client, driver, bob, dora, joins):
    """TC-24"""
    joins(driver, dora)
    secret = switch_on(bob)
    client.force_login(bob)
    page = reverse("contacts:offer", args=[driver.pk])

    asked = client.get(page)
    back = client.post(asked.url, {"code": app_code(secret)})
    member = driver.memberships.get(user=dora)
    client.post(back.url, {"member": member.pk})

    assert asked.url.startswith(SHOW_AGAIN)
    assert back.url == page
    assert Handover.objects.filter(to_user=dora).exists()


def test_accepting_asks_and_then_accepts(client, driver, dora, offered, contacts_of):
    """TC-24"""
    secret = switch_on(dora)
    client.force_login(dora)

    asked = client.post(reverse("contacts:accept", args=[offered.pk]))
    assert asked.url.startswith(SHOW_AGAIN)
    assert contacts_of(driver) == ["Bob Weber"]
    client.post(asked.url, {"code": app_code(secret)})

    assert contacts_of(driver) == ["Dora Lind"]


def test_declining_asks_nothing(client, dora, offered):
    switch_on(dora)
    client.force_login(dora)

    client.post(reverse("contacts:decline", args=[offered.pk]))

    offered.refresh_from_db()
    assert offered.state == Handover.State.DECLINED


@pytest.mark.parametrize("deed", ["appoint", "replace", "dismiss"])
def test_changing_contacts_at_once_asks(client, depot, alice, dora, deed):
    """TC-24"""
    other = TechnicalContactFactory(application=depot, user=dora)
    switch_on(alice)
    client.force_login(alice)
    about = depot if deed == "appoint" else other

    asked = client.get(reverse(f"contacts:{deed}", args=[about.pk]))

    assert asked.url.startswith(SHOW_AGAIN)


def test_the_desk_asks_before_it_changes_contacts(client, depot, stella, dora):
    """TC-24"""
    contact = TechnicalContactFactory(application=depot, user=dora)
    switch_on(stella)
    client.force_login(stella)
    table = reverse("admin:contacts_technicalcontact_changelist")
    wish = {"application": depot.pk, "user": stella.pk, "reason": "away"}
    pressed = {"action": "dismiss", "_selected_action": [contact.pk]}

    appointing = client.post(reverse("admin:contacts_technicalcontact_add"), wish)
    ending = client.post(table, pressed)

    assert appointing.url.startswith(SHOW_AGAIN)
    assert ending.url.startswith(SHOW_AGAIN)


def test_whoever_has_none_is_let_through_and_advised(client, dora, offered):
    client.force_login(dora)

    page = client.get(offered.get_absolute_url()).content.decode()
    answer = client.post(reverse("contacts:accept", args=[offered.pk]))

    assert "Switch on a second factor" in page
    assert not answer.url.startswith(SHOW_AGAIN)


def test_whoever_has_one_is_not_advised(client, dora, offered):
    switch_on(dora)
    client.force_login(dora)

    page = client.get(offered.get_absolute_url()).content.decode()

    assert "Switch on a second factor" not in page
