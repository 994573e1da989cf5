"""The tab "Access": who reads it, who changes it, what is locked and why."""

import csv
import io

import pytest
from django.urls import reverse

from contacts import rights
from contacts.models import Grant, Right
from tests.factories.apps import EnvironmentFactory, MembershipFactory
from tests.factories.companies import UserFactory
from tests.factories.contacts import GrantFactory, TechnicalContactFactory
from tests.factories.second_factors import app_code, switch_on


@pytest.fixture
def production(driver):
    return EnvironmentFactory(application=driver, name="production")


@pytest.fixture
def test(driver):
    return EnvironmentFactory(application=driver, name="test", purpose="test")


@pytest.fixture
def mira(acme, driver):
    person = UserFactory(email="mira@acme.example", name="Mira Kovac", company=acme)
    MembershipFactory(application=driver, user=person)
    return person


@pytest.fixture
def visit(client):
    def enter(person):
        client.force_login(person)
        return client

    return enter


def seat_of(person):
    return person.memberships.get()


def page_of(client, place):
    address = reverse("applications:access", args=[place.application_id])
    return client.get(f"{address}?environment={place.name}")


def save(client, place, tick=(), shown=()):
    address = reverse("applications:change_rights", args=[place.pk])
    return client.post(address, {"tick": list(tick), "shown": list(shown)})


def text_of(answer):
    return " ".join(answer.content.decode().split())


