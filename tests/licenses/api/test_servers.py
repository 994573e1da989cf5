"""Servers that take and give back places by the license's own key."""

from datetime import timedelta

import pytest

from licenses import actions
from licenses.models import Seat
from tests.factories.licenses import SeatFactory
from tests.licenses.api.conftest import (
    SERVER,
    code_of,
    put_under,
    validate_key,
)
from tests.licenses.api.test_answers import is_genuine

pytestmark = pytest.mark.django_db
ODD = "weird/fp with space.%"
TOLD = {
    "name": "rtm-app-01",
    "hostname": "rtm-app-01.acme.example",
    "platform": "linux/amd64",
    "ip": "192.0.2.7",
    "cores": 8,
    "memory": 34_359_738_368,
    "disk": 2**63 - 1,
    "metadata": {"rack": "B 7", "tags": ["a\\u0000b"]},
}


@pytest.fixture
def floating(production):
    put_under(production, floating=True)
    return production


def pointer_of(answer):
    return answer.json()["errors"][0]["source"]["pointer"]


# Activate


def test_an_app_activates_its_license_on_a_server(app, own, production):
    """LI-07"""
    answer = app.activate(own, production, **TOLD)

    data = answer.json()["data"]
    assert answer.status_code == 201
    assert data["attributes"] | TOLD == data["attributes"]
    assert data["attributes"]["fingerprint"] == SERVER
    assert data["attributes"]["heartbeatStatus"] == "NOT_STARTED"
    assert data["relationships"]["license"]["data"]["id"] == str(production.pk)
    seat = Seat.objects.get()
    assert (str(seat.pk), seat.is_active) == (data["id"], True)
    assert (seat.server_name, seat.memory) == ("rtm-app-01", TOLD["memory"])
    valid = validate_key(app, own, scope={"fingerprint": SERVER, "machine": data["id"]})
    assert valid.json()["meta"]["code"] == "VALID"


def test_members_that_say_nothing_are_no_facts(app, own, production):
    answer = app.activate(own, production, name=None, cores=None, unheard_of=[1])

    assert answer.status_code == 201
    assert answer.json()["data"]["attributes"]["name"] is None


def test_the_same_server_twice(app, own, production):
    """E8"""
    app.activate(own, production)

    answer = app.activate(own, production)

    assert (answer.status_code, code_of(answer)) == (422, "FINGERPRINT_TAKEN")
    assert pointer_of(answer) == "/data/attributes/fingerprint"


def test_one_server_more_than_there_may_be(app, own, floating):
    """E8"""
    codes = [app.activate(own, floating, one).status_code for one in "ABC"]

    assert codes == [201, 201, 422]
    answer = app.activate(own, floating, "C")
    assert code_of(answer) == "MACHINE_LIMIT_EXCEEDED"
    assert pointer_of(answer) == "/data"


def test_a_server_once_per_app(app, own, production, acceptance, at):
    put_under(production, uniqueness="UNIQUE_PER_PRODUCT")
    actions.activate_server(license=acceptance, server_id=SERVER, by=None, at=at)

    assert code_of(app.activate(own, production)) == "FINGERPRINT_TAKEN"


def test_the_key_that_waits_for_the_server_is_in_use_then(
    app, own, waiting, production
):
    assert app.activate(own, production).status_code == 201

    waiting.refresh_from_db()
    assert waiting.is_in_use


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("name", 7, "NAME_INVALID"),
        ("name", "x" * 81, "NAME_TOO_LONG"),
        ("name", "\0", "NAME_INVALID"),
        ("hostname", "\ud800", "HOSTNAME_INVALID"),
        ("hostname", "x" * 256, "HOSTNAME_TOO_LONG"),
        ("platform", ["linux"], "PLATFORM_INVALID"),
        ("ip", "x" * 46, "IP_TOO_LONG"),
        ("cores", "8", "CORES_INVALID"),
        ("cores", True, "CORES_INVALID"),
        ("cores", -1, "CORES_INVALID"),
        ("cores", 2**31, "CORES_INVALID"),
        ("memory", 1.5, "MEMORY_INVALID"),
        ("disk", 2**63, "DISK_INVALID"),
        ("metadata", [], "METADATA_INVALID"),
        ("metadata", {"x": "\0"}, "METADATA_INVALID"),
        ("metadata", {"\ud800": 1}, "METADATA_INVALID"),
        ("metadata", {"x": "x" * 16_384}, "METADATA_INVALID"),
        ("fingerprint", "x" * 4097, "FINGERPRINT_TOO_LONG"),
        ("fingerprint", "\0", "FINGERPRINT_INVALID"),
        ("fingerprint", "\udfff", "FINGERPRINT_INVALID"),
        ("fingerprint", " ", "FINGERPRINT_BLANK"),
    ],
)
def test_what_no_server_can_say(app, own, production, member, value, code):
    answer = app.activate(own, production, **{member: value})

    assert (answer.status_code, code_of(answer)) == (422, code)
    assert pointer_of(answer) == f"/data/attributes/{member}"
    assert not Seat.objects.exists()


