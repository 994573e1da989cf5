"""Servers take seats of a license, by a key from the portal or over the network."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from licenses import actions
from licenses.actions import seats
from licenses.actions.seats import SeatsTakenError, ServerTakenError
from licenses.models import License, Policy, Seat
from tests.factories.licenses import (
    IssuedFileFactory,
    LicenseFactory,
    LicenseTermFactory,
    PolicyFactory,
)

pytestmark = pytest.mark.django_db
A, B, C = "SERVER-A", "SERVER-B", "SERVER-C"


def generate(license, server_id, at, by=None, **more):
    return actions.generate_key(
        license=license, server_id=server_id, by=by, at=at, **more
    )


def start(license, server_id, at, **facts):
    return actions.activate_server(
        license=license, server_id=server_id, by=None, at=at, facts=facts
    )


def active(license):
    return set(license.seats.active().values_list("server_id", flat=True))


def put_under(license, **rules):
    license.policy = PolicyFactory(**rules)
    license.save()
    return license


@pytest.fixture
def floating(production):
    return put_under(production, floating=True)


def test_both_ways_count_the_same_seats(floating, at):
    generate(floating, A, at)
    start(floating, B, at)

    with pytest.raises(SeatsTakenError, match="All 2 servers"):
        start(floating, C, at)
    with pytest.raises(SeatsTakenError, match="All 2 servers"):
        generate(floating, C, at)


def test_an_app_takes_the_seat_that_waits_for_its_server(production, at):
    key = generate(production, A, at)

    seat = start(production, A, at, hostname="rtm-app-01", cores=8)

    assert seat == key.seat
    key.refresh_from_db()
    assert key.is_in_use
    assert (seat.hostname, seat.cores) == ("rtm-app-01", 8)


def test_an_app_on_line_uses_no_key_of_an_old_term(production, at):
    """E8: superseded by a renewal."""
    old = generate(production, A, at)
    License.objects.filter(pk=production.pk).update(ends_on=date(2027, 12, 6))

    start(License.objects.get(), A, at)

    old.refresh_from_db()
    production.refresh_from_db()
    assert old.superseded_at == at
    assert production.due_on == date(2027, 12, 6)


def test_an_app_moves_nothing_to_other_hardware(production, at):
    """E15"""
    start(production, A, at)

    with pytest.raises(SeatsTakenError):
        start(production, B, at)

    assert active(production) == {A}


def test_a_server_is_activated_once(production, at):
    """E8"""
    start(production, A, at)

    with pytest.raises(ServerTakenError):
        start(production, A, at)


def test_a_move_leaves_the_old_server_its_seat_until_the_new_one_runs(production, at):
    """E15"""
    start(production, A, at)
    key = generate(production, B, at)

    assert active(production) == {A}
    assert not production.seats.counted(at).on_server(B).exists()

    actions.activate_key(key=key, by=None, at=at)

    assert active(production) == {B}


def test_a_move_by_network_ends_at_the_new_server(production, at):
    start(production, A, at)
    generate(production, B, at)

    start(production, B, at)

    assert active(production) == {B}


def test_another_typed_server_takes_the_place_of_one_that_never_ran(production, at):
    start(production, A, at)
    generate(production, B, at)

    key = generate(production, C, at)

    assert not production.seats.live().on_server(B).exists()
    assert key.seat.replaces.server_id == A


def test_several_servers_need_a_choice(floating, at):
    start(floating, A, at)
    seat = start(floating, B, at)

    key = generate(floating, C, at, replaces=seat)
    actions.activate_key(key=key, by=None, at=at)

    assert active(floating) == {A, C}


def test_moves_are_counted_per_period(production, at, bob):
    put_under(production, moves_allowed=1, moves_days=30)
    start(production, A, at)
    actions.activate_key(key=generate(production, B, at, by=bob), by=bob, at=at)

    with pytest.raises(ValidationError, match="as often as it may"):
        generate(production, C, at, by=bob)

    later = at + timedelta(days=31)
    production.ends_on = date(2027, 12, 6)
    production.save()
    assert generate(production, C, later, by=bob)


def test_staff_move_a_license_as_often_as_they_want(production, at, stella):
    put_under(production, moves_allowed=0)
    start(production, A, at)

    assert generate(production, B, at, by=stella)


def test_a_server_typed_wrongly_is_no_move(production, at, bob):
    put_under(production, moves_allowed=1)
    start(production, A, at)

    generate(production, B, at, by=bob)

    assert generate(production, C, at, by=bob)


def test_the_app_gives_its_seat_back_at_once(production, at):
    seat = start(production, A, at)

    actions.deactivate_server(seat=seat, by=None, at=at)

    assert start(production, B, at)


def test_a_seat_is_held_while_something_is_out_there(production, at, bob):
    """A signed key works without us until its end."""
    key = actions.activate_key(key=generate(production, A, at), by=None, at=at)

    with pytest.raises(ValidationError, match="Say why"):
        actions.deactivate_server(seat=key.seat, by=bob, at=at)
    seat = actions.deactivate_server(seat=key.seat, by=bob, at=at, reason="scrapped")

    assert seat.held_until == production.expires_at
    with pytest.raises(SeatsTakenError):
        start(production, B, at)
    production.refresh_from_db()
    assert production.runs_until is None


def test_staff_free_a_held_seat(production, at, bob, stella):
    seat = start(production, A, at)
    IssuedFileFactory(seat=seat, issued_at=at)
    actions.deactivate_server(seat=seat, by=bob, at=at, reason="scrapped")

    with pytest.raises(PermissionDenied):
        actions.free_seat(seat=seat, by=bob, at=at)
    actions.free_seat(seat=seat, by=stella, at=at)

    assert start(production, B, at)


def test_a_held_seat_can_be_moved(production, at, bob):
    seat = start(production, A, at)
    IssuedFileFactory(seat=seat, issued_at=at)
    actions.deactivate_server(seat=seat, by=bob, at=at, reason="broken")

    actions.activate_key(key=generate(production, B, at, by=bob), by=bob, at=at)

    assert production.seats.counted(at).get().server_id == B


def test_a_seat_is_given_back_once(production, at):
    seat = start(production, A, at)
    actions.deactivate_server(seat=seat, by=None, at=at)

    with pytest.raises(ValidationError, match="already"):
        actions.deactivate_server(seat=seat, by=None, at=at)


def test_a_server_that_waits_keeps_its_place_when_the_old_one_goes(production, at):
    old = start(production, A, at)
    generate(production, B, at)
    actions.deactivate_server(seat=old, by=None, at=at)

    with pytest.raises(SeatsTakenError):
        start(production, C, at)
    assert start(production, B, at)


@pytest.mark.parametrize("who", ["alice", "dora", "charlie"])
def test_nobody_else_deactivates_a_server(request, production, at, who):
    seat = start(production, A, at)

    with pytest.raises(PermissionDenied):
        actions.deactivate_server(
            seat=seat, by=request.getfixturevalue(who), at=at, reason="x"
        )


def test_a_policy_may_let_in_a_quarter_more(production, at):
    put_under(
        production, is_floating=True, max_servers=4, overage=Policy.Overage.QUARTER
    )
    for number in range(5):
        start(production, f"S-{number}", at)

    with pytest.raises(SeatsTakenError):
        start(production, "S-5", at)


def test_a_server_may_count_once_per_app(production, acceptance, at):
    put_under(production, uniqueness=Policy.Uniqueness.PER_APPLICATION)
    start(acceptance, A, at)

    with pytest.raises(ServerTakenError, match="Another license"):
        start(production, A, at)


def test_a_server_does_not_come_back_to_where_another_license_is(
    production, acceptance, at, stella
):
    """Its place was held for what is out there; meanwhile it runs under another."""
    put_under(production, uniqueness=Policy.Uniqueness.PER_APPLICATION)
    seat = start(production, A, at)
    IssuedFileFactory(seat=seat, issued_at=at)
    actions.deactivate_server(seat=seat, by=stella, at=at, reason="moved")
    start(acceptance, A, at)

    with pytest.raises(ServerTakenError, match="Another license"):
        start(production, A, at)


def test_a_server_is_not_put_on_by_rules_from_before(production, at):
    """The app's row is not held then; asked again, it is."""
    license = License.objects.get()
    put_under(production, uniqueness=Policy.Uniqueness.PER_APPLICATION)

    with pytest.raises(ValidationError, match="Try again"):
        start(license, A, at)
    assert start(license, A, at)