def lines_of(answer):
    text = answer.getvalue().decode().lstrip("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def cell(answer, person, right):
    (row,) = [row for row in answer.context["matrix"].rows if row.person == person]
    return next(box for box in row.cells if box.right == right)


def test_the_contact_ticks_boxes_and_saves_them(visit, test, mira, bob):
    """PE-01, TC-15"""
    client, key = visit(bob), seat_of(mira).pk

    answer = save(client, test, tick=[f"{key}:deploy", f"{key}:backups"])

    assert answer.status_code == 302
    assert "environment=test" in answer.url
    assert rights.rights_on(mira, test) == {Right.DEPLOY, Right.BACKUPS}
    said = text_of(client.get(answer.url))
    assert "Mira Kovac: given Deploy, start and stop, Backups." in said
    assert "changed the rights of Mira Kovac on Driver App, test" in said


def test_a_box_that_was_shown_and_is_not_ticked_is_taken_away(visit, test, mira, bob):
    GrantFactory(environment=test, user=mira, right=Right.DEPLOY)
    key = seat_of(mira).pk

    save(visit(bob), test, tick=[f"{key}:backups"], shown=[f"{key}:deploy"])

    assert rights.rights_on(mira, test) == {Right.BACKUPS}


def test_a_page_of_yesterday_undoes_nothing_of_today(visit, test, mira, bob):
    """Deploy was given since the page was shown; the page says nothing about it."""
    GrantFactory(environment=test, user=mira, right=Right.DEPLOY)

    save(visit(bob), test, tick=[f"{seat_of(mira).pk}:backups"])

    assert rights.rights_on(mira, test) == {Right.DEPLOY, Right.BACKUPS}


def test_a_member_reads_the_table_and_changes_nothing(visit, test, mira):
    """PE-03"""
    GrantFactory(environment=test, user=mira, right=Right.BACKUPS)
    client = visit(mira)

    page = page_of(client, test)

    assert 'type="checkbox" name="tick"' not in text_of(page)
    assert "Save rights" not in text_of(page)
    assert cell(page, mira, Right.BACKUPS).was_ticked
    answer = save(client, test, tick=[f"{seat_of(mira).pk}:deploy"])
    assert answer.status_code == 403
    assert rights.rights_on(mira, test) == {Right.BACKUPS}


def test_an_admin_reads_the_table_and_changes_nothing(visit, test, mira, alice):
    client = visit(alice)

    page = page_of(client, test)

    assert not page.context["matrix"].is_editable
    assert save(client, test, tick=[f"{seat_of(mira).pk}:deploy"]).status_code == 403


def test_boxes_of_the_contact_are_locked_and_say_why(visit, test, bob, mira):
    """TC-31"""
    page = page_of(visit(bob), test)

    box = cell(page, bob, Right.ALERTS)
    assert (box.is_ticked, box.lock) == (True, "role")
    assert 'aria-describedby="lock-role"' in text_of(page)
    assert '<li id="lock-role">goes with the role of technical contact</li>' in text_of(
        page
    )


def test_who_manages_permissions_gives_what_they_hold(visit, test, mira, acme):
    """E24"""
    manager = UserFactory(name="Max Stein", company=acme)
    for right in (Right.MANAGE_PERMISSIONS, Right.BACKUPS):
        GrantFactory(environment=test, user=manager, right=right)

    page = page_of(visit(manager), test)

    locks = {right: cell(page, mira, right).lock for right in Right}
    assert locks[Right.BACKUPS] is None
    assert locks[Right.DEPLOY] == "not_held"
    assert locks[Right.MANAGE_PERMISSIONS] == "contact_only"


def test_what_is_refused_stays_ticked_with_the_reason(visit, test, mira, bob):
    """E24"""
    key = seat_of(mira).pk

    page = save(visit(bob), test, tick=[f"{key}:api"])

    assert page.status_code == 200
    assert "The API is of no use to Mira Kovac alone" in text_of(page)
    assert cell(page, mira, Right.API).is_ticked
    assert not Grant.objects.exists()


def test_a_deactivated_member_is_listed_and_powerless(visit, test, mira, bob):
    """PE-03"""
    GrantFactory(environment=test, user=mira, right=Right.BACKUPS)
    mira.is_active = False
    mira.save()

    page = page_of(visit(bob), test)

    assert cell(page, mira, Right.BACKUPS).is_ticked
    assert cell(page, mira, Right.BACKUPS).lock is None
    assert cell(page, mira, Right.DEPLOY).lock == "powerless"
    assert "a deactivated account holds nothing" in text_of(page)


def test_alerts_are_ticked_by_who_may_see_them(visit, test, mira):
    """AL-10"""
    GrantFactory(environment=test, user=mira, right=Right.MONITORING)
    client = visit(mira)

    page = page_of(client, test)
    save(client, test, tick=[f"{seat_of(mira).pk}:alerts"])

    assert page.context["matrix"].is_editable
    assert Right.ALERTS in rights.rights_on(mira, test)


def test_the_former_contact_keeps_grants_and_may_no_more(
    visit, test, bob, driver, mira
):
    """E6"""
    GrantFactory(environment=test, user=bob, right=Right.BACKUPS)
    driver.technical_contacts.all().delete()
    TechnicalContactFactory(application=driver, user=mira)
    client = visit(bob)

    page = page_of(client, test)

    assert cell(page, bob, Right.BACKUPS).was_ticked
    assert not cell(page, bob, Right.DEPLOY).was_ticked
    assert save(client, test, tick=[f"{seat_of(bob).pk}:deploy"]).status_code == 403
    file = reverse("applications:export_rights", args=[driver.pk])
    assert client.get(file).status_code == 403


def test_what_is_no_box_changes_nothing(visit, test, mira, bob, depot):
    """Boxes of other teams, of nobody and of no right."""
    MembershipFactory(application=depot, user=mira)
    foreign = mira.memberships.get(application=depot).pk

    answer = save(
        visit(bob), test, tick=[f"{foreign}:deploy", "0:deploy", "x", "1:fly"]
    )

    assert answer.status_code == 302
    assert not Grant.objects.exists()


def test_a_right_of_production_needs_the_second_factor_again(
    visit, production, mira, bob
):
    """PE-04"""
    secret = switch_on(bob)
    client = visit(bob)

    asked = save(client, production, tick=[f"{seat_of(mira).pk}:deploy"])

    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    assert not Grant.objects.exists()
    client.post(asked.url, {"code": app_code(secret)})
    assert rights.rights_on(mira, production) == {Right.DEPLOY}


@pytest.mark.parametrize(
    ("place", "purpose"), [("test", "production"), ("production", "test")]
)
def test_a_place_becomes_production_or_ceases_to_with_the_second_factor(
    visit, place, purpose, bob, request
):
    """PE-04: otherwise rights of production are had by way of another purpose."""
    environment = request.getfixturevalue(place)
    secret = switch_on(bob)
    client = visit(bob)
    address = reverse("applications:change_environment", args=[environment.pk])

    asked = client.post(address, {"name": place, "purpose": purpose})

    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    environment.refresh_from_db()
    assert environment.purpose == place
    client.post(asked.url, {"code": app_code(secret)})
    environment.refresh_from_db()
    assert environment.purpose == purpose


@pytest.mark.parametrize("place", ["test", "production"])
def test_without_a_second_factor_or_off_production_nothing_is_asked(
    visit, place, mira, bob, request
):
    """PE-04"""
    environment = request.getfixturevalue(place)
    if place == "test":
        switch_on(bob)

    save(visit(bob), environment, tick=[f"{seat_of(mira).pk}:deploy"])

    assert rights.rights_on(mira, environment) == {Right.DEPLOY}


def test_production_is_shown_first_and_another_by_name(visit, test, production, bob):
    client = visit(bob)
    address = reverse("applications:access", args=[test.application_id])

    first = client.get(address).context["matrix"].environment
    named = client.get(f"{address}?environment=test").context["matrix"].environment
    unknown = client.get(f"{address}?environment=moon").context["matrix"].environment

    assert (first, named, unknown) == (production, test, production)


def test_on_premises_the_page_says_who_decides(visit, depot, bob):
    """TC-06"""
    answer = visit(bob).get(reverse("applications:access", args=[depot.pk]))

    assert answer.context["matrix"] is None
    assert "This app runs on your own servers" in text_of(answer)


def test_a_cloud_app_without_an_environment_says_so(visit, driver, bob):
    answer = visit(bob).get(reverse("applications:access", args=[driver.pk]))

    assert "No environment yet" in text_of(answer)


# The list as a file


@pytest.fixture
def file(driver):
    return reverse("applications:export_rights", args=[driver.pk])


def test_the_list_names_environments_people_and_rights(
    visit, file, test, production, mira, bob
):
    """TC-32, PE-06"""
    GrantFactory(environment=test, user=mira, right=Right.DEPLOY)

    answer = visit(bob).get(file)

    assert answer["Content-Disposition"] == (
        'attachment; filename="rights-driver-app.csv"'
    )
    lines = {(row["Environment"], row["Person"]): row for row in lines_of(answer)}
    assert lines.keys() == {
        (place, person)
        for place in ("test", "production")
        for person in ("Bob Weber", "Mira Kovac")
    }
    contact, member = lines["production", "Bob Weber"], lines["test", "Mira Kovac"]
    assert contact["Technical contact"] == "yes"
    assert contact["Receive alerts"] == "by the role"
    assert contact["Use the API"] == ""
    assert member["Deploy, start and stop"] == "granted"
    assert member["Backups"] == ""
    assert member["E-mail"] == "mira@acme.example"


def test_the_list_says_what_has_no_effect(visit, file, test, mira, bob):
    """PE-03"""
    GrantFactory(environment=test, user=mira, right=Right.DEPLOY)
    mira.is_active = False
    mira.save()

    lines = {row["Person"]: row for row in lines_of(visit(bob).get(file))}

    assert lines["Mira Kovac"]["Account"] == "deactivated"
    assert lines["Mira Kovac"]["Deploy, start and stop"] == "granted, without effect"


@pytest.mark.parametrize(
    ("who", "code"),
    [("bob", 200), ("alice", 200), ("stella", 200), ("mira", 403), ("charlie", 404)],
)
def test_who_gets_the_list(visit, file, mira, who, code, request):
    """TC-32"""
    assert visit(request.getfixturevalue(who)).get(file).status_code == code


def test_no_name_is_run_as_a_formula(visit, file, test, mira, bob):
    mira.name = '=HYPERLINK("http://bad.example")'
    mira.save()

    names = {row["Person"] for row in lines_of(visit(bob).get(file))}

    assert names == {"Bob Weber", '\'=HYPERLINK("http://bad.example")'}


def test_the_list_of_a_company_is_for_its_admins(
    visit, acme, globex, test, depot, alice, bob, charlie
):
    """PE-06"""
    address = reverse("companies:export_rights")

    mine = lines_of(visit(alice).get(address))
    theirs = lines_of(visit(charlie).get(address))

    assert {row["App"] for row in mine} == {"Driver App", "Depot Control"}
    assert {row["Company"] for row in mine} == {"Acme"}
    assert theirs == []
    assert visit(bob).get(address).status_code == 403


def test_the_list_costs_the_same_for_many(
    visit, alice, acme, test, mira, django_assert_max_num_queries
):
    for _number in range(4):
        GrantFactory(environment=EnvironmentFactory(application=test.application))
    client = visit(alice)
    address = reverse("companies:export_rights")
    client.get(address).getvalue()

    with django_assert_max_num_queries(7):
        client.get(address).getvalue()