@pytest.mark.parametrize("fingerprint", [ODD, "ü" * 2048, "a" * 4096, "%2F", "../.."])
def test_odd_fingerprints(app, own, production, fingerprint):
    assert app.activate(own, production, fingerprint).status_code == 201

    valid = validate_key(app, own, scope={"fingerprint": fingerprint}).json()
    assert valid["meta"]["code"] == "VALID"
    (listed,) = app.get(f"licenses/{production.pk}/machines", own).json()["data"]
    assert listed["attributes"]["fingerprint"] == fingerprint


def test_an_odd_fingerprint_in_an_address_is_signed_as_it_was_sent(
    app, own, production, public_key
):
    app.activate(own, production, ODD)
    raw = "/v1/machines/weird%2Ffp%20with%20space.%25"

    for path, method in ((raw, "get"), (f"{raw}/actions/ping", "post")):
        answer = getattr(app.client, method)(
            path.replace("%2F", "/"),
            headers={"Authorization": f"License {own}"},
            RAW_URI=path,
        )
        assert answer.json()["data"]["attributes"]["fingerprint"] == ODD
        assert is_genuine(answer, public_key, method, path)


# Read


def test_servers_are_listed_page_by_page(app, own, production, now):
    put_under(production, is_floating=True, max_servers=None)
    for number in range(12):
        now.value += timedelta(minutes=1)
        app.activate(own, production, f"S-{number}")
    address = f"licenses/{production.pk}/machines"

    def names(query, prefix=address):
        answer = app.get(f"{prefix}{query}", own).json()
        return [one["attributes"]["fingerprint"] for one in answer["data"]]

    latest_first = [f"S-{number}" for number in range(11, -1, -1)]
    assert names("?limit=100") == latest_first
    assert names("?limit=100", "machines") == latest_first
    assert names("") == latest_first[:10]
    assert names("?limit=1") == ["S-11"]
    assert names("?page[number]=2&page[size]=5") == latest_first[5:10]
    first = app.get(f"{address}?page[size]=10", own).json()["links"]
    assert first["prev"] is None
    last = app.client.get(first["next"], headers={"Authorization": f"License {own}"})
    assert len(last.json()["data"]) == 2
    assert last.json()["links"]["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "page[number]=0"])
def test_pages_that_cannot_be(app, own, query):
    answer = app.get(f"machines?{query}", own)

    error = answer.json()["errors"][0]
    assert (answer.status_code, error["code"]) == (400, "PARAMETERS_INVALID")
    assert error["source"] == {"parameter": query.partition("=")[0]}


def test_a_server_is_named_by_its_id_first(app, own, floating):
    first = app.activate(own, floating, "A").json()["data"]
    app.activate(own, floating, first["id"])

    found = app.get(f"machines/{first['id']}", own).json()["data"]

    assert found["attributes"]["fingerprint"] == "A"


def test_servers_of_others_do_not_exist(app, own, acceptance, at):
    seat = SeatFactory(license=acceptance, server_id="B")

    for name in (seat.pk, "B", "x" * 5000):
        for answer in (
            app.get(f"machines/{name}", own),
            app.delete(f"machines/{name}", key=own),
            app.post(f"machines/{name}/actions/ping", None, own),
            app.post(f"machines/{name}/actions/reset", None, own),
            app.get(f"machines/{name}/components", own),
            app.post(f"machines/{name}/actions/check-out", None, own),
        ):
            assert (answer.status_code, code_of(answer)) == (404, "NOT_FOUND")


@pytest.mark.parametrize("parts", ["components", "processes"])
def test_a_server_has_no_parts(app, own, production, parts):
    app.activate(own, production)

    assert app.get(f"machines/{SERVER}/{parts}?limit=100", own).json()["data"] == []


@pytest.mark.parametrize("address", ["processes", "processes/x/actions/ping"])
def test_processes_are_not_kept(app, own, address):
    answer = app.post(address, {"data": {}}, own)

    assert (answer.status_code, code_of(answer)) == (404, "NOT_FOUND")


# Deactivate


def test_a_server_gives_its_place_back(app, own, production, public_key):
    machine = app.activate(own, production).json()["data"]["id"]

    answer = app.delete(f"machines/{machine}", key=own)

    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert "Content-Length" not in answer.headers
    assert is_genuine(answer, public_key, "delete", f"/v1/machines/{machine}")
    assert code_of(app.delete(f"machines/{machine}", key=own)) == "NOT_FOUND"
    said = validate_key(app, own, scope={"fingerprint": SERVER}).json()["meta"]
    assert said["code"] == "NO_MACHINE"
    assert app.activate(own, production, "ANOTHER").status_code == 201


def test_by_its_fingerprint_as_well(app, own, floating):
    app.activate(own, floating, "A")
    app.activate(own, floating, "B")

    assert app.delete("machines/A", key=own).status_code == 204
    said = validate_key(app, own, scope={"fingerprint": "A"}).json()["meta"]
    assert said["code"] == "FINGERPRINT_SCOPE_MISMATCH"


def test_a_key_of_one_server_sees_no_other(app, key, own, production, floating):
    """E8"""
    app.activate(own, floating, "B")

    assert code_of(app.get("machines/B", key)) == "NOT_FOUND"
    assert code_of(app.delete("machines/B", key=key)) == "NOT_FOUND"
    said = validate_key(app, key, scope={"fingerprint": "B"}).json()["meta"]
    assert said["code"] == "FINGERPRINT_SCOPE_MISMATCH"
    (listed,) = app.get("machines", key).json()["data"]
    assert listed["attributes"]["fingerprint"] == SERVER


def test_a_server_that_gave_its_place_back_has_no_key_any_more(app, key, production):
    assert app.delete(f"machines/{SERVER}", key=key).status_code == 204

    assert code_of(app.get("me", key)) == "LICENSE_INVALID"
    production.refresh_from_db()
    assert production.runs_until is None


# Heartbeats


@pytest.fixture
def beating(production):
    put_under(production, floating=True, requires_heartbeat=True, heartbeat_seconds=60)
    return production


def status(answer):
    return answer.json()["data"]["attributes"]["heartbeatStatus"]


def valid_on(app, key, server=SERVER):
    scope = {"fingerprint": server}
    return validate_key(app, key, scope=scope).json()["meta"]["code"]


@pytest.mark.parametrize("verb", ["ping", "ping-heartbeat"])
def test_a_server_is_alive_for_so_long_after_a_heartbeat(app, own, beating, now, verb):
    app.activate(own, beating)
    assert valid_on(app, own) == "HEARTBEAT_NOT_STARTED"

    answer = app.post(f"machines/{SERVER}/actions/{verb}", None, own)

    told = answer.json()["data"]["attributes"]
    assert (answer.status_code, told["heartbeatStatus"]) == (200, "ALIVE")
    assert (told["requireHeartbeat"], told["heartbeatDuration"]) == (True, 60)
    assert told["lastHeartbeat"] == "2026-11-21T06:00:00.000Z"
    assert told["nextHeartbeat"] == "2026-11-21T06:01:00.000Z"
    assert valid_on(app, own) == "VALID"
    now.value += timedelta(seconds=60)
    assert status(app.get(f"machines/{SERVER}", own)) == "ALIVE"
    now.value += timedelta(seconds=1)
    assert status(app.get(f"machines/{SERVER}", own)) == "DEAD"
    assert valid_on(app, own) == "HEARTBEAT_DEAD"


def test_a_silent_server_may_be_heard_of_again(app, own, beating, now):
    app.activate(own, beating)
    app.post(f"machines/{SERVER}/actions/ping", None, own)
    now.value += timedelta(hours=1)

    assert status(app.post(f"machines/{SERVER}/actions/ping", None, own)) == "ALIVE"
    assert valid_on(app, own) == "VALID"


@pytest.mark.parametrize("verb", ["reset", "reset-heartbeat"])
def test_no_app_hides_its_silence(app, own, production, verb):
    app.activate(own, production)

    answer = app.post(f"machines/{SERVER}/actions/{verb}", None, own)

    assert (answer.status_code, code_of(answer)) == (403, "FORBIDDEN")


@pytest.fixture
def dropping(production):
    put_under(
        production,
        floating=True,
        requires_heartbeat=True,
        heartbeat_seconds=60,
        drops_dead_servers=True,
    )
    return production


def test_a_silent_server_loses_its_place(app, own, dropping, now):
    for name in "AB":
        app.activate(own, dropping, name)
    app.post("machines/A/actions/ping", None, own)
    now.value += timedelta(seconds=61)
    too_late = app.post("machines/A/actions/ping", None, own)

    assert actions.drop_silent_servers(at=now.value) == 1

    after = app.post("machines/A/actions/ping", None, own)
    for answer in (too_late, after):
        assert (answer.status_code, code_of(answer)) == (422, "MACHINE_HEARTBEAT_DEAD")
    assert code_of(app.get("machines/A", own)) == "NOT_FOUND"
    assert app.activate(own, dropping, "C").status_code == 201
    # B never sent one, so nobody waits for the next.
    assert app.get("machines/B", own).status_code == 200


def test_a_server_that_left_in_time_is_not_there(app, own, dropping):
    app.activate(own, dropping)
    app.post(f"machines/{SERVER}/actions/ping", None, own)
    app.delete(f"machines/{SERVER}", key=own)

    answer = app.post(f"machines/{SERVER}/actions/ping", None, own)

    assert (answer.status_code, code_of(answer)) == (404, "NOT_FOUND")


def test_a_dropped_server_may_be_activated_again(app, own, dropping, now):
    app.activate(own, dropping)
    app.post(f"machines/{SERVER}/actions/ping", None, own)
    now.value += timedelta(hours=1)
    actions.drop_silent_servers(at=now.value)

    assert app.activate(own, dropping).status_code == 201
    assert status(app.post(f"machines/{SERVER}/actions/ping", None, own)) == "ALIVE"
