"""The team's page, and the pages that describe an application and its places."""

import pytest

from apps.models import Membership
from tests.factories.apps import EnvironmentFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import HandoverFactory


@pytest.fixture
def visit(client):
    def enter(person):
        client.force_login(person)
        return client

    return enter


def at_access(application):
    return f"/applications/{application.pk}/access/"


def text_of(answer):
    return " ".join(answer.content.decode().split())


def role_of(application, person):
    return Membership.objects.get(application=application, user=person).role


def test_the_team_sees_itself(visit, depot, dora, joins):
    joins(depot, dora)

    page = text_of(visit(dora).get(at_access(depot)))

    assert "Bob Weber" in page
    assert "everything<small>technical contact</small>" in page
    assert "Dora Lind" in page
    assert "<small>Globex</small>" in page
    assert "Add a colleague" not in page


@pytest.mark.parametrize("who", ["alice", "bob", "stella"])
def test_contacts_admins_and_staff_add_a_colleague(visit, depot, dora, request, who):
    """TC-14"""
    answer = visit(request.getfixturevalue(who)).post(
        at_access(depot), {"email": "Dora@Globex.example", "role": "operator"}
    )

    assert answer.url == at_access(depot)
    assert role_of(depot, dora) == Membership.Role.OPERATOR


def test_an_admin_says_that_a_newcomer_is_a_colleague(visit, depot, acme, alice):
    visit(alice).post(
        at_access(depot),
        {
            "email": "ana@new.example",
            "name": "Ana Lima",
            "role": "operator",
            "is_colleague": "on",
        },
    )

    ana = depot.memberships.get(user__email="ana@new.example").user
    assert (ana.name, ana.company) == ("Ana Lima", acme)


def test_a_contact_brings_outsiders_only(visit, depot, bob):
    visit(bob).post(
        at_access(depot),
        {"email": "ana@new.example", "role": "operator", "is_colleague": "on"},
    )

    ana = depot.memberships.get(user__email="ana@new.example").user
    assert ana.company is None


def test_plain_members_add_nobody(visit, depot, dora, joins):
    joins(depot, dora)

    answer = visit(dora).post(
        at_access(depot), {"email": "x@example.com", "role": "operator"}
    )

    assert answer.status_code == 403


def test_a_mistake_stays_on_the_form(visit, depot, alice):
    answer = visit(alice).post(at_access(depot), {"email": "nobody", "role": "king"})

    assert set(answer.context["form"].errors) == {"email", "role"}


def test_a_deactivated_person_is_refused_on_the_form(visit, depot, alice):
    UserFactory(email="gone@acme.example", deactivated=True)

    answer = visit(alice).post(
        at_access(depot), {"email": "gone@acme.example", "role": "operator"}
    )

    assert "The account of gone@acme.example is deactivated" in text_of(answer)


def test_the_page_costs_the_same_with_one_and_three_members(
    visit, depot, alice, dora, charlie, joins, queries_of
):
    client = visit(alice)
    with_one = queries_of(client, at_access(depot))

    joins(depot, dora, charlie)

    assert queries_of(client, at_access(depot)) == with_one <= 10


def test_a_role_is_changed(visit, depot, bob, alice):
    membership = depot.memberships.get(user=bob)

    visit(alice).post(f"/memberships/{membership.pk}/role/", {"role": "scrum_master"})

    assert role_of(depot, bob) == Membership.Role.SCRUM_MASTER


def test_removing_asks_first_and_then_removes(visit, depot, alice, dora, joins):
    joins(depot, dora)
    address = f"/memberships/{depot.memberships.get(user=dora).pk}/leave/"
    client = visit(alice)

    page = text_of(client.get(address))
    assert "Remove Dora Lind from the team of Depot Control?" in page

    assert client.post(address).url == at_access(depot)
    assert not depot.memberships.filter(user=dora).exists()


