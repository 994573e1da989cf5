"""The license's own key: who may ask with it, and what a validation answers [E8]."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from licenses import actions, documents, keys
from licenses.models import License, Policy, Seat
from tests.factories.licenses import (
    EntitlementFactory,
    LicenseFactory,
    SeatFactory,
)
from tests.licenses.api.conftest import SERVER, code_of, put_under, validate_key
from tests.licenses.api.test_license_endpoints import AMSTERDAM

pytestmark = pytest.mark.django_db


def valid(app, key, **scope):
    meta = validate_key(app, key, scope=scope).json()["meta"]
    return meta["code"] if meta["valid"] == (meta["code"] == "VALID") else "VALID?"


# Who asks


def test_the_short_key_opens_its_license(app, own, production):
    data = app.get("me", own).json()["data"]

    assert data["id"] == str(production.pk)
    told = data["attributes"]
    assert (told["key"], told["scheme"]) == (own, None)
    assert (told["maxMachines"], told["floating"]) == (1, False)
    assert app.get(f"licenses/{own}", own).json()["data"]["id"] == data["id"]


def test_every_form_of_showing_it(app, own):
    basic = base64.b64encode(f"license:{own}".encode()).decode()
    for header in (f"License {own}", f"license  {own} ", f"Basic {basic}"):
        assert app.get("me", Authorization=header).status_code == 200
    for query in ({"auth": own}, {"auth": f"license:{own}"}):
        assert app.client.get("/v1/me", query).status_code == 200


def test_a_signed_key_is_one_that_the_app_verifies(app, production, public_key, at):
    put_under(production, scheme=Policy.Scheme.SIGNED)
    text = actions.make_license_key(license=production, by=None, at=at)

    told = app.get(f"licenses/{text}", text).json()["data"]["attributes"]

    assert (told["key"], told["scheme"]) == (text, "ED25519_SIGN")
    assert keys.verify(told["key"], public_key)


@pytest.mark.parametrize("text", ["Our own key: 7/2", "ÄÖÜ-12345", "license:me:too"])
def test_the_vendor_may_have_brought_any_key_along(app, production, at, text):
    actions.make_license_key(license=production, by=None, at=at, text=text)

    assert valid(app, text) == "VALID"
    basic = base64.b64encode(f"license:{text}".encode()).decode()
    assert app.get("me", Authorization=f"Basic {basic}").status_code == 200
    assert app.get(f"licenses/{text}/machines", Authorization=f"Basic {basic}").json()


def test_no_letter_of_it_may_change(app, own):
    """E8: tampered."""
    changed = [
        own[:place] + ("A" if own[place] != "A" else "B") + own[place + 1 :]
        for place in range(0, len(own), 5)
    ]

    for text in [*changed, own.lower(), own[:-1], own + "A"]:
        assert code_of(app.get("me", text)) == "LICENSE_INVALID"
        assert valid(app, text) == "NOT_FOUND"


def test_a_key_made_before_the_master_key_changed(app, own, settings):
    settings.SIGNING_MASTER_KEY_PREVIOUS = [settings.SIGNING_MASTER_KEY]
    settings.SIGNING_MASTER_KEY = base64.b64encode(b"n" * 32).decode()

    assert app.get("me", own).status_code == 200


def test_the_key_of_another_environment_is_for_another_license(
    app, own, acceptance, production, at
):
    """E8: another environment."""
    other = actions.make_license_key(license=acceptance, by=None, at=at)
    app.activate(own, production)

    assert valid(app, other, fingerprint=SERVER) == "NO_MACHINE"
    assert valid(app, own, environment="acceptance") == "ENVIRONMENT_SCOPE_MISMATCH"
    assert code_of(app.get(f"licenses/{production.pk}", other)) == "NOT_FOUND"
    assert code_of(app.get(f"machines/{SERVER}", other)) == "NOT_FOUND"


def test_another_server_id_has_to_be_activated(app, own, production):
    """E8: another server ID."""
    assert valid(app, own, fingerprint=SERVER) == "NO_MACHINE"

    app.activate(own, production)

    assert valid(app, own, fingerprint=SERVER) == "VALID"
    assert valid(app, own, fingerprint="ELSEWHERE") == "FINGERPRINT_SCOPE_MISMATCH"
    assert valid(app, own, machine="x") == "MACHINE_SCOPE_MISMATCH"


def test_a_renewal_changes_nothing_about_the_key(app, own, production, at):
    """E8, E12: superseded by a renewal."""
    app.activate(own, production)
    actions.renew_license(license=production, ends_on=date(2027, 12, 6), by=None, at=at)

    answer = validate_key(app, own, scope={"fingerprint": SERVER}).json()

    assert answer["meta"]["code"] == "VALID"
    assert answer["data"]["attributes"]["expiry"] == "2027-12-06T23:00:00.000Z"


# Stopped


def test_a_suspended_license_is_told_so(app, own, production, at):
    """E8"""
    app.activate(own, production)
    actions.suspend_license(license=production, reason="unpaid", by=None, at=at)

    for answer in (
        app.get("me", own),
        app.get(f"licenses/{production.pk}", own),
        app.get("machines", own),
        app.activate(own, production, "B"),
        app.delete(f"machines/{SERVER}", key=own),
        app.post(f"machines/{SERVER}/actions/ping", None, own),
        app.post(f"licenses/{own}/actions/check-out", None, own),
        app.get(f"machines/{SERVER}/actions/check-out", own),
        app.get(f"licenses/{own}/entitlements", own),
    ):
        assert (answer.status_code, code_of(answer)) == (403, "LICENSE_SUSPENDED")
    told = validate_key(app, own, scope={"product": "x"}).json()
    assert (told["meta"]["code"], told["meta"]["valid"]) == ("SUSPENDED", False)
    assert told["data"]["attributes"]["status"] == "SUSPENDED"
    by_id = app.post(f"licenses/{production.pk}/actions/validate", {}, own)
    assert by_id.json()["meta"]["code"] == "SUSPENDED"

    actions.reinstate_license(license=production, by=None, at=at)
    assert valid(app, own, fingerprint=SERVER) == "VALID"


def test_a_revoked_license_is_gone(app, own, key, production, at):
    """E8: revoked, as if the key had never been."""
    actions.revoke_license(license=production, reason="fraud", by=None, at=at)

    for text in (own, key):
        answer = app.get("me", text)
        assert (answer.status_code, code_of(answer)) == (401, "LICENSE_INVALID")
    unknown, revoked = (
        validate_key(app, text).json() for text in ("9F0A21-7C3D54", own)
    )
    assert unknown == revoked
    assert revoked["data"] is None


@pytest.mark.parametrize("what", ["environment", "application"])
def test_what_is_off_boarded_has_no_key(app, own, production, at, what):
    thing = getattr(production, what)
    thing.offboarded_at = at
    thing.save()

    assert code_of(app.get("me", own)) == "LICENSE_INVALID"


def test_in_the_cloud_nobody_asks(app, own, production):
    """E9"""
    production.application.hosting = "cloud"
    production.application.save()

    assert code_of(app.get("me", own)) == "LICENSE_INVALID"


# After the end


OVER = datetime(2027, 1, 6, 0, 0, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("moment", "code", "status", "until"),
    [
        (datetime(2026, 12, 6, 23, 59), "VALID", "EXPIRING", None),
        (datetime(2026, 12, 7, 0, 0), "VALID", "EXPIRED", "2027-01-05T23:00:00.000Z"),
        (datetime(2027, 1, 5, 23, 59), "VALID", "EXPIRED", "2027-01-05T23:00:00.000Z"),
        (datetime(2027, 1, 6, 0, 0), "EXPIRED", "EXPIRED", "2027-01-05T23:00:00.000Z"),
    ],
)
def test_grace_is_valid_and_then_it_is_over(app, own, now, moment, code, status, until):
    """E11, LI-28"""
    now.value = moment.replace(tzinfo=AMSTERDAM)

    answer = validate_key(app, own).json()

    assert answer["meta"]["code"] == code
    told = answer["data"]["attributes"]
    assert (told["status"], told["expiry"]) == (status, "2026-12-06T23:00:00.000Z")
    assert told["metadata"].get("graceUntil") == until


def test_a_restricted_license_still_says_who_it_is(app, own, production, now):
    now.value = OVER

    assert app.get("me", own).status_code == 200
    assert app.activate(own, production).status_code == 201
    assert valid(app, own, fingerprint=SERVER) == "EXPIRED"
    assert valid(app, own, product="x") == "PRODUCT_SCOPE_MISMATCH"


def test_a_policy_may_turn_the_app_away(app, own, production, now):
    put_under(production, expiration_strategy=Policy.ExpirationStrategy.REVOKE_ACCESS)
    now.value = OVER - timedelta(minutes=1)
    assert app.get("me", own).status_code == 200

    now.value = OVER

    answer = app.get("me", own)
    assert (answer.status_code, code_of(answer)) == (403, "LICENSE_EXPIRED")
    assert code_of(app.activate(own, production)) == "LICENSE_EXPIRED"
    assert valid(app, own, product="x") == "EXPIRED"


def test_a_policy_may_let_it_run_on(app, own, production, now):
    put_under(production, expiration_strategy=Policy.ExpirationStrategy.MAINTAIN_ACCESS)
    now.value = OVER

    assert app.get("me", own).status_code == 200
    assert valid(app, own) == "VALID?"
    meta = validate_key(app, own).json()["meta"]
    assert (meta["code"], meta["valid"]) == ("EXPIRED", True)


# What the policy wants


def test_a_policy_names_itself_and_its_limits(app, own, production):
    policy = put_under(production, floating=True, requires_heartbeat=True)

    data = app.get("me", own).json()["data"]

    told = data["attributes"]
    assert (told["floating"], told["maxMachines"]) == (True, 2)
    assert told["requireHeartbeat"] is True
    named = data["relationships"]["policy"]["data"]
    assert named == {"type": "policies", "id": str(policy.pk)}
    assert valid(app, own, policy=str(policy.pk)) == "VALID"
    assert valid(app, own, policy=str(production.pk)) == "POLICY_SCOPE_MISMATCH"
    assert valid(app, own, fingerprint="x") == "NO_MACHINES"


def test_the_users_are_the_policys_unless_the_license_says(app, own, production):
    put_under(production, named_users=50, concurrent_users=5, external_users=7)
    production.users, production.external_users = None, 9
    production.save()

    told = app.get("me", own).json()["data"]["attributes"]

    assert told["maxUsers"] == 50
    counts = {name: told["metadata"].get(name) for name in USERS}
    assert counts == dict(zip(USERS, (5, None, 9), strict=True))


USERS = ("concurrentUsers", "internalUsers", "externalUsers")


def test_a_policy_may_want_to_be_told_the_product_and_the_server(app, own, production):
    put_under(production, requires_product=True, requires_fingerprint=True)
    product = str(production.application.pk)
    app.activate(own, production)

    assert valid(app, own) == "PRODUCT_SCOPE_REQUIRED"
    assert valid(app, own, product=product) == "FINGERPRINT_SCOPE_REQUIRED"
    assert valid(app, own, product=product, fingerprint=SERVER) == "VALID"
    quick = app.get(f"licenses/{own}/actions/validate", own)
    assert quick.json()["meta"]["code"] == "VALID"


def test_several_fingerprints(app, own, production):
    put_under(production, floating=True, matching=Policy.Matching.MOST)
    for name in "AB":
        app.activate(own, production, name)

    assert valid(app, own, fingerprints=["A", "B", "C"]) == "VALID"
    assert valid(app, own, fingerprints=["A", "C"]) == "FINGERPRINT_SCOPE_MISMATCH"


def test_fewer_servers_were_sold_than_it_runs_on(app, own, production):
    policy = put_under(production, floating=True)
    for name in "AB":
        app.activate(own, production, name)
    Policy.objects.filter(pk=policy.pk).update(max_servers=1)

    assert valid(app, own, fingerprint="A") == "TOO_MANY_MACHINES"
    assert valid(app, own) == "TOO_MANY_MACHINES"


def test_servers_are_counted_to_the_end(app, own, production):
    put_under(production, is_floating=True, max_servers=3)
    for name in "ABCD":
        SeatFactory(license=production, server_id=name)

    assert valid(app, own) == "TOO_MANY_MACHINES"
    assert valid(app, own, fingerprint="A") == "TOO_MANY_MACHINES"
    Seat.objects.filter(server_id="D").update(deactivated_at=production.created_at)
    assert valid(app, own) == "VALID"


def test_the_license_tells_when_its_last_file_was_made(app, now, own, production):
    """Its own: that of a server tells the server's."""
    told = app.get("me", own).json()["data"]["attributes"]
    assert told["lastCheckOut"] is None

    app.post(f"licenses/{own}/actions/check-out", key=own)
    first = documents.moment(now.value)
    now.value += timedelta(hours=1)
    app.activate(own, production)
    app.post(f"machines/{SERVER}/actions/check-out", key=own)

    told = app.get("me", own).json()["data"]["attributes"]
    assert told["lastCheckOut"] == first
    server = app.get(f"machines/{SERVER}", own).json()["data"]["attributes"]
    assert server["lastCheckOut"] == documents.moment(now.value)
    (listed,) = app.get("machines", own).json()["data"]
    assert listed["attributes"]["lastCheckOut"] == server["lastCheckOut"]


