"""Making keys and activating them [LI-01, E8, E9, E12, E15]."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from companies.models import ActivityEntry
from licenses import actions, keys
from licenses.models import License, LicenseKey, SigningKey
from outbox.models import Message
from tests.factories.licenses import LicenseKeyFactory, SigningKeyFactory

pytestmark = pytest.mark.django_db
SERVER = "7C41-E09B-55D2"
NEXT_YEAR = date(2027, 12, 6)


def generate(license, at, by=None, server_id=SERVER, server_name="rtm-app-01"):
    return actions.generate_key(
        license=license, server_id=server_id, server_name=server_name, by=by, at=at
    )


def activate(key, at, by=None):
    return actions.activate_key(key=key, by=by, at=at)


def test_generate_key_signs_what_the_contract_says(production, bob, at):
    key = generate(production, at, by=bob)

    claims = keys.read(actions.text_of(key), key.signing_key.public_key)
    assert claims.license_id == str(production.pk)
    assert claims.license_number == 20417
    assert claims.server_id == SERVER
    assert claims.ends_on == date(2026, 12, 6)
    assert claims.users == 300
    assert claims.issued_at == at
    assert claims.expires_at.isoformat() == "2026-12-06T23:00:00+00:00"


def test_the_key_ends_with_the_day_in_the_companys_zone(production, at):
    """E11"""
    company = production.company
    company.time_zone = "Pacific/Auckland"
    company.save()

    key = generate(production, at)

    claims = keys.read(actions.text_of(key), key.signing_key.public_key)
    assert claims.expires_at.isoformat() == "2026-12-06T11:00:00+00:00"


def test_neither_key_nor_seed_stands_in_the_database(production, at):
    key = generate(production, at)

    text = actions.text_of(key)
    row = LicenseKey.objects.get()
    assert text.encode() not in bytes(row.encrypted_text)
    assert text[4:40].encode() not in bytes(row.encrypted_text)
    assert len(bytes(row.signing_key.encrypted_seed)) > keys.SEED_BYTES


def test_generate_key_is_in_the_activity_without_the_key(production, depot, bob, at):
    key = generate(production, at, by=bob)

    entry = ActivityEntry.objects.about(depot.pk).get()
    assert str(entry) == "Bob Weber generated a key of LIC-20417 for rtm-app-01"
    assert actions.text_of(key)[4:20] not in str(vars(entry))


def test_one_signing_key_serves_all(production, acceptance, at):
    first, second = generate(production, at), generate(acceptance, at)

    assert first.signing_key == second.signing_key
    assert SigningKey.objects.count() == 1


def test_a_retired_signing_key_signs_no_more(production, at):
    retired = SigningKeyFactory(retired=True)

    assert generate(production, at).signing_key != retired


def test_only_one_signing_key_is_active():
    SigningKeyFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKeyFactory()


def test_a_signing_key_is_active_until_it_is_retired(at):
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKeyFactory(is_active=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKeyFactory(retired_at=at)


@pytest.mark.parametrize("who", ["bob", "priya", "stella"])
def test_contacts_and_staff_generate_keys(request, production, at, who):
    assert generate(production, at, by=request.getfixturevalue(who))


@pytest.mark.parametrize("who", ["alice", "dora", "charlie"])
def test_nobody_else_generates_keys(request, production, at, who):
    """LI-01: not even the company's admin, who may appoint themselves first."""
    with pytest.raises(PermissionDenied):
        generate(production, at, by=request.getfixturevalue(who))


def test_a_deactivated_contact_generates_no_key(production, bob, at):
    bob.is_active = False

    with pytest.raises(PermissionDenied):
        generate(production, at, by=bob)


@pytest.mark.parametrize("who", ["dora", "stella"])
def test_nobody_generates_a_key_for_cloud(request, cloud_license, at, who):
    """E9, LI-05: neither its contact nor staff."""
    with pytest.raises(PermissionDenied):
        generate(cloud_license, at, by=request.getfixturevalue(who))


