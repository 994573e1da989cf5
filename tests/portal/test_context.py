"""The sidebar: which places somebody has, and the counts beside them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.context import page
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import UserFactory
from tests.factories.licenses import LicenseFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sidebar(rf):
    """The context of a page for somebody, at an address."""

    def ask(user, path="/"):
        request = rf.get(path)
        request.user = user
        return page(request)

    return ask


def counts(context):
    return {str(place.label): place.count for place in context["nav"] if place.count}


def test_customers_have_seven_places(sidebar, bob):
    context = sidebar(bob)

    assert [str(place.label) for place in context["nav"]] == [
        "Overview",
        "Notices",
        "Apps",
        "Licenses",
        "Tickets",
        "Maintenance",
        "People",
    ]
    assert [str(place.label) for place in context["account_nav"]] == [
        "Your account",
        "Your company",
    ]
    assert context["house"] == "Acme"


def test_support_has_the_way_to_its_desk_and_no_company(sidebar, stella):
    context = sidebar(stella)

    assert [place.url for place in context["nav"]][-1] == reverse("admin:index")
    assert [str(place.label) for place in context["account_nav"]] == [
        "Your account",
        "Activity log",
    ]
    assert context["house"] == ""


def test_every_place_exists(client, bob, sidebar):
    client.force_login(bob)

    for place in sidebar(bob)["nav"]:
        assert client.get(place.url).status_code == 200


def test_counts_are_of_what_i_may_see(sidebar, alice, bob, dora, depot, acme):
    ApplicationFactory(company=acme, offboarded=True)
    ApplicationFactory(company=acme)
    UserFactory(company=acme, deactivated=True)
    TicketFactory(application=depot, opened_by=bob)
    TicketFactory(application=depot, opened_by=bob, solved=True)
    MembershipFactory(application=depot, user=dora)

    assert counts(sidebar(alice)) == {"Apps": "2", "Tickets": "1", "People": "2"}
    assert counts(sidebar(bob)) == {"Apps": "1", "Tickets": "1", "People": "2"}
    assert counts(sidebar(dora)) == {"Apps": "1", "Tickets": "1", "People": "1"}


def test_nobody_signed_in_has_no_places(sidebar, django_assert_num_queries):
    class Nobody:
        is_authenticated = False

    with django_assert_num_queries(0):
        assert sidebar(Nobody())["nav"] == []


def test_counts_are_one_query_and_only_where_they_are_shown(
    sidebar, bob, django_assert_num_queries
):
    with django_assert_num_queries(0):
        context = sidebar(bob)

    with django_assert_num_queries(1):
        assert list(context["nav"])


def test_counting_ends_where_nobody_reads_on(sidebar, alice, acme, monkeypatch):
    monkeypatch.setattr("ui.counting.CAP", 2)
    for _ in range(4):
        ApplicationFactory(company=acme)

    assert counts(sidebar(alice))["Apps"] == "2+"


def test_place_we_are_at_is_marked_also_on_its_inner_pages(sidebar, bob, depot):
    def current(path):
        return [str(p.label) for p in sidebar(bob, path)["nav"] if p.current]

    assert current("/") == ["Overview"]
    assert current(reverse("application_detail", args=[depot.pk])) == ["Apps"]
    assert current("/search/") == []


def test_critical_ticket_without_a_call_is_loud(sidebar, bob, depot):
    """E26"""

    def loud():
        return [str(place.label) for place in sidebar(bob)["nav"] if place.loud]

    TicketFactory(application=depot)
    assert loud() == []

    TicketFactory(application=depot, critical=True)
    assert loud() == ["Tickets"]


def test_the_tabs_of_an_app_count_what_stands_behind_them(client, bob, depot, acme):
    LicenseFactory(environment__application=depot)
    LicenseFactory(
        environment__application=depot,
        revoked_at=timezone.now(),
        revocation_reason="Taken back.",
    )
    LicenseFactory(environment__application__company=acme)
    TicketFactory(application=depot, opened_by=bob)
    TicketFactory(application=depot, opened_by=bob, solved=True)
    TicketFactory(application=ApplicationFactory(company=acme))
    client.force_login(bob)

    for name in ("application_detail", "tickets:for_application", "application_past"):
        answer = client.get(reverse(name, args=[depot.pk]))

        assert dict(answer.context["tab_counts"]) == {
            "licenses": "1",
            "contacts": "1",
            "tickets": "1",
        }
        assert answer.content.decode().count('class="tab-count"') == 3


def test_a_tab_with_nothing_behind_it_shows_no_count(client, bob, depot):
    client.force_login(bob)

    answer = client.get(reverse("application_detail", args=[depot.pk]))

    assert dict(answer.context["tab_counts"]) == {"contacts": "1"}
    assert answer.content.decode().count('class="tab-count"') == 1
