"""A license that is not renewed: planned, taken back, reminded of, run [LI-29]."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from companies.models import ActivityEntry
from contacts import actions as contact_actions
from licenses import actions, tasks
from licenses.models import License
from outbox.models import Message
from tests.factories.licenses import ExpansionRequestFactory, LicenseTermFactory

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DUE = date(2026, 12, 6)
SOONER = date(2026, 11, 30)


@pytest.fixture
def plan(production, stella, at):
    LicenseTermFactory(license=production)

    def planned(license=production, on=DUE, by=stella):
        return actions.plan_end(license=license, on=on, by=by, at=at)

    return planned


def told(template):
    rows = Message.objects.filter(template=f"licenses/emails/{template}")
    return sorted(rows.values_list("recipient", flat=True))


def on(day, hour=9):
    return datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM)


EVERYBODY = [
    "alice@acme.example",
    "bob@acme.example",
    "priya@acme.example",
    "willem@aldwick.example",
]


def test_the_end_of_the_contract_may_be_the_planned_end(plan, production, alice):
    assert plan()

    production.refresh_from_db()
    assert (production.terminates_on, production.ends_on) == (DUE, DUE)
    assert production.is_to_end
    assert told("end_planned") == EVERYBODY


def test_a_sooner_day_moves_the_end_and_keeps_what_was_signed(plan, production):
    plan(on=SOONER)

    production.refresh_from_db()
    assert (production.ends_on, production.due_on) == (SOONER, SOONER)
    assert production.end_moves == 1
    assert production.terms.get().ends_on == DUE
    entry = ActivityEntry.objects.get(verb="end_planned")
    assert (entry.old, entry.new) == (str(DUE), str(SOONER))


def test_planning_the_same_twice_is_one_plan(plan):
    plan()

    assert plan() is False
    assert ActivityEntry.objects.filter(verb="end_planned").count() == 1


def test_the_plan_may_move_within_what_was_signed(plan, production):
    plan(on=SOONER)
    plan(on=DUE)

    production.refresh_from_db()
    assert production.ends_on == DUE


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (DUE + timedelta(days=1), "The license runs until 6 Dec 2026. Renew it first"),
        (date(2026, 11, 20), "This day is over."),
    ],
)
def test_a_day_that_cannot_be_is_refused(plan, production, day, words):
    with pytest.raises(ValidationError, match=words):
        plan(on=day)

    production.refresh_from_db()
    assert production.terminates_on is None


def test_what_has_ended_is_not_planned_to_end(plan, production, at):
    production.environment.offboarded_at = at
    production.environment.save()

    with pytest.raises(ValidationError, match="has ended already"):
        plan()


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_customers_plan_no_end(request, plan, production, who, at):
    person = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        plan(by=person)
    with pytest.raises(PermissionDenied):
        actions.unplan_end(license=production, by=person, at=at)


def test_taking_it_back_gives_the_signed_end(plan, production, stella, at, alice):
    plan(on=SOONER)

    actions.unplan_end(license=production, by=stella, at=at)

    production.refresh_from_db()
    assert (production.terminates_on, production.ends_on) == (None, DUE)
    assert told("end_unplanned") == EVERYBODY


def test_without_a_plan_there_is_nothing_to_take_back(production, stella, at):
    with pytest.raises(ValidationError, match="No end of LIC-20417 is planned"):
        actions.unplan_end(license=production, by=stella, at=at)


def test_nobody_renews_it_by_mistake(plan, production, at):
    plan()

    with pytest.raises(ValidationError, match="planned to end on 6 Dec 2026"):
        actions.renew_license(
            license=production, ends_on=date(2027, 12, 6), by=None, at=at
        )
    with pytest.raises(ValidationError, match="Take that back first"):
        actions.correct_license(
            license=production, ends_on=date(2027, 1, 6), by=None, at=at
        )


# Reminders


def test_reminders_say_that_it_ends_instead_of_asking(plan, production):
    """E10: the ladder goes on, in other words."""
    plan()
    Message.objects.all().delete()

    actions.remind_of_renewal(at=on(DUE - timedelta(days=15)))

    assert told("planned_end_reminder") == ["bob@acme.example", "priya@acme.example"]
    assert told("renewal_reminder") == []
    text = " ".join(Message.objects.first().text.split())
    assert "It is not renewed, as was planned" in text
    assert "No renewal is signed" not in text


def test_what_ends_and_what_is_to_renew_have_a_letter_each(
    plan, production, acceptance
):
    plan()
    Message.objects.all().delete()

    tally = actions.remind_of_renewal(at=on(DUE - timedelta(days=15)))

    assert (tally.letters, tally.licenses) == (4, 2)
    assert len(told("planned_end_reminder")) == len(told("renewal_reminder")) == 2


# The day itself


def test_the_day_after_it_is_off_boarded(plan, production, acceptance, depot):
    plan()

    assert actions.run_planned_ends(at=on(DUE, hour=23)) == 0
    assert actions.run_planned_ends(at=on(DUE + timedelta(days=1), hour=0)) == 1

    production.environment.refresh_from_db()
    assert production.environment.offboarded_at
    assert "bob@acme.example" in told("environment_offboarded")
    depot.refresh_from_db()
    assert depot.offboarded_at is None


def test_the_company_says_which_day_it_is(plan, production, acme):
    """E11: customer time zone versus UTC."""
    acme.time_zone = "Pacific/Auckland"
    acme.save()
    plan()

    assert actions.run_planned_ends(at=on(DUE, hour=11)) == 0
    assert actions.run_planned_ends(at=on(DUE, hour=12)) == 1


def test_the_last_one_takes_its_app_along(plan, production, depot):
    """LI-29: the plan was the confirmation."""
    plan()

    actions.run_planned_ends(at=on(DUE + timedelta(days=1)))

    depot.refresh_from_db()
    assert depot.offboarded_at


def test_running_it_again_ends_nothing_more(plan, production):
    plan()
    after = on(DUE + timedelta(days=1))

    assert actions.run_planned_ends(at=after) == 1
    assert actions.run_planned_ends(at=after + timedelta(hours=1)) == 0


def test_wishes_for_an_app_that_ended_at_the_desk_are_withdrawn(
    production, depot, bob, stella, at
):
    wish = ExpansionRequestFactory(license=production, asked_by=bob)
    contact_actions.offboard_application(application=depot, by=stella, at=at)

    actions.run_planned_ends(at=at)

    wish.refresh_from_db()
    assert (wish.state, wish.closed_by) == ("withdrawn", None)


def test_wishes_for_what_runs_stay(production, bob, at):
    wish = ExpansionRequestFactory(license=production, asked_by=bob)

    actions.run_planned_ends(at=at)

    wish.refresh_from_db()
    assert wish.is_open


def test_what_has_no_plan_is_left_alone(production):
    assert actions.run_planned_ends(at=on(DUE + timedelta(days=400))) == 0


def test_the_task_runs_now(plan, production, monkeypatch):
    plan()
    now = on(DUE + timedelta(days=2))
    monkeypatch.setattr(tasks.timezone, "now", lambda: now)

    tasks.run_planned_ends()

    assert not License.objects.live().exists()


# Pages


def test_the_license_page_says_it(client, plan, production, bob):
    plan()
    client.force_login(bob)

    said = client.get(production.get_absolute_url()).content.decode()

    assert "not renewed: off-boarded after that day" in said


def test_the_overview_and_the_app_ask_nobody_to_renew(client, production, depot, bob):
    today = production.company.today(datetime.now(AMSTERDAM))
    end = today + timedelta(days=10)
    License.objects.update(ends_on=end, terminates_on=end)
    client.force_login(bob)

    app = client.get(depot.get_absolute_url()).content.decode()
    home = client.get(reverse("home")).content.decode()

    for page in (app, home):
        assert "No renewal is signed" not in page
        assert "Ask to renew" not in page
    assert "It is not renewed: its environment is off-boarded after that day." in app
    assert "Not renewed: its environment is off-boarded after that day" in home


@pytest.fixture
def desk(client, stella):
    client.force_login(stella)
    return client


def test_the_desk_plans_an_end_and_takes_it_back(desk, production):
    day = production.company.today(datetime.now(AMSTERDAM)) + timedelta(days=100)
    License.objects.update(ends_on=day)
    LicenseTermFactory(license=production, ends_on=day)
    plan = reverse("admin:licenses_license_plan_end", args=[production.pk])
    back = reverse("admin:licenses_license_unplan_end", args=[production.pk])

    assert "Last valid day" in desk.get(plan).content.decode()
    desk.post(plan, {"ends_on": (day - timedelta(days=9)).isoformat()})
    production.refresh_from_db()
    assert production.terminates_on == day - timedelta(days=9)

    desk.get(back)
    production.refresh_from_db()
    assert production.terminates_on
    desk.post(back)
    production.refresh_from_db()
    assert (production.terminates_on, production.ends_on) == (None, day)


def test_the_desk_is_told_why_not(desk, production):
    plan = reverse("admin:licenses_license_plan_end", args=[production.pk])

    said = desk.post(plan, {"ends_on": "2016-01-01"}).content.decode()

    assert "This day is over." in said


def test_what_is_brought_back_does_not_end_again(plan, production, stella):
    """Bringing back takes the plan back, or the next run would end it again."""
    plan(on=SOONER)
    after = on(SOONER + timedelta(days=1))
    actions.run_planned_ends(at=after)
    production.refresh_from_db()

    actions.bring_back_environment(
        environment=production.environment, by=stella, at=after
    )

    assert actions.run_planned_ends(at=after) == 0
    production.refresh_from_db()
    assert (production.terminates_on, production.ends_on) == (None, DUE)
