"""Search finds what somebody may see, of every kind, and never more than a page."""

import pytest
from django.urls import reverse

from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.companies import UserFactory
from tests.factories.licenses import LicenseFactory, LicenseKeyFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def find(client):
    """What somebody finds with some words: titles by the name of their group."""

    def search(user, words):
        client.force_login(user)
        response = client.get(reverse("search"), {"q": words})
        assert response.status_code == 200
        return {
            str(group.label): [hit.title for hit in group.hits]
            for group in response.context["found"]
        }

    return search


@pytest.fixture
def license(depot):
    return LicenseFactory(
        number=20417,
        serial="SN-77-Ä",
        environment=EnvironmentFactory(application=depot, name="production"),
    )


@pytest.fixture
def ticket(depot, bob):
    return TicketFactory(
        application=depot, subject="Gate three prints nothing", opened_by=bob
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (
            "depot",
            {"Apps": ["Depot Control"], "Licenses": ["LIC-20417, Depot Control"]},
        ),
        ("DEPOT control", None),
        ("20417", {"Licenses": ["LIC-20417, Depot Control"]}),
        ("lic-20417", {"Licenses": ["LIC-20417, Depot Control"]}),
        ("sn-77", {"Licenses": ["LIC-20417, Depot Control"]}),
        ("prints gate", {"Tickets": ["Gate three prints nothing"]}),
        ("weber", {"Apps": ["Depot Control"], "People": ["Bob Weber"]}),
        ("nothing of the kind", {}),
        ("g", {}),
        ("", {}),
        ("%", {}),
        ("__", {}),
    ],
)
def test_search_finds_by_name_number_and_person(
    find, alice, license, ticket, words, found
):
    if found is None:
        found = find(alice, "depot")

    assert find(alice, words) == found


def test_search_finds_a_ticket_by_its_number(find, alice, ticket):
    assert find(alice, f"#{ticket.number}") == {"Tickets": [ticket.subject]}
    assert find(alice, str(ticket.number)) == {"Tickets": [ticket.subject]}


def test_search_finds_a_server_id(find, alice, license):
    LicenseKeyFactory(license=license, server_id="7C41-E09B-55D2", in_use=True)

    assert find(alice, "e09b") == {
        "Apps": ["Depot Control"],
        "Licenses": ["LIC-20417, Depot Control"],
    }


@pytest.mark.parametrize(
    "words", ["depot", "20417", "sn-77", "gate", "weber", "bob@", "7C41"]
)
def test_strangers_find_nothing(find, charlie, license, ticket, words):
    """E25"""
    LicenseKeyFactory(license=license, server_id="7C41-E09B-55D2", in_use=True)

    assert find(charlie, words) == {}


def test_person_on_the_team_finds_the_app_but_not_its_companys_people(
    find, dora, depot, license, ticket
):
    """E32"""
    MembershipFactory(application=depot, user=dora)

    assert find(dora, "depot") == {
        "Apps": ["Depot Control"],
        "Licenses": ["LIC-20417, Depot Control"],
    }
    assert "People" not in find(dora, "weber")


def test_deactivated_people_are_not_found(find, alice, acme):
    UserFactory(company=acme, name="Left Last-Year", deactivated=True)

    assert find(alice, "last-year") == {}


def test_support_finds_everything_and_reads_whose_it_is(client, stella, license, acme):
    client.force_login(stella)

    page = client.get(reverse("search"), {"q": "depot"}).content.decode()

    assert "<small>Acme, On-Premises</small>" in page


def test_search_shows_ten_and_leads_to_all(client, alice, acme):
    for number in range(11):
        ApplicationFactory(company=acme, name=f"Gate {number:02}")
    client.force_login(alice)

    response = client.get(reverse("search"), {"q": "gate"})

    (group,) = response.context["found"]
    assert len(group.hits) == 10
    assert (
        '<a href="/applications/?q=gate">All of them</a>' in response.content.decode()
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_search_asks_six_times(client, alice, acme, rows, django_assert_num_queries):
    for number in range(rows):
        application = ApplicationFactory(company=acme, name=f"Gate {number}")
        LicenseFactory(environment=EnvironmentFactory(application=application))
        TicketFactory(application=application, subject="Gate is shut")
        UserFactory(company=acme, name=f"Gate Keeper {number}")
    client.force_login(alice)
    client.get(reverse("search"))

    with django_assert_num_queries(6):
        client.get(reverse("search"), {"q": "gate"})


def test_what_was_searched_for_is_shown_and_not_run(client, alice):
    client.force_login(alice)

    page = client.get(reverse("search"), {"q": "<script>"}).content.decode()

    assert "Search for “&lt;script&gt;”" in page
    assert "Nothing found" in page


def test_no_words_say_what_can_be_searched_for(client, alice):
    client.force_login(alice)

    page = client.get(reverse("search"), {"q": "\x00"}).content.decode()

    assert "What are you looking for?" in page