def test_entitlements_are_the_policys_and_its_own(app, own, production):
    policy = put_under(production)
    scan, print_ = EntitlementFactory(code="scan"), EntitlementFactory(code="print")
    policy.entitlements.add(scan)
    production.entitlements.add(scan, print_)

    listed = app.get(f"licenses/{production.pk}/entitlements?limit=100", own).json()
    assert [one["attributes"]["code"] for one in listed["data"]] == ["print", "scan"]
    assert listed["data"][0]["attributes"]["name"] == print_.name
    assert valid(app, own, entitlements=["scan", "print"]) == "VALID"
    assert valid(app, own, entitlements=["scan", "sso"]) == "ENTITLEMENTS_MISSING"
    assert valid(app, own, entitlements=[]) == "ENTITLEMENTS_SCOPE_EMPTY"


@pytest.mark.parametrize(
    "scope",
    [
        {"fingerprint": 7},
        {"fingerprint": {"x": 1}},
        {"fingerprint": "\0"},
        {"fingerprint": "\ud800"},
        {"fingerprint": "x" * 10_000},
        {"fingerprints": [None, [], "\0"]},
        {"fingerprints": ["x"] * 100},
        {"machine": "\udfff", "fingerprint": None},
        {"entitlements": ["\0", 7, {}]},
        {"policy": [], "product": None},
    ],
)
def test_a_scope_of_anything_is_answered(app, own, production, scope):
    app.activate(own, production)

    answer = validate_key(app, own, scope=scope)

    assert answer.status_code == 200
    assert answer.json()["meta"]["valid"] is False


