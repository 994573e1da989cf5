from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from icalendar import Calendar

from companies.models import ActivityEntry, ServiceLevel, User
from operations import actions
from operations.models import MaintenanceWindow, WindowReading
from outbox.models import Message
from tests.factories.apps import (
    ApplicationFactory,
    EnvironmentFactory,
    MembershipFactory,
)
from tests.factories.contacts import TechnicalContactFactory
from tests.operations.conftest import NOW, START

ANNOUNCING = NOW + timedelta(days=7)


def recipients(template):
    rows = Message.objects.filter(template=f"operations/emails/{template}")
    return sorted(rows.values_list("recipient", flat=True))


def calendar_of(message):
    part = message.attachments.get()
    return Calendar.from_ical(bytes(part.content))


def test_plan_window_tells_nobody_before_its_time(plan):
    window = plan()

    assert window.announced_at is None
    assert Message.objects.count() == 0
    assert actions.announce_due(at=NOW) == 0


def test_announce_due_tells_the_contact_once(plan, bob):
    """MA-01, MA-12"""
    plan()

    announced = [actions.announce_due(at=ANNOUNCING) for _ in range(2)]

    assert announced == [1, 0]
    assert recipients("announced") == [bob.email]


def test_what_begins_soon_waits_for_no_morning(plan, bob):
    """MA-12: quiet hours and a letter a day are for what can wait."""
    User.objects.filter(pk=bob.pk).update(quiet_from=time(0), quiet_until=time(23, 59))
    window = plan()
    soon = START - timedelta(hours=20)

    actions.announce_window(window, at=soon)

    message = Message.objects.get()
    assert message.priority == Message.Priority.URGENT
    assert not hasattr(message, "postponement")


def test_what_begins_later_is_no_alarm(plan):
    actions.announce_window(plan(), at=ANNOUNCING)

    assert Message.objects.get().priority == Message.Priority.NORMAL


def test_the_longest_lead_of_the_touched_service_levels_counts(plan, acme):
    """MA-03"""
    acme.service_level = ServiceLevel.objects.create(
        name="Platinum", support_hours="always", maintenance_notice_days=8
    )
    acme.save()

    window = plan()

    assert window.announce_at.date() == (START - timedelta(days=10)).date()


def test_short_notice_is_told_at_once(plan, bob):
    plan(at=START - timedelta(days=1))

    assert recipients("announced") == [bob.email]


def test_an_emergency_is_told_at_once(plan, bob):
    """E19, MA-17"""
    plan(kind=MaintenanceWindow.Kind.EMERGENCY)

    assert recipients("announced") == [bob.email]


def test_the_contact_at_sending_time_is_told(plan, driver_app, alice, bob):
    """E18"""
    plan()
    MembershipFactory(application=driver_app, user=alice)
    driver_app.technical_contacts.update(user=alice)

    actions.announce_due(at=ANNOUNCING)

    assert recipients("announced") == [alice.email]


def test_one_person_with_two_apps_gets_one_mail(plan, production, acme, bob):
    claims = ApplicationFactory(company=acme, name="Claims Desk", cloud=True)
    TechnicalContactFactory(application=claims, user=bob)
    other = EnvironmentFactory(application=claims, name="production")
    plan(environments=[production, other])

    actions.announce_due(at=ANNOUNCING)

    message = Message.objects.get()
    assert "Claims Desk and Driver App" in message.subject
    assert message.text.count("Claims Desk") >= 1
    assert message.audience == "technical contact, Claims Desk and Driver App"


def test_an_app_nobody_looks_after_is_told_to_its_admins(plan, bob, alice):
    bob.is_active = False
    bob.save()
    plan()

    actions.announce_due(at=ANNOUNCING)

    message = Message.objects.get()
    assert message.recipient == alice.email
    assert "no technical contact who can be reached" in message.text


