"""The sweep: exactly once per license, end, step and person [E10, LI-03, LI-21]."""

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from companies.models import ActivityEntry
from licenses import actions, tasks
from licenses.actions import reminders as sweep
from licenses.models import License, RenewalReminder
from outbox.models import Message
from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.companies import CompanyFactory, UserFactory
from tests.factories.licenses import LicenseFactory, LicenseKeyFactory
from tests.licenses.conftest import appoint

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 6)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def on(days_left, hour=12):
    """So many days before the last valid day, where Acme is."""
    day = DUE - timedelta(days=days_left)
    return datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM)


def remind(at):
    return actions.remind_of_renewal(at=at)


def told():
    return sorted(Message.objects.values_list("recipient", flat=True))


@pytest.fixture
def solo(acme, bob):
    """One license of one app with one contact."""
    application = ApplicationFactory(company=acme, name="Weighbridge")
    appoint(application, bob)
    return LicenseFactory(
        environment=EnvironmentFactory(application=application),
        starts_on=None,
        ends_on=DUE,
    )


@pytest.mark.parametrize("days_left", [90, 30, 15, 7, -1])
def test_a_step_is_told_on_its_day(solo, days_left):
    """E10"""
    assert remind(on(days_left)).letters == 1
    assert RenewalReminder.objects.get().days_before == days_left


def test_nothing_is_told_before_the_first_step(solo):
    assert remind(on(91)).letters == 0


def test_the_day_begins_at_the_companys_midnight(solo):
    """E11: customer time zone versus UTC."""
    assert remind(on(91, hour=23)).letters == 0
    assert remind(on(90, hour=0)).letters == 1


def test_far_away_the_same_moment_is_another_day(solo, acme):
    """E11"""
    acme.time_zone = "Pacific/Auckland"
    acme.save()

    assert remind(on(91, hour=13)).letters == 0
    assert remind(on(91, hour=15)).letters == 1


def test_companies_in_many_zones_are_swept_at_once(bob):
    """E11"""
    for zone in ("Pacific/Kiritimati", "Europe/Amsterdam", "Pacific/Pago_Pago"):
        company = CompanyFactory(time_zone=zone)
        application = ApplicationFactory(company=company)
        appoint(application, bob)
        LicenseFactory(
            environment=EnvironmentFactory(application=application), ends_on=DUE
        )

    assert remind(on(90, hour=11)).letters == 2
    assert remind(on(90, hour=13)).letters == 1


def test_a_second_sweep_finds_nothing(solo):
    """E10: the scheduler runs twice."""
    remind(on(15))

    assert remind(on(15, hour=13)).letters == 0
    assert remind(on(14)).letters == 0
    assert Message.objects.count() == 1


def test_the_whole_ladder_tells_five_times(solo):
    """E10"""
    for days_left in range(100, -40, -1):
        remind(on(days_left))

    steps = RenewalReminder.objects.order_by("told_at").values_list("days_before")
    assert [step for (step,) in steps] == [90, 30, 15, 7, -1]
    assert Message.objects.count() == 5


def test_a_missed_day_is_caught_up(solo):
    """E10"""
    assert remind(on(80)).letters == 1
    assert RenewalReminder.objects.get().days_before == 90


def test_missed_steps_are_caught_up_with_the_latest_alone(solo):
    """E10"""
    assert remind(on(10)).letters == 1

    assert RenewalReminder.objects.get().days_before == 15
    assert remind(on(7)).letters == 1


def test_the_step_after_the_end_is_caught_up_until_the_grace_ends(solo):
    """E10"""
    assert remind(on(-31)).letters == 0
    assert remind(on(-30)).letters == 1


def test_every_contact_is_told(production):
    """E10, LI-03"""
    assert remind(on(15)).letters == 2
    assert told() == ["bob@acme.example", "priya@acme.example"]
    assert RenewalReminder.objects.get().told == "Bob Weber, Priya Raman"


