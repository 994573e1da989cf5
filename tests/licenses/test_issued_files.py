"""Files for apps without a network: what they say, and that we know of them."""

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from companies.models import ActivityEntry
from licenses import actions, documents, files, signers
from licenses.actions import FileWish, keeping
from licenses.actions import seats as actions_seats
from licenses.files import LockedFileError
from licenses.models import IssuedFile, License, Seat
from tests.factories.licenses import (
    EntitlementFactory,
    IssuedFileFactory,
    PolicyFactory,
)

pytestmark = pytest.mark.django_db
KEY, SERVER = "9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3", "7C41-E09B-55D2"


@pytest.fixture
def seat(production, at):
    return actions.activate_server(license=production, server_id=SERVER, by=None, at=at)


def wish(at, **more):
    usual = {
        "key_text": KEY,
        "expires_at": at + timedelta(days=30),
        "way": IssuedFile.Way.PORTAL,
    }
    return FileWish(**usual | more)


def machine_file(seat, at, *, by=None, **more):
    return actions.issue_machine_file(seat=seat, wish=wish(at, **more), by=by, at=at)


def opened(given, secret=""):
    return files.read(given.text, signers.active().public_key, secret=secret)


def test_a_machine_file_opens_with_the_key_and_the_server_id(seat, at, bob):
    given = machine_file(seat, at, by=bob)

    said = opened(given, KEY + SERVER)
    assert said.data["id"] == str(seat.pk)
    assert said.data["attributes"]["fingerprint"] == SERVER
    assert said.expires_at == at + timedelta(days=30)
    (license,) = said.included
    assert license["attributes"]["key"] == KEY
    assert license["attributes"]["expiry"] == documents.moment(seat.license.expires_at)
    with pytest.raises(LockedFileError):
        opened(given, KEY + "another server")


def test_a_plain_file_opens_by_itself(seat, at):
    assert opened(machine_file(seat, at, is_encrypted=False)).data["id"]


def test_every_file_is_noted_but_not_kept(seat, at, bob):
    given = machine_file(seat, at, by=bob)

    row = IssuedFile.objects.get()
    assert row.sha256 == hashlib.sha256(given.text.encode()).hexdigest()
    assert (row.seat, row.issued_by, row.ends_on) == (seat, bob, seat.license.ends_on)
    assert row.is_encrypted
    assert given.name == f"{seat.pk}.lic"
    assert Seat.objects.with_last_file_at().get().last_file_at == at
    assert Seat.objects.get().last_file_at == at
    assert ActivityEntry.objects.filter(verb="file_issued", new=str(seat)).exists()


def test_a_file_says_what_the_license_opens(seat, at):
    seat.license.policy = PolicyFactory()
    seat.license.policy.entitlements.add(EntitlementFactory(code="scan"))
    seat.license.save()
    seat.license.entitlements.add(EntitlementFactory(code="print"))

    said = opened(machine_file(seat, at), KEY + SERVER)

    codes = [
        one["attributes"]["code"]
        for one in said.included
        if one["type"] == "entitlements"
    ]
    assert codes == ["print", "scan"]


def test_a_fresh_file_after_the_renewal_says_the_new_end(seat, at):
    old = machine_file(seat, at)
    actions.renew_license(
        license=seat.license,
        ends_on=seat.license.ends_on + timedelta(days=365),
        by=None,
        at=at,
    )

    fresh = machine_file(seat, at)

    ends = [
        opened(one, KEY + SERVER).included[0]["attributes"]["expiry"]
        for one in (old, fresh)
    ]
    assert ends == ["2026-12-06T23:00:00.000Z", "2027-12-06T23:00:00.000Z"]


def test_a_server_that_gave_its_place_back_gets_no_file(seat, at):
    actions.deactivate_server(seat=seat, by=None, at=at)

    with pytest.raises(ValidationError, match="not active on"):
        machine_file(seat, at)


def test_a_suspended_license_gives_no_file(seat, at):
    License.objects.update(suspended_at=at, suspension_reason="unpaid")

    with pytest.raises(ValidationError, match="unpaid"):
        machine_file(seat, at)
    assert not IssuedFile.objects.exists()


@pytest.mark.parametrize("who", ["alice", "dora", "charlie"])
def test_nobody_else_takes_a_file(request, seat, at, who):
    with pytest.raises(PermissionDenied):
        machine_file(seat, at, by=request.getfixturevalue(who))


def test_a_license_file_opens_with_the_key_alone(production, at, bob):
    given = actions.issue_license_file(license=production, wish=wish(at), by=bob, at=at)

    said = opened(given, KEY)
    assert said.data["type"] == "licenses"
    assert said.data["attributes"]["maxUsers"] == 300
    assert given.row.seat is None
    assert given.name == f"{production.pk}.lic"


def test_a_file_works_until_the_grace_ends_but_no_longer_than_a_year(production, at):
    assert actions.usual_end(production, at) == production.grace_ends_at

    production.ends_on += timedelta(days=365 * 3)
    assert actions.usual_end(production, at).isoformat() == "2027-11-21T00:00:00+01:00"


@pytest.fixture
def ended(seat, at):
    """Files that ended so many days ago; the last one works."""

    def made(*days):
        for ago in days:
            end = at - timedelta(days=ago)
            IssuedFileFactory(
                seat=seat, issued_at=end - timedelta(days=30), expires_at=end
            )
        IssuedFileFactory(seat=seat, issued_at=at - timedelta(days=2000), expires_at=at)

    return made


def days_of_files(at):
    ends = IssuedFile.objects.order_by("-expires_at")
    return [(at - end).days for end in ends.values_list("expires_at", flat=True)]


def test_a_file_is_forgotten_a_year_after_its_end(ended, at, settings):
    settings.LICENSE_FILES_KEPT_DAYS = 365
    ended(10, 364, 366, 3000)

    assert actions.purge_files(at=at) == 2
    assert days_of_files(at) == [0, 10, 364]


def test_a_file_that_works_is_kept_however_old_it_is(seat, at, settings):
    """It holds the place of its server."""
    settings.LICENSE_FILES_KEPT_DAYS = 1
    IssuedFileFactory(
        seat=seat, issued_at=at - timedelta(days=3000), expires_at=at + timedelta(1)
    )

    assert actions.purge_files(at=at) == 0
    assert actions_seats.off_line_until(seat, at) == at + timedelta(1)


def test_files_may_be_kept_for_ever(ended, at, settings):
    settings.LICENSE_FILES_KEPT_DAYS = 0
    ended(3000)

    assert actions.purge_files(at=at) == 0
    assert days_of_files(at) == [0, 3000]


def test_files_go_in_batches_and_the_rest_another_day(ended, at, monkeypatch):
    """The first to end goes first."""
    ended(*range(400, 407))
    monkeypatch.setattr(keeping, "BATCH", 2)
    monkeypatch.setattr(keeping, "MOST_AT_ONCE", 4)

    assert actions.purge_files(at=at) == 4
    assert days_of_files(at) == [0, 400, 401, 402]
    assert actions.purge_files(at=at) == 3