def test_an_app_without_anybody_is_told_to_support(plan, bob, acme, settings):
    bob.is_active = False
    bob.save()
    acme.account_executive = None
    acme.save()
    plan()

    actions.announce_due(at=ANNOUNCING)

    assert recipients("announced") == [settings.SUPPORT_EMAIL]
    assert Message.objects.get().audience == "support desk, Driver App"


def test_an_app_that_moved_on_premises_since_gets_none(plan, driver_app):
    """E18"""
    plan()
    driver_app.technical_contacts.update(hosting="on_premises")
    driver_app.hosting = "on_premises"
    driver_app.save()

    actions.announce_due(at=ANNOUNCING)

    assert Message.objects.count() == 0


def test_the_mail_shows_the_readers_zone_and_carries_the_window(plan, bob):
    bob.time_zone = "America/New_York"
    bob.save()
    plan()

    actions.announce_due(at=ANNOUNCING)

    message = Message.objects.get()
    event = calendar_of(message).walk("VEVENT")[0]
    assert "Sat 28 Nov 2026, 16:00" in message.text
    assert "EST" in message.text
    assert "Sat 28 Nov 2026, 16:00" in message.html
    assert event["dtstart"].dt == START
    assert event["sequence"] == 0


def test_move_window_tells_who_was_told_and_moves_the_calendar_entry(plan, stella, bob):
    """E18"""
    window = plan()
    actions.announce_due(at=ANNOUNCING)

    actions.move_window(
        window,
        starts_at=START + timedelta(days=1),
        ends_at=START + timedelta(days=1, hours=4),
        by=stella,
        at=ANNOUNCING,
    )

    first, second = Message.objects.order_by("created_at", "key")
    events = [calendar_of(row).walk("VEVENT")[0] for row in (first, second)]
    assert recipients("moved") == [bob.email]
    assert events[0]["uid"] == events[1]["uid"]
    assert [event["sequence"] for event in events] == [0, 1]
    assert second.references.split()[-1] == first.message_id


def test_a_window_moved_twice_is_told_twice(plan, stella):
    window = plan()
    actions.announce_due(at=ANNOUNCING)

    for days in (1, 2):
        actions.move_window(
            window,
            starts_at=START + timedelta(days=days),
            ends_at=START + timedelta(days=days, hours=4),
            by=stella,
            at=ANNOUNCING,
        )

    assert len(recipients("moved")) == 2


def test_move_to_the_same_time_tells_nobody(plan, stella):
    window = plan()
    actions.announce_due(at=ANNOUNCING)

    actions.move_window(
        window, starts_at=START, ends_at=window.ends_at, by=stella, at=ANNOUNCING
    )

    assert recipients("moved") == []


def test_move_before_the_announcement_only_moves_the_announcement(plan, stella):
    window = plan()

    moved = actions.move_window(
        window,
        starts_at=START + timedelta(days=7),
        ends_at=START + timedelta(days=7, hours=4),
        by=stella,
        at=NOW,
    )

    assert moved.announce_at > window.announce_at
    assert Message.objects.count() == 0


def test_cancel_window_tells_who_was_told(plan, stella, bob):
    """E18"""
    window = plan()
    actions.announce_due(at=ANNOUNCING)

    actions.cancel_window(window, by=stella, at=ANNOUNCING)

    cancelled = Message.objects.get(template="operations/emails/cancelled")
    calendar = calendar_of(cancelled)
    assert cancelled.recipient == bob.email
    assert calendar["method"] == "CANCEL"
    assert calendar.walk("VEVENT")[0]["status"] == "CANCELLED"


def test_cancel_before_the_announcement_tells_nobody(plan, stella):
    actions.cancel_window(plan(), by=stella, at=NOW)

    actions.announce_due(at=ANNOUNCING)

    assert Message.objects.count() == 0


