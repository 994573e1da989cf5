"""The activity log as people read it: who, what for, how far back, as a file."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from companies import audit
from companies.models import ActivityEntry
from companies.verbs import Verb
from contacts.models import Right
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.contacts import GrantFactory, TechnicalContactFactory

LOG = reverse("companies:activity")
FILE = reverse("companies:export_activity")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def depot(acme, bob):
    application = ApplicationFactory(company=acme, name="Depot Control")
    TechnicalContactFactory(application=application, user=bob)
    return application


@pytest.fixture
def done(acme, now):
    """One more thing somebody did so many days ago."""

    def do(by, verb=Verb.TEAM_JOINED, days=0, company=acme, **facts):
        at = now - timedelta(days=days, minutes=ActivityEntry.objects.count())
        facts = {"thing": "Depot Control", "old": "", "new": "Dora Lind"} | facts
        return audit.record(company=company, by=by, verb=verb, at=at, **facts)

    return do


@pytest.fixture
def visit(client):
    def enter(person):
        client.force_login(person)
        return client

    return enter


def text_of(answer):
    return " ".join(answer.content.decode().split())


def lines_of(answer):
    text = answer.getvalue().decode().lstrip("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def found(answer):
    return [entry.new for entry in answer.context["page"]]


def test_a_company_reads_what_was_done_there(visit, done, alice, bob, charlie, globex):
    """CO-18"""
    done(bob)
    done(charlie, company=globex, new="Nobody of Acme")

    page = visit(alice).get(LOG)

    assert "<b>Bob Weber</b> added Dora Lind to the team of Depot Control" in text_of(
        page
    )
    assert found(page) == ["Dora Lind"]


@pytest.mark.parametrize(
    ("who", "code"), [("alice", 200), ("stella", 200), ("bob", 403), ("dora", 403)]
)
@pytest.mark.parametrize("address", [LOG, FILE])
def test_who_reads_the_log_of_a_company(visit, who, code, address, request):
    assert visit(request.getfixturevalue(who)).get(address).status_code == code


def test_support_reads_every_company(visit, done, stella, bob, charlie, globex):
    done(bob)
    done(charlie, company=globex, new="Greta Holm")

    page = visit(stella).get(LOG)

    assert found(page) == ["Dora Lind", "Greta Holm"]
    assert "<span>Globex</span>" in text_of(page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=greta", ["Greta"]),
        ("q=OLD VALUE", ["Greta"]),
        ("q=weber", ["Dora Lind", "Key 7"]),
        ("who=alice", ["Greta"]),
        ("who=alice&q=dora", []),
        ("kind=access", ["Dora Lind", "Greta"]),
        ("kind=licenses", ["Key 7"]),
        ("kind=nonsense", ["Dora Lind", "Greta", "Key 7"]),
        ("q=%00", ["Dora Lind", "Greta", "Key 7"]),
        ("since=9999-12-31&until=0001-01-01", ["Dora Lind", "Greta", "Key 7"]),
    ],
)
def test_the_bar_finds_by_person_thing_value_and_kind(
    visit, done, alice, bob, query, expected
):
    """CO-18"""
    done(bob)
    done(alice, Verb.RIGHTS_CHANGED, old="old value", new="Greta")
    done(bob, Verb.KEY_GENERATED, new="Key 7")

    assert found(visit(alice).get(f"{LOG}?{query}")) == expected


def test_days_are_those_of_the_reader(visit, done, alice, bob, now):
    for days in (0, 3, 6):
        done(bob, days=days, new=f"{days} days ago")
    day = timezone.localdate(now - timedelta(days=3))

    page = visit(alice).get(f"{LOG}?since={day}&until={day}")

    assert found(page) == ["3 days ago"]


def test_one_app_of_the_company(visit, done, depot, alice, bob):
    done(bob, about=depot.pk)
    done(bob, new="Elsewhere")

    page = visit(alice).get(f"{LOG}?app={depot.pk}")

    assert found(page) == ["Dora Lind"]
    assert f'<option value="{depot.pk}" selected>Depot Control</option>' in text_of(
        page
    )


def test_an_app_of_somebody_else_shows_nothing(visit, done, depot, charlie, bob):
    """E25"""
    done(bob, about=depot.pk)

    page = visit(charlie).get(f"{LOG}?app={depot.pk}")

    assert found(page) == []
    assert "Depot Control" not in text_of(page)


def test_words_are_looked_for_in_ninety_days_and_the_file_has_all(
    visit, done, alice, bob
):
    """CO-18"""
    done(bob, new="Greta today")
    done(bob, days=89, new="Greta lately")
    done(bob, days=91, new="Greta long ago")
    client = visit(alice)

    page = client.get(f"{LOG}?q=greta")
    file = lines_of(client.get(f"{FILE}?q=greta"))

    assert found(page) == ["Greta today", "Greta lately"]
    assert "Words are looked for in the last 90 days." in text_of(page)
    assert f'href="{FILE}?q=greta"' in text_of(page)
    assert [row["New value"] for row in file] == [
        "Greta today",
        "Greta lately",
        "Greta long ago",
    ]
    assert len(found(client.get(LOG))) == 3


def test_how_far_words_are_looked_for_is_a_setting(visit, done, alice, bob, settings):
    """CO-18"""
    done(bob, days=200, new="Greta")

    settings.ACTIVITY_SEARCHED_DAYS = 0

    assert found(visit(alice).get(f"{LOG}?q=greta")) == ["Greta"]


def test_the_file_says_who_what_when_old_new_and_what_came_of_it(
    visit, done, alice, bob, depot
):
    """CO-18"""
    entry = done(
        bob, Verb.RIGHTS_CHANGED, old="no rights", new="Backups", about=depot.pk
    )
    done(bob, Verb.RIGHTS_REFUSED, days=1, new="not held")

    first, second = lines_of(visit(alice).get(FILE))

    assert first == {
        "When": entry.at.isoformat(timespec="seconds"),
        "Who": "Bob Weber",
        "What": "changed the rights of Depot Control from no rights to Backups",
        "Kind": "Team and rights",
        "Thing": "Depot Control",
        "Old value": "no rights",
        "New value": "Backups",
        "Outcome": "done",
        "Company": "Acme",
        "App": str(depot.pk),
    }
    assert second["Outcome"] == "refused"


def test_no_value_is_run_as_a_formula(visit, done, alice, bob):
    done(bob, new='=cmd|"/c calc"!A1')

    (line,) = lines_of(visit(alice).get(FILE))

    assert line["New value"] == '\'=cmd|"/c calc"!A1'


def test_the_log_of_an_app_is_looked_through_by_its_team(visit, done, depot, bob, dora):
    MembershipFactory(application=depot, user=dora)
    done(bob, about=depot.pk)
    done(bob, Verb.KEY_GENERATED, new="Key 7", about=depot.pk)
    address = reverse("application_activity", args=[depot.pk])

    page = visit(dora).get(f"{address}?kind=licenses")

    assert found(page) == ["Key 7"]
    assert "as CSV" not in text_of(page)


@pytest.mark.parametrize(
    ("who", "code"),
    [("bob", 200), ("alice", 200), ("stella", 200), ("dora", 403), ("charlie", 404)],
)
def test_who_gets_the_log_of_an_app_as_a_file(visit, depot, dora, who, code, request):
    """TC-32"""
    MembershipFactory(application=depot, user=dora)
    address = reverse("application_activity_export", args=[depot.pk])

    answer = visit(request.getfixturevalue(who)).get(address)

    assert answer.status_code == code


def test_the_file_of_an_app_has_that_app_alone(visit, done, depot, bob):
    """TC-32"""
    done(bob, about=depot.pk)
    done(bob, new="Elsewhere")
    address = reverse("application_activity_export", args=[depot.pk])

    answer = visit(bob).get(address)

    assert [row["New value"] for row in lines_of(answer)] == ["Dora Lind"]
    assert "activity-depot-control.csv" in answer["Content-Disposition"]


def test_an_attempt_to_give_rights_one_may_not_give_is_in_the_log(
    visit, acme, alice, dora, bob
):
    """E24, CO-18"""
    driver = ApplicationFactory(company=acme, name="Driver App", cloud=True)
    TechnicalContactFactory(application=driver, user=bob)
    test = EnvironmentFactory(application=driver, name="test", purpose="test")
    GrantFactory(environment=test, user=dora, right=Right.MANAGE_PERMISSIONS)
    seat = driver.memberships.get(user=dora)
    save = reverse("applications:change_rights", args=[test.pk])

    visit(dora).post(save, {"tick": f"{seat.pk}:deploy"})
    visit(alice).post(save, {"tick": f"{seat.pk}:deploy"})

    entries = ActivityEntry.objects.filter(verb="rights_refused").order_by("id")
    assert [row.actor for row in entries] == ["Dora Lind", "Alice Moreau"]
    assert entries[0].thing == "Dora Lind on Driver App, test"
    assert "you do not hold this right yourself" in entries[0].new