def test_not_even_the_portal_itself_generates_a_key_for_cloud(cloud_license, at):
    """E9"""
    with pytest.raises(ValidationError, match="needs no key"):
        generate(cloud_license, at)


def test_an_ended_license_gets_no_key(production, at):
    """E8: the day after the last valid one."""
    generate(production, at + timedelta(days=15))

    with pytest.raises(ValidationError, match="ended on 6 Dec 2026"):
        generate(production, at + timedelta(days=16))


def test_an_off_boarded_license_gets_no_key(production, at):
    production.environment.offboarded_at = at
    production.environment.save()

    with pytest.raises(ValidationError, match="is off-boarded"):
        generate(production, at)


def test_asking_twice_gives_the_same_key(production, at):
    """A doubled click."""
    assert generate(production, at) == generate(production, at + timedelta(seconds=1))

    assert LicenseKey.objects.count() == 1


def test_a_key_for_another_server_replaces_the_one_that_waits(production, at):
    typo = generate(production, at, server_id="7C41-E09B-55D3")

    key = generate(production, at)

    typo.refresh_from_db()
    assert typo.superseded_at == at
    assert key.is_waiting


def test_a_renewal_asks_for_a_new_key_for_the_same_server(production, at):
    """E8: superseded by a renewal."""
    before = generate(production, at)
    actions.renew_license(license=production, ends_on=NEXT_YEAR, by=None, at=at)

    key = generate(production, at)

    assert key.ends_on == NEXT_YEAR
    before.refresh_from_db()
    assert before.superseded_at


def test_the_key_in_use_stays_in_use_until_the_new_one_is_active(production, at):
    """E15: new hardware."""
    old = activate(generate(production, at), at)

    new = generate(production, at, server_id="NEW-SERVER-1")

    old.refresh_from_db()
    assert old.is_in_use
    activate(new, at)
    old.refresh_from_db()
    assert not old.is_in_use


def test_a_license_may_be_tied_to_its_hardware(production, at):
    activate(generate(production, at), at)
    License.objects.update(is_reassignable=False)

    with pytest.raises(ValidationError, match="stays on the server rtm-app-01"):
        generate(production, at, server_id="NEW-SERVER-1")

    assert generate(production, at)


def test_the_database_holds_one_key_in_use_per_server(production):
    seat = LicenseKeyFactory(license=production, in_use=True).seat

    with pytest.raises(IntegrityError), transaction.atomic():
        LicenseKeyFactory(license=production, seat=seat, in_use=True)


def test_the_database_holds_one_waiting_key_per_server(production):
    seat = LicenseKeyFactory(license=production).seat

    with pytest.raises(IntegrityError), transaction.atomic():
        LicenseKeyFactory(license=production, seat=seat)


# Activation


def test_activate_key_lets_the_license_run_on(production, bob, at):
    """E12"""
    activate(generate(production, at), at)
    actions.renew_license(license=production, ends_on=NEXT_YEAR, by=None, at=at)
    key = generate(production, at)

    activate(key, at, by=bob)

    production.refresh_from_db()
    assert production.runs_until == NEXT_YEAR
    assert production.due_on == NEXT_YEAR
    assert key.activated_by == bob
    assert key.is_in_use


def test_activate_key_tells_the_other_contacts(production, bob, at):
    activate(generate(production, at), at, by=bob)

    message = Message.objects.get()
    assert message.recipient == "priya@acme.example"
    assert message.subject == "Depot Control: the new key is active on rtm-app-01"


def test_activate_key_is_in_the_activity(production, depot, bob, at):
    activate(generate(production, at), at, by=bob)

    sentences = [entry.sentence for entry in ActivityEntry.objects.about(depot.pk)]
    assert "activated the key of LIC-20417 on rtm-app-01" in sentences