def test_a_server_that_starts_writes_over_no_heartbeat(
    production, at, django_assert_max_num_queries
):
    """Heartbeats come in without the license's lock."""
    key = generate(production, A, at)

    with django_assert_max_num_queries(100) as asked:
        actions.activate_key(key=key, by=None, at=at)
        start(put_under(production, floating=True), B, at, hostname="b.example")

    written = [
        query["sql"] for query in asked if 'UPDATE "licenses_seat"' in query["sql"]
    ]
    assert len(written) == 2
    assert not [sql for sql in written if "last_heartbeat_at" in sql]
    assert production.seats.get(server_id=B).hostname == "b.example"


def test_a_term_may_begin_with_the_first_server(production, at):
    put_under(
        production,
        expiry_basis=Policy.ExpiryBasis.FROM_FIRST_ACTIVATION,
        duration_months=6,
    )

    key = generate(production, A, at)

    production.refresh_from_db()
    assert production.starts_on == date(2026, 11, 21)
    assert production.ends_on == key.ends_on == date(2027, 5, 20)


def test_a_term_that_was_renewed_before_its_first_server_stays(production, at):
    put_under(production, expiry_basis=Policy.ExpiryBasis.FROM_FIRST_ACTIVATION)
    LicenseTermFactory(license=production, ends_on=date(2027, 11, 20))
    LicenseTermFactory(license=production, ends_on=production.ends_on)

    generate(production, A, at)

    production.refresh_from_db()
    assert production.ends_on == date(2026, 12, 6)
    assert production.terms.count() == 2