def test_who_leaves_no_longer_sees_the_app(visit, depot, dora, joins):
    joins(depot, dora)
    client = visit(dora)

    answer = client.post(f"/memberships/{depot.memberships.get(user=dora).pk}/leave/")

    assert answer.url == "/"
    assert client.get(at_access(depot)).status_code == 404


def test_a_contact_cannot_be_removed(visit, depot, bob, alice):
    """TC-22, CO-15: so the last of a team stays, and no app is left to nobody."""
    assert depot.memberships.count() == 1
    address = f"/memberships/{depot.memberships.get(user=bob).pk}/leave/"
    client = visit(alice)

    assert "Give the role to somebody else first" in text_of(client.get(address))
    answer = client.post(address, follow=True)

    assert "Give the role to somebody else first" in text_of(answer)
    assert depot.memberships.filter(user=bob).exists()


def test_who_is_invited_to_take_over_cannot_be_removed(
    visit, depot, bob, alice, dora, joins
):
    joins(depot, dora)
    HandoverFactory(application=depot, from_user=bob, to_user=dora)
    address = f"/memberships/{depot.memberships.get(user=dora).pk}/leave/"

    answer = visit(alice).post(address, follow=True)

    assert "Withdraw the handover first" in text_of(answer)


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_admins_and_contacts_describe_the_app(visit, depot, request, who):
    answer = visit(request.getfixturevalue(who)).post(
        f"/applications/{depot.pk}/edit/",
        {"name": "Gate Control", "description": "Gates", "location": "Rotterdam"},
    )

    depot.refresh_from_db()
    assert answer.url == depot.get_absolute_url()
    assert (depot.name, depot.search_text) == ("Gate Control", "gate control gates")


def test_a_mistake_keeps_the_name_in_the_header(visit, depot, alice):
    answer = visit(alice).post(f"/applications/{depot.pk}/edit/", {"name": ""})

    assert list(answer.context["form"].errors) == ["name"]
    assert "Depot Control" in text_of(answer)


def test_an_environment_is_added_and_renamed(visit, depot, bob):
    client = visit(bob)
    client.post(
        f"/applications/{depot.pk}/environments/new/",
        {"name": "acc", "purpose": "acceptance", "platform_version": "11.6.2"},
    )
    environment = depot.environments.get()

    client.post(
        f"/environments/{environment.pk}/edit/",
        {"name": "acceptance", "purpose": "acceptance", "url": "acc.example.com"},
    )

    environment.refresh_from_db()
    assert environment.name == "acceptance"
    assert environment.url == "https://acc.example.com"
    assert environment.platform_version == ""


def test_a_name_that_is_taken_comes_back(visit, depot, bob):
    """OP-10"""
    EnvironmentFactory(application=depot, name="production")

    answer = visit(bob).post(
        f"/applications/{depot.pk}/environments/new/",
        {"name": "Production", "purpose": "test"},
    )

    assert "This app has an environment of that name." in text_of(answer)


PAGES = [
    "/applications/{app}/access/",
    "/applications/{app}/edit/",
    "/applications/{app}/environments/new/",
    "/environments/{environment}/edit/",
    "/memberships/{membership}/role/",
    "/memberships/{membership}/leave/",
]


@pytest.fixture
def address(depot, bob):
    ids = {
        "app": depot.pk,
        "environment": EnvironmentFactory(application=depot).pk,
        "membership": depot.memberships.get(user=bob).pk,
    }
    return lambda page: page.format(**ids)


@pytest.mark.parametrize("page", PAGES)
def test_for_another_company_nothing_of_it_exists(visit, charlie, address, page):
    """E25"""
    client = visit(charlie)

    assert client.get(address(page)).status_code == 404
    assert client.post(address(page)).status_code == 404


@pytest.mark.parametrize("page", PAGES[1:])
def test_plain_members_of_the_team_are_refused(visit, depot, joins, address, page):
    member = UserFactory()
    joins(depot, member)
    client = visit(member)

    assert client.get(address(page)).status_code == 403
    assert client.post(address(page)).status_code == 403