def test_a_key_is_not_activated_twice(production, at):
    """E8"""
    key = activate(generate(production, at), at)

    with pytest.raises(ValidationError, match="active already"):
        activate(key, at)


def test_a_stale_copy_of_an_active_key_is_not_activated_twice(production, at):
    """E8"""
    key = generate(production, at)
    stale = LicenseKey.objects.get()
    activate(key, at)

    with pytest.raises(ValidationError, match="active already"):
        activate(stale, at)


def test_a_replaced_key_is_not_activated(production, at):
    """E8: superseded."""
    key = generate(production, at)
    generate(production, at, server_id="NEW-SERVER-1")

    with pytest.raises(ValidationError, match="newer key has replaced"):
        activate(key, at)


def test_an_ended_key_is_not_activated(production, at):
    """E8: expired."""
    key = generate(production, at)

    with pytest.raises(ValidationError, match="ended on 6 Dec 2026"):
        activate(key, at + timedelta(days=16))


@pytest.mark.parametrize("who", ["alice", "dora", "charlie"])
def test_nobody_else_activates_a_key(request, production, at, who):
    key = generate(production, at)

    with pytest.raises(PermissionDenied):
        activate(key, at, by=request.getfixturevalue(who))


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_key(production, at):
    barrier = threading.Barrier(2)
    made = []

    def click():
        barrier.wait()
        made.append(generate(License.objects.get(), at))
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made[0] == made[1]
    assert LicenseKey.objects.count() == 1
    assert SigningKey.objects.count() == 1


# Not at the server


def contact_of(license, person):
    return license.application.technical_contacts.get(user=person)


def send(key, at, by, to):
    return actions.send_key_link(
        key=key, contact=contact_of(key.license, to), by=by, at=at
    )


def test_a_link_goes_to_another_contact_and_holds_no_key(production, bob, priya, at):
    key = generate(production, at, by=bob)

    assert send(key, at, by=bob, to=priya)

    message = Message.objects.get()
    assert message.recipient == "priya@acme.example"
    assert message.priority == Message.Priority.URGENT
    assert message.reply_to == "bob@acme.example"
    assert key.get_absolute_url() in message.text
    assert actions.text_of(key)[:24] not in message.text + message.html


def test_a_doubled_click_sends_one_link_a_day(production, bob, priya, at):
    key = generate(production, at, by=bob)
    send(key, at, by=bob, to=priya)

    assert not send(key, at + timedelta(hours=1), by=bob, to=priya)
    assert send(key, at + timedelta(days=1), by=bob, to=priya)


def test_no_link_goes_to_somebody_who_cannot_make_keys(
    production, acceptance, bob, priya, at
):
    key = generate(production, at, by=bob)
    contact = contact_of(production, priya)
    contact.delete()

    with pytest.raises(ValidationError, match="no technical contact"):
        actions.send_key_link(key=key, contact=contact, by=bob, at=at)


def test_no_link_to_a_key_that_waits_no_more(production, bob, priya, at):
    key = activate(generate(production, at, by=bob), at)

    with pytest.raises(ValidationError, match="active already"):
        send(key, at, by=bob, to=priya)


def test_no_link_to_a_key_of_a_stopped_license(production, bob, priya, at):
    key = generate(production, at, by=bob)
    actions.suspend_license(license=production, reason="unpaid", by=None, at=at)

    with pytest.raises(ValidationError, match="suspended"):
        send(key, at, by=bob, to=priya)


def test_nobody_else_sends_a_link(production, alice, bob, priya, at):
    key = generate(production, at, by=bob)

    with pytest.raises(PermissionDenied):
        send(key, at, by=alice, to=priya)


def test_a_key_of_one_environment_says_so(production, acceptance, at):
    """E8: another environment."""
    key = generate(acceptance, at)

    claims = keys.read(actions.text_of(key), key.signing_key.public_key)
    assert claims.license_id == str(acceptance.pk) != str(production.pk)
    activate(key, at)
    production.refresh_from_db()
    assert production.runs_until is None
