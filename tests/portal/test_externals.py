"""People of elsewhere on this company's teams: listed, marked, and shown in part."""

import pytest
from django.urls import reverse

from apps.models import Membership
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import TechnicalContactFactory

PEOPLE = reverse("companies:people")


def text(answer):
    return " ".join(answer.content.decode().split())


def rows(client, **asked):
    return [str(person) for person in client.get(PEOPLE, asked).context["page"]]


@pytest.fixture
def dora(dora):
    """She has told her own company more than Acme need know."""
    dora.phone, dora.job_title, dora.is_company_admin = "+31 6 5550", "Chief", True
    dora.save()
    return dora


@pytest.fixture
def docks(acme, dora):
    application = ApplicationFactory(company=acme, name="Dock Planner")
    MembershipFactory(application=application, user=dora)
    return application


def test_an_external_stands_in_the_list_marked(client, alice, dora, docks):
    """CO-08: and is not told to be an admin, which she is elsewhere."""
    client.force_login(alice)

    said = text(client.get(PEOPLE))

    assert rows(client) == ["Alice Moreau", "Dora Lind"]
    assert "<small>External, Globex</small>" in said
    assert said.count(">Company admin<") == 1
    assert "+31 6 5550" not in said
    assert "Chief" not in said


def test_externals_are_a_filter_of_the_list(client, alice, dora, docks):
    client.force_login(alice)

    assert rows(client, state="external") == ["Dora Lind"]
    assert rows(client, q="dora@") == ["Dora Lind"]
    assert rows(client, state="external", q="alice") == []


def test_an_outsider_without_a_company_is_external_too(client, alice, acme):
    nora = UserFactory(name="Nora Blake", company=None)
    MembershipFactory(application=ApplicationFactory(company=acme), user=nora)
    client.force_login(alice)

    assert rows(client, state="external") == ["Nora Blake"]


def test_an_app_that_ended_makes_nobody_external(client, alice, acme, dora):
    ended = ApplicationFactory(company=acme, offboarded=True)
    MembershipFactory(application=ended, user=dora)
    client.force_login(alice)

    assert rows(client) == ["Alice Moreau"]
    assert client.get(dora.get_absolute_url()).status_code == 404


def test_her_page_shows_what_concerns_this_company(client, alice, dora, docks, globex):
    """CO-08: Alice works with her at Globex too; that is not Acme's."""
    mill = ApplicationFactory(company=globex, name="Mill Monitor")
    for person in (alice, dora):
        TechnicalContactFactory(application=mill, user=person)
    client.force_login(alice)

    said = text(client.get(dora.get_absolute_url()))

    assert "External" in said
    assert "Globex" in said
    assert "dora@globex.example" in said
    assert "Dock Planner" in said
    for word in ("Mill Monitor", "+31 6 5550", "Chief", "Company admin", "Language"):
        assert word not in said, word
    assert reverse("companies:deactivate", args=[dora.pk]) not in said


def test_who_is_not_on_the_team_does_not_know_her(client, bob, dora, docks):
    """E25: an ordinary member sees the externals of their own teams only."""
    client.force_login(bob)
    assert rows(client) == ["Bob Weber"]
    assert client.get(dora.get_absolute_url()).status_code == 404

    MembershipFactory(application=docks, user=bob)

    assert rows(client) == ["Bob Weber", "Dora Lind"]
    assert client.get(dora.get_absolute_url()).status_code == 200


def test_a_guest_does_not_get_to_know_the_house(client, bob, dora, docks, alice):
    """E32: Dora works for Acme; the people of Acme are not externals of Globex."""
    MembershipFactory(application=docks, user=bob)
    client.force_login(dora)

    assert rows(client) == ["Dora Lind"]
    assert client.get(bob.get_absolute_url()).status_code == 404


def test_another_company_knows_nothing_of_it(client, charlie, bob, acme, docks):
    client.force_login(charlie)

    assert "Bob Weber" not in rows(client)
    assert rows(client, state="external") == []


def test_staff_see_people_as_they_are(client, stella, dora, docks):
    client.force_login(stella)

    assert "External," not in text(client.get(PEOPLE))
    assert "+31 6 5550" in text(client.get(dora.get_absolute_url()))


@pytest.mark.parametrize("verb", ["name_admin", "unname_admin", "name_contact"])
def test_an_external_gets_no_seat_in_this_company(client, alice, dora, docks, verb):
    """CO-08"""
    client.force_login(alice)

    assert client.post(reverse(f"companies:{verb}", args=[dora.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_externals_cost_the_same_however_many(
    client, alice, docks, count, django_assert_num_queries
):
    for _ in range(count):
        MembershipFactory(application=docks, user=UserFactory())
    client.force_login(alice)

    with django_assert_num_queries(4):
        client.get(PEOPLE)


def test_somebody_on_two_teams_stands_there_once(client, alice, acme, dora, docks):
    MembershipFactory(application=ApplicationFactory(company=acme), user=dora)

    client.force_login(alice)

    assert rows(client) == ["Alice Moreau", "Dora Lind"]
    assert Membership.objects.filter(user=dora).count() == 2
