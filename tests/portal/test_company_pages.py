"""The company's page and a person's, which join facts of every floor."""

from django.urls import reverse

from apps.models import Membership
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import ServiceLevelFactory, UserFactory
from tests.factories.contacts import TechnicalContactFactory

COMPANY = reverse("companies:company")


def text(answer):
    return " ".join(answer.content.decode().split())


# One person


def test_a_person_is_shown_with_the_apps_both_can_see(client, alice, bob, dora, acme):
    depot = ApplicationFactory(company=acme, name="Depot Control")
    secret = ApplicationFactory(company=acme, name="Secret")
    TechnicalContactFactory(application=depot, user=alice)
    MembershipFactory(application=secret, user=alice)
    MembershipFactory(application=depot, user=bob, role=Membership.Role.OPERATOR)
    client.force_login(bob)

    answer = client.get(alice.get_absolute_url())

    assert "alice@acme.example" in text(answer)
    assert "Depot Control</a><small>Technical contact</small>" in text(answer)
    assert "Secret" not in text(answer)


def test_an_app_that_is_gone_is_not_shown(client, bob, acme):
    gone = ApplicationFactory(company=acme, name="Gone App", offboarded=True)
    MembershipFactory(application=gone, user=bob)
    client.force_login(bob)

    assert "Gone App" not in text(client.get(bob.get_absolute_url()))


def test_a_person_of_another_company_does_not_exist(client, alice, charlie):
    client.force_login(charlie)

    assert client.get(alice.get_absolute_url()).status_code == 404


def test_a_person_costs_the_same_however_many_apps(
    client, alice, bob, acme, django_assert_num_queries
):
    for _ in range(3):
        TechnicalContactFactory(application=ApplicationFactory(company=acme), user=bob)
    client.force_login(alice)

    with django_assert_num_queries(5):
        client.get(bob.get_absolute_url())


# The company


def test_the_company_page_says_what_was_agreed_and_whom_to_ask(client, bob, acme):
    """TI-10, TI-11, TI-02"""
    level = ServiceLevelFactory(name="Platinum", availability="99.9 % a month")
    level.targets.create(priority=1, response_minutes=30, around_the_clock=True)
    level.targets.create(priority=3, response_minutes=450, resolution_minutes=2880)
    acme.service_level = level
    acme.save()
    client.force_login(bob)

    page = text(client.get(COMPANY))

    for words in (
        "Service level Platinum",
        "Monday to Friday, 09:00 to 17:00",
        "99.9 % a month",
        "announced 5 days ahead",
        "30 min",
        "7 h 30 min",
        "no promise",
        "day and night",
        "48 h",
        "Willem Fraser",
        "willem@aldwick.example",
        "+31 10 555 0142",
        "Europe/Amsterdam",
    ):
        assert words in page, words


def test_a_company_without_a_level_is_told_so(client, bob):
    client.force_login(bob)

    assert "we show it on request" in text(client.get(COMPANY))


def test_who_has_no_company_has_no_company_page(client, stella):
    client.force_login(stella)

    assert client.get(COMPANY).status_code == 404


def test_the_company_page_costs_the_same_however_many_admins(
    client, alice, acme, django_assert_num_queries
):
    acme.service_level = ServiceLevelFactory()
    acme.save()
    UserFactory.create_batch(3, company=acme, admin=True)
    client.force_login(alice)

    with django_assert_num_queries(8):
        client.get(COMPANY)
