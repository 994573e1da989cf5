"""The overview of somebody who belongs to no company yet [TC-05]."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import InvitationFactory, UserFactory

HOME = reverse("home")


@pytest.fixture
def nora(db):
    return UserFactory(name="Nora Blake", email="nora@new.example", company=None)


def text(answer):
    return " ".join(answer.content.decode().split())


def test_a_newcomer_reads_what_happens_next(client, nora):
    client.force_login(nora)

    said = text(client.get(HOME))

    assert "Welcome, Nora Blake" in said
    assert "Ask a company admin of yours to invite nora@new.example" in said
    assert "support@aldwick.example" in said
    assert "Needs attention" not in said


def test_an_invitation_to_the_confirmed_address_stands_there(
    client, nora, acme, alice, globex, charlie
):
    row = InvitationFactory(company=acme, invited_by=alice, email=nora.email)
    ago = timezone.now() - timedelta(days=20)
    InvitationFactory(
        company=globex,
        invited_by=charlie,
        email=nora.email,
        invited_at=ago,
        token_digest="old",
    )
    client.force_login(nora)

    said = text(client.get(HOME))

    assert "An invitation waits for you" in said
    assert "Alice Moreau invites you" in said
    assert row.own_url in said
    assert "Globex" not in said


def test_an_external_without_a_company_has_the_usual_overview_and_the_invitation(
    client, nora, acme, alice
):
    depot = ApplicationFactory(company=acme, name="Depot Control")
    MembershipFactory(application=depot, user=nora)
    row = InvitationFactory(company=acme, invited_by=alice, email=nora.email)
    client.force_login(nora)

    said = text(client.get(HOME))

    assert "Needs attention" in said
    assert "Alice Moreau invites you to Acme" in said
    assert row.own_url in said


@pytest.mark.parametrize("who", ["bob", "stella"])
def test_whoever_belongs_somewhere_has_the_usual_overview(client, request, who, acme):
    person = request.getfixturevalue(who)
    InvitationFactory(email=person.email)
    client.force_login(person)

    said = text(client.get(HOME))

    assert "Needs attention" in said
    assert "invites you" not in said


def test_the_page_costs_the_same_however_many_invite(
    client, nora, django_assert_num_queries
):
    for number in range(3):
        InvitationFactory(email=nora.email, token_digest=str(number))
    client.force_login(nora)
    client.get(HOME)

    with django_assert_num_queries(4):
        client.get(HOME)