def test_a_revoked_license_keeps_no_server_from_another(production, acceptance, at):
    put_under(production, uniqueness=Policy.Uniqueness.PER_APPLICATION)
    start(acceptance, A, at)
    actions.revoke_license(license=acceptance, reason="fraud", by=None, at=at)

    assert start(production, A, at)


def stop(license, **states):
    License.objects.filter(pk=license.pk).update(**states)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({"suspended_at": "now", "suspension_reason": "unpaid"}, "suspended: unpaid"),
        ({"revoked_at": "now", "revocation_reason": "fraud"}, "revoked"),
    ],
)
def test_a_stopped_license_starts_nothing(production, at, states, words):
    """E8: revoked."""
    key = generate(production, A, at)
    stop(production, **{k: at if v == "now" else v for k, v in states.items()})

    with pytest.raises(ValidationError, match=words):
        generate(production, B, at)
    with pytest.raises(ValidationError, match=words):
        actions.activate_key(key=key, by=None, at=at)
    with pytest.raises(ValidationError, match=words):
        start(production, B, at)


def test_a_license_runs_to_the_end_of_its_earliest_key(floating, at):
    """E12"""
    actions.activate_key(key=generate(floating, A, at), by=None, at=at)
    actions.renew_license(license=floating, ends_on=date(2027, 12, 6), by=None, at=at)
    actions.activate_key(key=generate(floating, B, at), by=None, at=at)

    floating.refresh_from_db()
    assert floating.runs_until == date(2026, 12, 6)

    actions.activate_key(key=generate(floating, A, at), by=None, at=at)
    floating.refresh_from_db()
    assert floating.runs_until == date(2027, 12, 6)


def test_the_license_key_is_made_once_and_found_by_itself(production, at, bob):
    text = actions.make_license_key(license=production, by=bob, at=at)

    assert actions.make_license_key(license=production, by=bob, at=at) == text
    assert License.objects.by_key(text).get() == production
    assert not License.objects.by_key(text.lower()).exists()
    row = License.objects.get()
    assert text not in str(row.__dict__)


def test_a_vendor_may_bring_a_key_along_that_nobody_else_has(production, at):
    actions.make_license_key(license=production, by=None, at=at, text="MY-OWN-KEY")

    with pytest.raises(ValidationError, match="Another license"):
        actions.make_license_key(
            license=LicenseFactory(), by=None, at=at, text="MY-OWN-KEY"
        )


def test_a_policy_may_want_a_key_that_an_app_verifies(production, at):
    put_under(production, scheme=Policy.Scheme.SIGNED)

    text = actions.make_license_key(license=production, by=None, at=at)

    assert text.startswith("key/")


@pytest.mark.django_db(transaction=True)
def test_two_servers_race_for_the_last_seat(production, at):
    barrier, outcomes = threading.Barrier(2), []

    def race(server_id):
        barrier.wait()
        try:
            outcomes.append(start(License.objects.get(), server_id, at))
        except SeatsTakenError as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=[one]) for one in (A, B)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(isinstance(one, Seat) for one in outcomes) == [False, True]
    assert seats.is_full(License.objects.get(), at)