def test_a_contact_without_an_account_is_told_too(solo, acme):
    """An imported portfolio names people who have not registered yet."""
    stranger = UserFactory(company=acme, unregistered=True)
    appoint(solo.application, stranger)

    remind(on(15))

    assert stranger.email in told()


def test_a_contact_added_later_gets_the_next_step(solo, priya):
    """E10"""
    remind(on(15))
    appoint(solo.application, priya)

    assert remind(on(14)).letters == 0
    remind(on(7))
    assert told().count("priya@acme.example") == 1


def test_a_deactivated_contact_is_left_out(production, priya):
    """E4"""
    priya.is_active = False
    priya.save()

    remind(on(15))

    assert told() == ["bob@acme.example"]


def test_licenses_that_end_together_share_a_letter(production, acceptance):
    tally = remind(on(15))

    assert (tally.letters, tally.licenses) == (2, 2)
    assert RenewalReminder.objects.count() == 2
    keys = set(Message.objects.values_list("key", flat=True))
    assert keys == {"license-renewal:2026-12-06:15:20417+20418"}


def test_licenses_that_end_on_different_days_do_not(production, acceptance):
    License.objects.filter(pk=acceptance.pk).update(ends_on=DUE + timedelta(days=1))

    assert remind(on(14)).letters == 4


def test_many_licenses_make_several_letters(solo):
    for _ in range(sweep.LICENSES_PER_LETTER):
        LicenseFactory(
            environment=EnvironmentFactory(application=solo.application), ends_on=DUE
        )

    tally = remind(on(15))

    assert (tally.letters, tally.licenses) == (2, sweep.LICENSES_PER_LETTER + 1)
    assert all(len(message.key) <= 200 for message in Message.objects.all())


def test_licenses_of_one_app_share_a_letter_across_batches(
    production, acceptance, monkeypatch
):
    monkeypatch.setattr(sweep, "BATCH", 1)

    assert remind(on(15)).letters == 2


def test_small_batches_forget_nothing(bob, acme, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 2)
    for number in range(5):
        application = ApplicationFactory(company=acme)
        appoint(application, bob)
        LicenseFactory(
            environment=EnvironmentFactory(application=application),
            ends_on=DUE + timedelta(days=number % 2),
        )

    assert remind(on(20)).letters == 5


def test_the_constraint_holds_a_step_to_once(solo, at):
    RenewalReminder.objects.create(license=solo, due_on=DUE, days_before=15)

    with pytest.raises(IntegrityError), transaction.atomic():
        RenewalReminder.objects.create(license=solo, due_on=DUE, days_before=15)


def test_a_renewal_stops_the_reminders(solo):
    """E10"""
    remind(on(15))
    actions.renew_license(license=solo, ends_on=date(2027, 12, 6), by=None, at=on(10))
    Message.objects.all().delete()

    for days_left in range(10, -31, -1):
        remind(on(days_left))

    assert not Message.objects.exists()


def test_a_renewal_begins_the_ladder_anew(solo):
    """E10: the end date moves."""
    remind(on(90))
    actions.renew_license(license=solo, ends_on=date(2027, 3, 6), by=None, at=on(80))

    remind(on(0))

    rows = RenewalReminder.objects.order_by("due_on")
    assert [(row.due_on, row.days_before) for row in rows] == [
        (DUE, 90),
        (date(2027, 3, 6), 90),
    ]


def test_a_renewed_license_is_reminded_of_until_its_new_key_is_active(solo, bob):
    """E12, LI-23: what runs out is the old key."""
    key = LicenseKeyFactory(license=solo, in_use=True)
    License.objects.update(runs_until=key.ends_on)
    actions.renew_license(license=solo, ends_on=date(2027, 12, 6), by=None, at=on(20))

    assert remind(on(15)).letters == 1

    new = actions.generate_key(license=solo, server_id="7C41-E09B", by=bob, at=on(14))
    actions.activate_key(key=new, by=bob, at=on(14))
    assert remind(on(7)).letters == 0


