"""Signing, renewing and correcting the contract behind a license."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from companies.models import ActivityEntry
from licenses import actions
from licenses.models import License, LicenseKey
from outbox.models import Message
from tests.factories.apps import EnvironmentFactory
from tests.factories.licenses import (
    LicenseFactory,
    LicenseKeyFactory,
    LicenseTermFactory,
)

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2027, 12, 6)


def create(environment, at, by=None, **facts):
    usual = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    return actions.create_license(
        environment=environment, by=by, at=at, **(usual | facts)
    )


def test_create_license_signs_the_first_term(depot, stella, at):
    environment = EnvironmentFactory(application=depot)

    license = create(environment, at, by=stella, users=300)

    assert license.application_name == "Depot Control"
    assert license.due_on == date(2026, 12, 31)
    term = license.terms.get()
    assert (term.starts_on, term.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))
    assert term.signed_by == stella
    assert term.signed_at == at


def test_create_license_gives_the_next_number(production, depot, at):
    license = create(EnvironmentFactory(application=depot), at)

    assert license.number == production.number + 1
    assert str(license) == f"LIC-{license.number}"


def test_the_first_license_ever_has_a_number_too(depot, at):
    assert create(EnvironmentFactory(application=depot), at).number == 20001


def test_create_license_writes_who_did_it(depot, stella, at):
    license = create(EnvironmentFactory(application=depot), at, by=stella)

    entry = ActivityEntry.objects.about(depot.pk).get()
    assert str(entry) == f"Stella Brandt created {license}, until 2026-12-31"
    assert entry.company == depot.company


def test_create_license_tells_nobody(depot, at):
    create(EnvironmentFactory(application=depot), at)

    assert not Message.objects.exists()


def test_an_environment_has_one_license(production, at):
    """E13: the second is refused."""
    with pytest.raises(ValidationError, match="has a license already"):
        create(production.environment, at)


def test_the_database_holds_one_license_per_environment(production):
    """LI-10"""
    with pytest.raises(IntegrityError), transaction.atomic():
        LicenseFactory(environment=production.environment)


def test_an_off_boarded_environment_gets_no_license(depot, at):
    environment = EnvironmentFactory(application=depot, offboarded_at=at)

    with pytest.raises(ValidationError, match="is off-boarded"):
        create(environment, at)


def test_a_license_ends_after_it_starts(depot, at):
    environment = EnvironmentFactory(application=depot)

    with pytest.raises(ValidationError, match="ends after it starts"):
        create(environment, at, ends_on=date(2025, 12, 31))


def test_the_start_may_be_unknown(depot, at):
    license = create(EnvironmentFactory(application=depot), at, starts_on=None)

    assert license.starts_on is None
    assert license.terms.get().starts_on is None


def test_a_serial_number_belongs_to_one_license_of_an_app(depot, at):
    create(EnvironmentFactory(application=depot), at, serial="4c2713a1")

    with pytest.raises(ValidationError, match="known already"):
        create(EnvironmentFactory(application=depot), at, serial="4c2713a1")


def test_no_serial_number_is_no_clash(depot, at):
    create(EnvironmentFactory(application=depot), at)
    create(EnvironmentFactory(application=depot), at)

    assert License.objects.count() == 2


@pytest.mark.parametrize("who", ["alice", "bob", "charlie"])
def test_customers_sign_no_contracts(request, production, depot, at, who):
    person = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        create(EnvironmentFactory(application=depot), at, by=person)
    with pytest.raises(PermissionDenied):
        renew(production, at, by=person)
    with pytest.raises(PermissionDenied):
        actions.correct_license(license=production, by=person, at=at, users=1000)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers(depot, at):
    places = [EnvironmentFactory(application=depot) for _ in range(4)]
    barrier = threading.Barrier(len(places))

    def sign(environment):
        barrier.wait()
        create(environment, at)
        connection.close()

    threads = [threading.Thread(target=sign, args=[place]) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = sorted(License.objects.values_list("number", flat=True))
    assert numbers == [20001, 20002, 20003, 20004]


# Renewal


def renew(license, at, by=None, ends_on=NEXT_YEAR, **facts):
    return actions.renew_license(
        license=license, ends_on=ends_on, by=by, at=at, **facts
    )


def test_renew_license_adds_the_next_term(production, stella, at):
    renew(production, at, by=stella)

    term = production.terms.get(ends_on=NEXT_YEAR)
    assert term.starts_on == date(2026, 12, 7)
    assert term.signed_by == stella
    production.refresh_from_db()
    assert production.ends_on == NEXT_YEAR
    assert production.due_on == NEXT_YEAR


def test_renewal_of_an_ended_license_begins_today(production, at):
    later = at + timedelta(days=40)

    renew(production, later)

    term = production.terms.get(ends_on=NEXT_YEAR)
    assert term.starts_on == later.date()


def test_a_renewed_license_runs_on_its_old_key_until_the_new_one_is_active(
    production, at
):
    """E12"""
    production.runs_until = production.ends_on
    production.save()

    renew(production, at)

    assert production.is_renewed_not_activated
    assert production.due_on == date(2026, 12, 6)
    assert list(License.objects.renewed_not_activated()) == [production]
    today = production.company.today(at)
    assert production.standing(today).state_code == "license.renewed"


def test_renew_license_may_change_the_users(production, at):
    renew(production, at, users=500)

    production.refresh_from_db()
    assert production.users == 500


def test_renewal_keeps_the_users_otherwise(production, at):
    renew(production, at)

    production.refresh_from_db()
    assert production.users == 300


@pytest.mark.parametrize("ends_on", [date(2026, 12, 6), date(2026, 12, 5)])
def test_a_renewal_ends_later_than_what_it_renews(production, at, ends_on):
    with pytest.raises(ValidationError, match="runs until 6 Dec 2026"):
        renew(production, at, ends_on=ends_on)


def test_a_doubled_renewal_is_refused_not_repeated(production, at):
    renew(production, at)

    with pytest.raises(ValidationError):
        renew(production, at)

    assert production.terms.filter(ends_on=NEXT_YEAR).count() == 1


def test_a_renewal_judges_the_row_not_the_copy_in_hand(production, at):
    stale = License.objects.get(pk=production.pk)
    renew(production, at)

    with pytest.raises(ValidationError):
        renew(stale, at)


def test_an_off_boarded_license_is_not_renewed(production, at):
    production.environment.offboarded_at = at
    production.environment.save()

    with pytest.raises(ValidationError, match="is off-boarded"):
        renew(production, at)


def test_a_term_cannot_end_before_it_begins(production, at):
    with pytest.raises(ValidationError, match="ends after it starts"):
        renew(production, at, starts_on=NEXT_YEAR + timedelta(days=1))


def test_renewal_is_in_the_activity(production, depot, stella, at):
    renew(production, at, by=stella)

    entry = ActivityEntry.objects.about(depot.pk).get()
    assert entry.sentence == "renewed LIC-20417 from 2026-12-06 until 2027-12-06"


def test_renewal_tells_every_contact(production, at, stella):
    renew(production, at, by=stella)

    told = Message.objects.values_list("recipient", flat=True)
    assert sorted(told) == ["bob@acme.example", "priya@acme.example"]


def test_renewal_on_cloud_tells_the_account_executive_alone(cloud_license, at, stella):
    """LI-05"""
    renew(cloud_license, at, by=stella)

    assert [m.recipient for m in Message.objects.all()] == ["willem@aldwick.example"]


def test_who_renews_is_not_told(cloud_license, at, willem):
    renew(cloud_license, at, by=willem)

    assert not Message.objects.exists()


def test_a_key_in_use_is_left_alone_by_a_renewal(production, at):
    """E12"""
    key = LicenseKeyFactory(license=production, in_use=True)

    renew(production, at)

    key.refresh_from_db()
    assert key.is_in_use


# Correction


def test_correct_license_changes_what_differs(production, depot, stella, at):
    changed = actions.correct_license(
        license=production, by=stella, at=at, users=301, notes=""
    )

    assert changed == ["users"]
    production.refresh_from_db()
    assert production.users == 301
    entry = ActivityEntry.objects.about(depot.pk).get()
    assert entry.sentence == "corrected users of LIC-20417"


def test_nothing_is_written_when_nothing_differs(production, depot, at):
    assert actions.correct_license(license=production, by=None, at=at, users=300) == []

    assert not ActivityEntry.objects.exists()


def test_a_corrected_end_takes_the_latest_term_along(depot, at):
    license = create(EnvironmentFactory(application=depot), at)

    actions.correct_license(license=license, by=None, at=at, ends_on=date(2026, 11, 30))

    assert license.terms.get().ends_on == date(2026, 11, 30)
    assert license.due_on == date(2026, 11, 30)
    assert not Message.objects.exists()


def test_a_correction_keeps_the_rules(production, at):
    with pytest.raises(ValidationError, match="ends after it starts"):
        actions.correct_license(
            license=production, by=None, at=at, ends_on=date(2020, 1, 1)
        )


# The next keys


def running(license, at, server_id="SERVER-A"):
    key = actions.generate_key(
        license=license, server_id=server_id, server_name="rtm-01", by=None, at=at
    )
    return actions.activate_key(key=key, by=None, at=at)


def renewed(license, at):
    return actions.renew_license(
        license=license, ends_on=date(2027, 12, 6), by=None, at=at
    )


def test_a_renewal_makes_the_next_key_of_each_server(production, at):
    """LI-19, E12: the old one stays in use until the new one is activated."""
    old = running(production, at)

    renewed(production, at)

    new = production.keys.waiting().get()
    assert (new.seat, new.server_name) == (old.seat, "rtm-01")
    assert new.ends_on == date(2027, 12, 6)
    old.refresh_from_db()
    assert old.is_in_use


def test_a_renewal_replaces_a_key_that_waits(production, at):
    """E8: superseded by a renewal."""
    waiting = actions.generate_key(
        license=production, server_id="SERVER-A", by=None, at=at
    )

    renewed(production, at)

    waiting.refresh_from_db()
    assert waiting.superseded_at == at
    assert production.keys.waiting().get().ends_on == date(2027, 12, 6)


def test_a_renewal_makes_no_key_where_none_is(production, cloud_license, at):
    """LI-05"""
    renewed(production, at)
    renewed(cloud_license, at)

    assert not LicenseKey.objects.exists()


def test_a_renewal_of_a_suspended_license_makes_no_key(production, at):
    running(production, at)
    actions.suspend_license(license=production, reason="Unpaid", by=None, at=at)

    renewed(production, at)

    assert not production.keys.waiting().exists()


def test_a_renewal_signed_by_mistake_is_corrected(production, at):
    """The end that was signed before is the end again, in one term."""
    LicenseTermFactory(license=production)
    renewed = actions.renew_license(
        license=production, ends_on=date(2027, 12, 6), by=None, at=at
    )

    actions.correct_license(license=renewed, ends_on=date(2026, 12, 6), by=None, at=at)

    assert [term.ends_on for term in production.terms.all()] == [date(2026, 12, 6)]


def test_an_end_that_was_signed_once_is_signed_again(production, at):
    """After a policy has begun a shorter term, say."""
    LicenseTermFactory(license=production, ends_on=date(2027, 12, 31))

    actions.renew_license(
        license=production, ends_on=date(2027, 12, 31), by=None, at=at
    )

    assert production.terms.get().signed_at == at


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"ends_on": date(9999, 12, 31)}, "before the year 3000"),
        ({"metadata": ["north"]}, "as an object"),
    ],
)
def test_what_no_app_could_be_told_is_refused(production, at, facts, words):
    """The grace of such an end lies beyond the calendar: every page would break."""
    with pytest.raises(ValidationError, match=words):
        actions.correct_license(license=production, by=None, at=at, **facts)


def test_a_renewal_ends_within_the_calendar(production, at):
    with pytest.raises(ValidationError, match="before the year 3000"):
        actions.renew_license(
            license=production, ends_on=date(9999, 12, 31), by=None, at=at
        )