# When it last asked


def test_the_last_validation_is_noted_by_the_hour(app, own, production, now, at):
    assert valid(app, own) == "VALID"
    production.refresh_from_db()
    assert production.last_validated_at == at

    now.value += timedelta(minutes=59)
    told = validate_key(app, own).json()["data"]["attributes"]
    assert told["lastValidated"] == "2026-11-21T06:00:00.000Z"
    production.refresh_from_db()
    assert production.last_validated_at == at

    now.value += timedelta(minutes=1)
    validate_key(app, own)
    production.refresh_from_db()
    assert production.last_validated_at == now.value


@pytest.mark.django_db(transaction=True)
def test_a_validation_waits_for_nobody(app, own, production, in_another_thread):
    with transaction.atomic():
        License.objects.select_for_update(no_key=True).get(pk=production.pk)

        answer = in_another_thread(lambda: valid(app, own))

    assert answer == "VALID"
    production.refresh_from_db()
    assert production.last_validated_at is None


@pytest.fixture
def in_another_thread():
    """On a connection of its own; whoever waits longer than a second has failed."""

    def run(work):
        def done():
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '1s'")
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(done).result(timeout=30)

    return run


# How much it costs


def test_validate_key_costs_few_statements(app, own, production, count):
    app.activate(own, production)
    validate_key(app, own)

    # The license with how many servers it has, the server asked for, whose signature.
    assert count(lambda: valid(app, own, fingerprint=SERVER)) == 3
    assert count(lambda: valid(app, own)) == 2
    assert count(lambda: valid(app, own, entitlements=["x"])) == 3
    assert count(lambda: app.get("me", own)) == 2
    # Neither a license nor, as it is not a signed one, public keys to be tried.
    assert count(lambda: valid(app, "9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3")) == 2


def test_more_servers_cost_no_more(app, own, production, count):
    put_under(production, is_floating=True, max_servers=None)
    asked = [
        lambda: valid(app, own, fingerprint="S-0"),
        lambda: app.get("machines?limit=100", own),
        lambda: app.get("machines/S-0", own),
        lambda: app.post("machines/S-0/actions/ping", None, own),
        lambda: app.post("machines/S-0/actions/check-out", None, own),
        lambda: app.post(f"licenses/{own}/actions/check-out", None, own),
    ]
    app.activate(own, production, "S-0")
    validate_key(app, own)

    for one in asked:
        one()
    few = [count(one) for one in asked]
    for number in range(1, 9):
        app.activate(own, production, f"S-{number}")

    LicenseFactory.create_batch(3)

    assert [count(one) for one in asked] == few == [3, 3, 3, 4, 8, 6]


@pytest.fixture
def count():
    def counted(work):
        with CaptureQueriesContext(connection) as queries:
            work()
        return len(queries)

    return counted
