"""What apps tell by asking, and the errand about servers that fell silent."""

from datetime import timedelta

import pytest

from licenses import actions, outlook, tasks
from licenses.actions import signs_of_life
from licenses.models import Seat
from tests.factories.licenses import LicenseFactory, PolicyFactory, SeatFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def dropping():
    return PolicyFactory(drops_dead_servers=True, heartbeat_seconds=600)


def silent_for(at, seconds, **facts):
    return SeatFactory(last_heartbeat_at=at - timedelta(seconds=seconds), **facts)


def names(seats):
    return set(seats.values_list("server_id", flat=True))


def test_only_silent_servers_under_a_policy_that_says_so_go(dropping, at):
    license = LicenseFactory(policy=dropping)
    gone = silent_for(at, 601, license=license)
    silent_for(at, 600, license=license, server_id="in time")
    SeatFactory(license=license, server_id="never beat")
    silent_for(at, 9_999, server_id="under the standard rules")
    patient = PolicyFactory(drops_dead_servers=True, heartbeat_seconds=7_200)
    silent_for(at, 3_600, license__policy=patient, server_id="patient")
    kept = PolicyFactory(heartbeat_seconds=60)
    silent_for(at, 9_999, license__policy=kept, server_id="kept")

    assert outlook.drop_silent_servers(at)["servers"].count() == 1
    assert actions.drop_silent_servers(at=at) == 1

    gone.refresh_from_db()
    assert (gone.deactivated_at, gone.reason) == (at, "silent for too long")
    assert names(Seat.objects.live()) == {
        "in time",
        "never beat",
        "under the standard rules",
        "patient",
        "kept",
    }
    assert actions.drop_silent_servers(at=at) == 0


def test_one_run_drops_no_more_than_it_may(dropping, at, monkeypatch):
    monkeypatch.setattr(signs_of_life, "SERVERS_AT_ONCE", 2)
    for number in range(3):
        silent_for(at, 700 + number, license__policy=dropping, server_id=str(number))

    assert actions.drop_silent_servers(at=at) == 2
    assert names(Seat.objects.live()) == {"0"}
    assert actions.drop_silent_servers(at=at) == 1


def test_a_server_that_is_heard_of_on_the_way_stays(dropping, at, monkeypatch):
    seat = silent_for(at, 700, license__policy=dropping)

    def lock_and_hear(license):
        Seat.objects.update(last_heartbeat_at=at)

    monkeypatch.setattr("licenses.models.License.lock", lock_and_hear)

    assert actions.drop_silent_servers(at=at) == 0
    seat.refresh_from_db()
    assert seat.is_live


def test_the_errand_says_how_many(dropping, at):
    silent_for(at, 10**8, license__policy=dropping)

    assert tasks.drop_silent_servers() == {"servers": 1}


def test_a_heartbeat_of_a_server_that_left_is_none(at):
    seat = SeatFactory(gone=True)

    assert not actions.note_heartbeat(seat=seat, at=at)
    seat.refresh_from_db()
    assert seat.last_heartbeat_at is None
