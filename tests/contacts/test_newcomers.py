"""A contact who has no account yet gets the letter that leads to one, once more."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from companies.models import User
from contacts import actions
from outbox.models import Message
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import TechnicalContactFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def rosa(acme):
    """Contact of an app that waits for her account, since yesterday."""
    person = UserFactory(
        name="Rosa Fuentes",
        email="rosa@acme.example",
        company=acme,
        unregistered=True,
    )
    ledger = ApplicationFactory(company=acme, name="Pallet Ledger", signed=True)
    MembershipFactory(application=ledger, user=person)
    appointed_at = timezone.now() - timedelta(days=1)
    return TechnicalContactFactory(
        application=ledger, user=person, appointed_at=appointed_at
    )


@pytest.fixture
def visit(client):
    def as_person(person):
        client.force_login(person)
        return client

    return as_person


def page_of(contact):
    return reverse("contacts:for_application", args=[contact.application_id])


def button_of(contact):
    return reverse("contacts:write_again", args=[contact.pk])


@pytest.mark.parametrize("who", ["alice", "stella"])
def test_the_letter_says_how_to_get_an_account(request, rosa, who):
    """TC-04, TC-05"""
    by = request.getfixturevalue(who)

    actions.write_again(contact=rosa, by=by, at=timezone.now())

    letter = Message.objects.get()
    assert letter.recipient == "rosa@acme.example"
    assert letter.subject == "You are technical contact of Pallet Ledger"
    assert "Choose a password for rosa@acme.example" in letter.text
    assert reverse("account_reset_password") in letter.text


def test_another_contact_may_send_it_too(rosa, bob):
    TechnicalContactFactory(application=rosa.application, user=bob)

    actions.write_again(contact=rosa, by=bob, at=timezone.now())

    assert Message.objects.get().recipient == "rosa@acme.example"


def test_once_an_hour_and_not_more_often(rosa, alice):
    at = timezone.now()
    actions.write_again(contact=rosa, by=alice, at=at)

    for later in (timedelta(0), timedelta(minutes=59)):
        with pytest.raises(ValidationError, match="less than an hour old"):
            actions.write_again(contact=rosa, by=alice, at=at + later)
    assert Message.objects.count() == 1

    actions.write_again(contact=rosa, by=alice, at=at + HOUR + timedelta(minutes=1))
    assert Message.objects.count() == 2


def test_the_first_letter_counts_as_well(rosa, alice):
    with pytest.raises(ValidationError, match="less than an hour old"):
        actions.write_again(
            contact=rosa, by=alice, at=rosa.appointed_at + timedelta(minutes=30)
        )

    assert not Message.objects.exists()


def test_who_has_an_account_or_had_one_gets_no_letter(rosa, alice):
    User.objects.filter(pk=rosa.user_id).update(registered_at=timezone.now())

    with pytest.raises(ValidationError, match="has an account"):
        actions.write_again(contact=rosa, by=alice, at=timezone.now())

    assert not Message.objects.exists()


def test_a_plain_member_may_not(rosa, bob):
    MembershipFactory(application=rosa.application, user=bob)

    with pytest.raises(PermissionDenied):
        actions.write_again(contact=rosa, by=bob, at=timezone.now())


def test_the_button_sends_it_and_says_so(visit, rosa, alice):
    page = visit(alice).get(page_of(rosa)).content.decode()
    assert button_of(rosa) in page

    answer = visit(alice).post(button_of(rosa), follow=True)

    assert "Rosa Fuentes has the letter again." in answer.content.decode()
    again = visit(alice).post(button_of(rosa), follow=True)
    assert "less than an hour old" in again.content.decode()
    assert Message.objects.count() == 1


def test_nobody_else_sees_the_button(visit, rosa, bob, depot, alice):
    MembershipFactory(application=rosa.application, user=bob)

    assert button_of(rosa) not in visit(bob).get(page_of(rosa)).content.decode()
    assert visit(bob).post(button_of(rosa)).status_code == 403
    contact = depot.technical_contacts.get()
    assert button_of(contact) not in visit(alice).get(page_of(contact)).content.decode()


def test_a_get_sends_nothing(visit, rosa, alice):
    assert visit(alice).get(button_of(rosa)).status_code == 405
    assert not Message.objects.exists()
