"""The support desk's pages about companies and people; they write by verbs only."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from companies import actions
from companies.models import ActivityEntry, Company, ServiceLevel, User
from companies.verbs import Verb
from outbox.models import Message
from tests.factories.companies import (
    CompanyFactory,
    SecurityContactFactory,
    ServiceLevelFactory,
    UserFactory,
)

PEOPLE = reverse("admin:companies_user_changelist")
COMPANIES = reverse("admin:companies_company_changelist")
ACTIVITY = reverse("admin:companies_activityentry_changelist")


@pytest.fixture(autouse=True)
def desk(client, stella):
    client.force_login(stella)
    return client


def page_of(row):
    return reverse(f"admin:companies_{row._meta.model_name}_change", args=[row.pk])


def add_page(name):
    return reverse(f"admin:companies_{name}_add")


def text(answer):
    return " ".join(answer.content.decode().split())


def person_fields(person=None, **changes):
    facts = {
        "name": person.name if person else "Carl Ek",
        "job_title": "",
        "phone": "",
        "language": "en",
        "time_zone": "Europe/Amsterdam",
        "company": str(person.company_id or "") if person else "",
    }
    if person and person.is_company_admin:
        facts["is_company_admin"] = "on"
    return {name: v for name, v in {**facts, **changes}.items() if v is not None}


def verbs():
    return [entry.verb for entry in ActivityEntry.objects.order_by("id")]


def run(client, action, *people):
    return client.post(
        PEOPLE,
        {"action": action, "_selected_action": [str(person.pk) for person in people]},
        follow=True,
    )


# People


def test_staff_open_an_account(desk, acme):
    answer = desk.post(
        add_page("user"),
        person_fields(email="Carl@acme.example", company=str(acme.pk)),
    )

    carl = User.objects.get(email="carl@acme.example")
    assert answer.status_code == 302
    assert carl.company == acme
    assert Message.objects.get().recipient == carl.email
    assert verbs() == [Verb.PERSON_ADDED]


def test_what_a_verb_refuses_is_an_error_of_the_form(desk):
    fields = person_fields(email="carl@acme.example", is_company_admin="on")

    answer = desk.post(add_page("user"), fields)

    assert answer.status_code == 200
    assert "A company admin needs a company." in text(answer)
    assert 'value="carl@acme.example"' in text(answer), "what was typed is kept"
    assert not User.objects.filter(email="carl@acme.example").exists()
    assert not Message.objects.exists()


def test_staff_correct_what_people_say_about_themselves(desk, bob):
    desk.post(page_of(bob), person_fields(bob, phone="+31 6 1"))

    bob.refresh_from_db()
    assert bob.phone == "+31 6 1"
    assert verbs() == [Verb.PERSON_CHANGED]
    assert ActivityEntry.objects.get().actor == "Stella Brandt"


def test_staff_name_and_end_company_admins(desk, alice, bob):
    desk.post(page_of(bob), person_fields(bob, is_company_admin="on"))
    bob.refresh_from_db()
    assert bob.is_company_admin

    desk.post(page_of(bob), person_fields(bob, is_company_admin=None))
    bob.refresh_from_db()
    assert not bob.is_company_admin
    assert verbs() == [Verb.ADMIN_NAMED, Verb.ADMIN_UNNAMED]


def test_the_last_admin_stays_whatever_else_was_changed(desk, alice):
    """E35: nothing of the refused form is written."""
    fields = person_fields(alice, is_company_admin=None, phone="+31 6 1")

    answer = desk.post(page_of(alice), fields)

    assert "Alice Moreau is the only company admin" in text(answer)
    alice.refresh_from_db()
    assert alice.is_company_admin
    assert alice.phone == ""
    assert verbs() == []


def test_staff_put_somebody_who_registered_alone_into_a_company(desk, acme):
    nora = UserFactory(name="Nora", company=None)

    desk.post(page_of(nora), person_fields(nora, company=str(acme.pk)))

    nora.refresh_from_db()
    assert nora.company == acme


def test_a_person_of_a_company_stays_there_and_keeps_the_address(desk, bob, globex):
    fields = person_fields(
        bob, company=str(globex.pk), email="b@globex.example", is_staff="on"
    )

    desk.post(page_of(bob), fields)

    bob.refresh_from_db()
    assert bob.company.name == "Acme"
    assert bob.email == "bob@acme.example"
    assert not bob.is_staff


def test_the_letter_to_choose_a_password_can_be_sent_again(desk, acme):
    carl = UserFactory(company=acme, unregistered=True)
    gone = UserFactory(name="Zoe Gone", company=acme, deactivated=True)

    answer = run(desk, "send_letter_again", carl, gone)

    assert Message.objects.get().recipient == carl.email
    assert "1 letter is sent." in text(answer)
    assert "Zoe Gone: This account is closed." in text(answer)


def test_people_are_signed_out_everywhere(desk, bob, client_class):
    elsewhere = client_class()
    elsewhere.force_login(bob)

    run(desk, "sign_out", bob)

    assert elsewhere.get("/account/").status_code == 302


@pytest.fixture
def client_class(client):
    return type(client)


def test_accounts_are_opened_again(desk, willem, stella):
    actions.close_account(willem, by=stella, at=timezone.now())

    run(desk, "reopen_accounts", willem)

    willem.refresh_from_db()
    assert willem.is_active


def test_people_are_found_by_company(desk, alice, charlie):
    answer = desk.get(PEOPLE, {"q": "glob"})

    assert "charlie@globex.example" in text(answer)
    assert "alice@acme.example" not in text(answer)


# Companies


def test_staff_register_a_company(desk, willem):
    level = ServiceLevelFactory()

    desk.post(
        add_page("company"),
        {
            "name": "Initech",
            "service_level": level.pk,
            "account_executive": str(willem.pk),
            "customer_success_manager": "",
            "time_zone": "America/New_York",
        },
    )

    company = Company.objects.get(name="Initech")
    assert company.account_executive == willem
    assert verbs() == [Verb.COMPANY_REGISTERED]


def test_staff_change_a_company_within_its_rules(desk, acme, willem, bob, charlie):
    fields = {
        "name": "Acme",
        "service_level": "",
        "account_executive": str(willem.pk),
        "customer_success_manager": "",
        "time_zone": "Europe/Amsterdam",
    }

    refused = desk.post(page_of(acme), {**fields, "contact": str(charlie.pk)})
    desk.post(page_of(acme), {**fields, "contact": str(bob.pk)})

    assert "The company contact is a person of the company." in text(refused)
    acme.refresh_from_db()
    assert acme.contact == bob
    assert verbs() == [Verb.COMPANY_CHANGED]


@pytest.mark.parametrize("count", [1, 3])
def test_companies_cost_the_same_however_many(
    desk, count, django_assert_max_num_queries
):
    for company in CompanyFactory.create_batch(count):
        UserFactory.create_batch(2, company=company)

    with django_assert_max_num_queries(6):
        answer = desk.get(COMPANIES)

    assert text(answer).count("Company ") >= count


def test_a_service_level_is_figures_staff_may_change(desk):
    desk.post(
        add_page("servicelevel"),
        {
            "name": "Platinum",
            "support_hours": "Day and night",
            "availability": "99.9 % a month",
            "recovery_time": "",
            "recovery_point": "",
            "maintenance_notice_days": "10",
        },
    )

    assert ServiceLevel.objects.get().name == "Platinum"


# What stays


@pytest.mark.parametrize("name", ["acme", "bob"])
def test_nothing_with_a_history_is_deleted(desk, request, name):
    row = request.getfixturevalue(name)
    address = page_of(row).replace("/change/", "/delete/")

    assert desk.post(address, {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_activity_is_read_and_searched_never_written(desk, acme, bob, stella):
    actions.change_account(bob, by=bob, at=timezone.now(), phone="+31 6 1")
    entry = ActivityEntry.objects.get()

    assert "changed phone of Bob Weber" in text(desk.get(ACTIVITY, {"q": "weber"}))
    assert "changed phone" not in text(desk.get(ACTIVITY, {"q": "initech"}))
    assert "changed phone" in text(desk.get(ACTIVITY, {"kind": "accounts"}))
    assert "changed phone" not in text(desk.get(ACTIVITY, {"kind": "licenses"}))
    assert desk.get(add_page("activityentry")).status_code == 403
    assert desk.post(page_of(entry), {"thing": "x"}).status_code == 403


def test_activity_costs_the_same_however_much(desk, bob, django_assert_max_num_queries):
    for number in range(5):
        actions.change_account(bob, by=bob, at=timezone.now(), phone=str(number))

    with django_assert_max_num_queries(4):
        desk.get(ACTIVITY)


def test_there_is_no_way_round_the_verbs(desk):
    registered = {model._meta.label_lower for model in admin.site._registry}

    assert Group not in admin.site._registry
    assert not {"account.emailaddress", "account.emailconfirmation"} & registered


def test_staff_read_whom_to_tell_of_security_matters(desk, acme, alice):
    """CO-16"""
    SecurityContactFactory(company=acme, named_by=alice, confirmed=True)
    SecurityContactFactory(
        company=acme, named_by=alice, email="unconfirmed@acme.example"
    )

    page = text(desk.get(page_of(acme)))

    assert "Acme Security Desk, security@acme.example" in page
    assert "unconfirmed@acme.example" not in page