def test_off_boarded_environments_are_left_alone(solo, at):
    """E10"""
    solo.environment.offboarded_at = at
    solo.environment.save()

    assert remind(on(15)).letters == 0


def test_off_boarded_applications_are_left_alone(solo, at):
    """E10"""
    application = solo.application
    application.offboarded_at = at
    application.save()

    assert remind(on(15)).letters == 0


def test_cloud_renewals_go_to_the_account_executive(cloud_license):
    """LI-05: nobody at the customer has anything to do."""
    remind(on(15))

    assert told() == ["willem@aldwick.example"]


def test_without_an_executive_the_success_manager_is_told(cloud_license, acme, stella):
    acme.account_executive = None
    acme.customer_success_manager = stella
    acme.save()

    remind(on(15))

    assert told() == ["stella@aldwick.example"]


def test_without_either_the_support_desk_is_told(cloud_license, acme):
    acme.account_executive = None
    acme.save()

    remind(on(15))

    assert told() == ["support@aldwick.example"]
    assert RenewalReminder.objects.get().told == "support@aldwick.example"


def test_admins_stand_in_where_no_contact_can_be_reached(solo, bob, alice):
    bob.is_active = False
    bob.save()

    remind(on(15))

    message = Message.objects.get()
    assert message.recipient == "alice@acme.example"
    assert "no technical contact of Weighbridge can be reached" in flat(message.text)


def test_the_executive_stands_in_where_nobody_at_the_customer_can(solo, bob):
    bob.is_active = False
    bob.save()

    remind(on(15))

    message = Message.objects.get()
    assert message.recipient == "willem@aldwick.example"
    assert "neither a technical contact of Weighbridge" in flat(message.text)


def flat(text):
    return " ".join(text.split())


def test_who_was_told_is_in_the_activity(solo):
    remind(on(15))

    entry = ActivityEntry.objects.about(solo.application.pk).get()
    assert str(entry) == f"Aldwick reminded Bob Weber that {solo} ends"


def test_the_letter_is_filed_under_its_application(solo):
    remind(on(15))

    assert Message.objects.about(solo.application.pk).count() == 1
    assert Message.objects.concerning(solo).count() == 1


def test_a_failure_takes_the_batch_back(solo, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(sweep, "_written", fail)

    with pytest.raises(RuntimeError):
        remind(on(15))

    assert not Message.objects.exists()
    monkeypatch.undo()
    assert remind(on(15)).letters == 1


def test_the_task_sweeps_now(solo, monkeypatch):
    monkeypatch.setattr(tasks.timezone, "now", lambda: on(15))

    tasks.remind_of_renewal()

    assert Message.objects.count() == 1


def test_queries_do_not_grow_with_the_applications(
    acme, bob, django_assert_max_num_queries
):
    """A batch costs what one row costs, and an activity entry for each license."""
    for _ in range(10):
        application = ApplicationFactory(company=acme)
        appoint(application, bob)
        LicenseFactory(
            environment=EnvironmentFactory(application=application), ends_on=DUE
        )

    with django_assert_max_num_queries(50):
        assert remind(on(15)).letters == 10


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_nothing_twice(acme, bob, monkeypatch):
    """E10: two processes."""
    monkeypatch.setattr(sweep, "BATCH", 3)
    for _ in range(20):
        application = ApplicationFactory(company=acme)
        appoint(application, bob)
        LicenseFactory(
            environment=EnvironmentFactory(application=application), ends_on=DUE
        )
    barrier = threading.Barrier(4)
    tallies = []

    def run():
        barrier.wait()
        tallies.append(remind(on(15)))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(tally.letters for tally in tallies) == 20
    assert Message.objects.count() == 20
    assert RenewalReminder.objects.count() == 20
