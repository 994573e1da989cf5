"""The pages on which an application is ordered."""

import pytest
from django.urls import reverse

from apps.models import Application
from companies.models import User
from tests.factories.companies import CompanyFactory, UserFactory

NEW = "/applications/new/"
WISH = {
    "name": "Fleet Planner",
    "description": "Plans routes",
    "hosting": "cloud",
    "location": "",
    "environments": ["production", "test"],
    "contact_email": "bob@acme.example",
    "contact_name": "",
}


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def as_stella(client, stella):
    client.force_login(stella)
    return client


def test_the_address_is_the_one_agreed():
    assert reverse("applications:new") == NEW


def test_a_company_admin_orders_for_the_own_company(as_alice, acme, alice, bob):
    answer = as_alice.post(NEW, WISH)

    application = Application.objects.get()
    assert answer.status_code == 302
    assert answer.url == application.get_absolute_url()
    assert application.company == acme
    assert application.ordered_by == alice
    assert application.named_contact == bob
    names = {row.name for row in application.environments.all()}
    assert names == {"production", "test"}


def test_the_form_proposes_oneself_and_the_own_people(as_alice, bob, dora):
    page = as_alice.get(NEW).content.decode()

    assert 'value="alice@acme.example"' in page
    assert '<option value="bob@acme.example">Bob Weber</option>' in page
    assert "dora@globex.example" not in page


def test_the_form_never_offers_every_company(as_stella, acme):
    CompanyFactory.create_batch(30)

    page = as_stella.get(NEW).content.decode()

    assert "For which company?" in page
    assert "Acme" not in page
    assert "<select" not in page


def test_staff_find_the_company_by_a_part_of_its_name(as_stella, acme, globex):
    page = as_stella.get(NEW, {"q": "cm"}).content.decode()

    assert f'<a href="?company={acme.pk}">Acme</a>' in page
    assert "Globex" not in page


def test_staff_see_twenty_companies_at_most(as_stella):
    CompanyFactory.create_batch(25)

    answer = as_stella.get(NEW, {"q": "company"})

    assert len(answer.context["companies"]) == 20
    assert "There may be more" in answer.content.decode()


def test_staff_hear_that_no_company_is_called_so(as_stella, acme):
    page = as_stella.get(NEW, {"q": "<Zebra>"}).content.decode()

    assert "No company is called “&lt;Zebra&gt;”" in page


def test_staff_order_for_the_company_chosen(as_stella, acme, bob):
    as_stella.post(f"{NEW}?company={acme.pk}", WISH)

    assert Application.objects.get().company == acme


@pytest.mark.parametrize(
    "company", ["00000000-0000-4000-8000-000000000000", "none", ""]
)
def test_a_company_that_does_not_exist_is_not_found(as_stella, company):
    answer = as_stella.get(NEW, {"company": company})

    assert answer.status_code == 404


def test_an_admin_cannot_order_for_another_company(as_alice, acme, globex, bob):
    as_alice.post(f"{NEW}?company={globex.pk}", WISH)

    assert Application.objects.get().company == acme


@pytest.mark.parametrize("method", ["get", "post"])
def test_plain_members_do_not_order(client, bob, method):
    client.force_login(bob)

    answer = getattr(client, method)(NEW, WISH)

    assert answer.status_code == 403
    assert not Application.objects.exists()


def test_strangers_are_sent_to_the_sign_in_page(client, db):
    answer = client.get(NEW)

    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_an_incomplete_order_says_what_is_missing(as_alice):
    answer = as_alice.post(NEW, {"hosting": "moon", "contact_email": "nobody"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error: " in page
    assert set(answer.context["form"].errors) == {
        "name",
        "hosting",
        "environments",
        "contact_email",
    }
    assert not Application.objects.exists()


def test_a_name_that_is_taken_is_told_on_the_form(as_alice, bob):
    as_alice.post(NEW, WISH)

    answer = as_alice.post(NEW, WISH)

    assert "Your company has an app of this name." in answer.content.decode()
    assert Application.objects.count() == 1


def test_a_refused_order_opens_no_account(as_alice, bob):
    as_alice.post(NEW, WISH)

    as_alice.post(NEW, WISH | {"contact_email": "ana@acme.example"})

    assert not User.objects.filter(email="ana@acme.example").exists()


@pytest.mark.parametrize("is_colleague", [True, False])
def test_a_new_contact_gets_an_account_to_confirm(as_alice, acme, is_colleague):
    """TC-05"""
    wish = WISH | {"contact_email": "ana@new.example", "contact_name": "Ana Lima"}

    as_alice.post(NEW, wish | ({"is_colleague": "on"} if is_colleague else {}))

    ana = Application.objects.get().named_contact
    assert (ana.name, ana.has_account) == ("Ana Lima", False)
    assert ana.company == (acme if is_colleague else None)


def test_a_deactivated_contact_is_refused_on_the_form(as_alice):
    UserFactory(email="gone@acme.example", deactivated=True)

    answer = as_alice.post(NEW, WISH | {"contact_email": "gone@acme.example"})

    assert "The account of gone@acme.example is deactivated" in answer.content.decode()


def test_the_form_costs_the_same_with_few_and_many_people(
    as_alice, acme, django_assert_max_num_queries
):
    with django_assert_max_num_queries(9):
        as_alice.get(NEW)
    UserFactory.create_batch(60, company=acme)

    with django_assert_max_num_queries(9):
        answer = as_alice.get(NEW)

    assert len(answer.context["people"]) == 50
