"""Activating a license on its server, as an app does it by itself [LI-07, E8, E15]."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from companies.models import ActivityEntry
from licenses import actions
from licenses.models import LicenseKey
from tests.licenses.api.conftest import SERVER, Caller, code_of, validate_key

pytestmark = pytest.mark.django_db


def activate(app, key, license, fingerprint=SERVER):
    data = {
        "type": "machines",
        "attributes": {"fingerprint": fingerprint, "cores": 4},
        "relationships": {"license": {"data": {"id": str(license.pk)}}},
    }
    return app.post("machines", {"data": data}, key)


def test_activate_is_the_portals_activation(app, waiting, production, depot):
    """LI-01"""
    key = actions.text_of(waiting)

    answer = activate(app, key, production)

    data = answer.json()["data"]
    assert answer.status_code == 201
    assert (data["type"], data["id"]) == ("machines", str(waiting.seat_id))
    assert data["attributes"]["fingerprint"] == SERVER
    assert data["relationships"]["license"]["data"]["id"] == str(production.pk)
    waiting.refresh_from_db()
    production.refresh_from_db()
    assert waiting.is_in_use
    assert production.runs_until == date(2026, 12, 6)
    told = [str(entry) for entry in ActivityEntry.objects.about(depot.pk)]
    assert any("activated" in one and "rtm-app-01" in one for one in told)
    valid = validate_key(app, key, scope={"fingerprint": SERVER, "machine": data["id"]})
    assert valid.json()["meta"]["code"] == "VALID"


def test_a_second_time_is_told_so(app, key, production):
    """E8"""
    answer = activate(app, key, production)

    error = answer.json()["errors"][0]
    assert (answer.status_code, error["code"]) == (422, "FINGERPRINT_TAKEN")
    assert error["source"] == {"pointer": "/data/attributes/fingerprint"}


def test_another_server_is_over_the_limit(app, key, production):
    """E8"""
    answer = activate(app, key, production, "ELSEWHERE")

    error = answer.json()["errors"][0]
    assert (answer.status_code, error["code"]) == (422, "MACHINE_LIMIT_EXCEEDED")
    assert error["source"] == {"pointer": "/data"}


def test_a_key_opens_only_the_server_it_was_made_for(app, waiting, production):
    """E8"""
    answer = activate(app, actions.text_of(waiting), production, "ELSEWHERE")

    assert (answer.status_code, code_of(answer)) == (422, "FINGERPRINT_INVALID")
    assert not LicenseKey.objects.in_use().exists()


def test_new_hardware_with_its_own_key_takes_the_license_along(
    app, key, production, at
):
    """E15"""
    newer = actions.generate_key(license=production, server_id="NEW", by=None, at=at)

    answer = activate(app, actions.text_of(newer), production, "NEW")

    assert answer.status_code == 201
    assert code_of(app.get("me", key)) == "LICENSE_INVALID"


def test_a_renewed_key_is_activated_on_the_same_server(app, key, production, at):
    """E12"""
    end = date(2027, 12, 6)
    actions.renew_license(license=production, ends_on=end, by=None, at=at)
    newer = actions.generate_key(license=production, server_id=SERVER, by=None, at=at)

    answer = activate(app, actions.text_of(newer), production)

    assert answer.status_code == 201
    production.refresh_from_db()
    assert production.runs_until == end


def test_an_ended_key_is_not_activated(app, waiting, production, now):
    """E8"""
    now.value += timedelta(days=16)

    answer = activate(app, actions.text_of(waiting), production)

    assert (answer.status_code, code_of(answer)) == (403, "LICENSE_EXPIRED")


def test_the_license_of_others_is_not_activated(app, waiting, acceptance):
    answer = activate(app, actions.text_of(waiting), acceptance)

    assert (answer.status_code, code_of(answer)) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (None, 400, "PARAMETERS_INVALID"),
        ({}, 422, "LICENSE_BLANK"),
        ({"relationships": {"license": {"data": None}}}, 422, "LICENSE_BLANK"),
    ],
)
def test_a_body_that_says_too_little(app, waiting, data, status, code):
    answer = app.post("machines", {"data": data}, actions.text_of(waiting))

    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize("fingerprint", ["", None, 7, ["x"]])
def test_a_server_has_a_fingerprint(app, waiting, production, fingerprint):
    answer = activate(app, actions.text_of(waiting), production, fingerprint)

    assert (answer.status_code, code_of(answer)) == (422, "FINGERPRINT_BLANK")


def test_the_server_is_read_by_id_and_by_fingerprint(app, key, in_use, production):
    by_id = app.get(f"machines/{in_use.seat_id}", key).json()

    assert by_id == app.get(f"machines/{SERVER}", key).json()
    listed = app.get(f"licenses/{production.pk}/machines?limit=100", key).json()
    assert listed["data"] == [by_id["data"]]
    assert app.get(f"licenses/{key}/entitlements", key).json()["data"] == []


def test_a_server_that_waits_or_belongs_to_others_is_none(
    app, waiting, acceptance, production, at
):
    other = actions.generate_key(license=acceptance, server_id="B", by=None, at=at)
    actions.activate_key(key=other, by=None, at=at)
    key = actions.text_of(waiting)

    assert app.get(f"licenses/{production.pk}/machines", key).json()["data"] == []
    for name in (waiting.seat_id, SERVER, other.seat_id, "B"):
        assert code_of(app.get(f"machines/{name}", key)) == "NOT_FOUND"
    for what in ("machines", "entitlements"):
        answer = app.get(f"licenses/{acceptance.pk}/{what}", key)
        assert code_of(answer) == "NOT_FOUND"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_activates(now, waiting, production):
    key, codes = actions.text_of(waiting), []
    start = threading.Barrier(2)

    def ask():
        app = Caller(Client())
        start.wait()
        codes.append(activate(app, key, production).status_code)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [201, 422]