@pytest.mark.parametrize("moment", [START, START + timedelta(days=3)])
def test_work_that_has_begun_can_not_change(plan, stella, moment):
    window = plan()

    with pytest.raises(ValidationError, match="can no longer change"):
        actions.cancel_window(window, by=stella, at=moment)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"starts_at": NOW - timedelta(hours=1)}, "starts_at"),
        ({"ends_at": START}, "ends_at"),
        ({"ends_at": START + timedelta(days=15)}, "ends_at"),
        ({"environments": []}, "environments"),
    ],
)
def test_plan_window_refuses(plan, facts, field):
    """E17"""
    with pytest.raises(ValidationError) as refused:
        plan(**facts)

    assert list(refused.value.message_dict) == [field]
    assert MaintenanceWindow.objects.count() == 0


def test_plan_window_refuses_on_premises_and_offboarded(plan, acme):
    own = EnvironmentFactory(application=ApplicationFactory(company=acme))
    gone = EnvironmentFactory(
        application=ApplicationFactory(company=acme, cloud=True, offboarded=True)
    )

    for environment, words in ((own, "On-Premises"), (gone, "off-boarded")):
        with pytest.raises(ValidationError, match=words):
            plan(environments=[environment])


def test_planning_stands_in_the_activity_of_the_app(plan, driver_app):
    window = plan()

    entry = ActivityEntry.objects.about(driver_app.pk).get()
    assert entry.sentence == (f"planned {window} for 2026-11-28, 22:00 CET")


def test_a_company_reads_only_its_own_people_who_were_told(plan, driver_app, charlie):
    """E25"""
    other = ApplicationFactory(company=charlie.company, cloud=True)
    TechnicalContactFactory(application=other, user=charlie)
    environments = [
        *driver_app.environments.all(),
        EnvironmentFactory(application=other),
    ]

    window = plan(environments=environments)
    actions.announce_window(window, at=ANNOUNCING)

    told = {
        app: ActivityEntry.objects.about(app.pk).get(verb="maintenance_announced").new
        for app in (driver_app, other)
    }
    assert told == {driver_app: "Bob Weber", other: "Charlie Novak"}


def test_acknowledging_twice_is_one_reading(plan, bob):
    window = plan()

    for _ in range(2):
        actions.acknowledge_window(window, by=bob, at=NOW)

    assert WindowReading.objects.count() == 1


def test_one_window_that_fails_does_not_hold_back_the_others(
    plan, production, monkeypatch
):
    first = plan(title="First")
    plan(title="Second")
    real = actions.emails.window_changed

    def fail_for_the_first(window, **facts):
        if window.pk == first.pk:
            raise RuntimeError("no template")
        return real(window, **facts)

    monkeypatch.setattr(actions.emails, "window_changed", fail_for_the_first)

    assert actions.announce_due(at=ANNOUNCING) == 1
    assert MaintenanceWindow.objects.due_for_announcement(ANNOUNCING).get() == first


def test_the_mail_says_from_when_the_app_is_not_reachable(plan):
    plan(
        outage_starts_at=START + timedelta(minutes=40),
        outage_minutes=10,
        at=START - timedelta(days=1),
    )

    message = Message.objects.get()
    assert "from 22:40, up to 10 minutes" in message.text
    assert "from 22:40, up to 10 minutes" in message.html


def test_the_outage_moves_with_the_window(plan, stella):
    window = plan(outage_starts_at=START + timedelta(minutes=40), outage_minutes=10)

    moved = actions.move_window(
        window,
        starts_at=START + timedelta(days=1),
        ends_at=START + timedelta(days=1, hours=4),
        by=stella,
        at=NOW,
    )

    assert moved.outage_starts_at == START + timedelta(days=1, minutes=40)


@pytest.mark.parametrize(
    "outage",
    [
        {"outage_starts_at": START},
        {"outage_minutes": 10},
        {"outage_starts_at": START - timedelta(minutes=1), "outage_minutes": 10},
        {"outage_starts_at": START, "outage_minutes": 241},
    ],
)
def test_an_outage_lies_inside_the_window(plan, outage):
    with pytest.raises(ValidationError):
        plan(**outage)
