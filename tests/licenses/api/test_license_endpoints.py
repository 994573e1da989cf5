"""The endpoints about a license, as an app calls them."""

import base64
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from licenses import actions, keys
from licenses.models import SigningKey
from tests.licenses.api.conftest import SERVER, code_of, validate_key

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


# Who asks


def test_ping(app):
    assert app.get("ping").content == b"pong\n"


def test_me_is_the_license_of_the_key(app, key, production):
    answer = app.get("me", key)

    data = answer.json()["data"]
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vnd.api+json"
    assert (data["type"], data["id"]) == ("licenses", str(production.pk))
    assert (
        data["attributes"]
        | {
            "name": "Depot Control, production",
            "key": key,
            "scheme": "ED25519_SIGN",
            "expiry": "2026-12-06T23:00:00.000Z",
            "status": "EXPIRING",
            "maxUsers": 300,
            "metadata": {"number": "LIC-20417", "environment": "production"},
        }
        == data["attributes"]
    )
    product = data["relationships"]["product"]["data"]
    assert product == {"type": "products", "id": str(production.application.pk)}


def test_every_form_of_showing_the_key(app, key):
    basic = base64.b64encode(f"license:{key}".encode()).decode()
    headers = [f"License {key}", f"license   {key}", f"Basic {basic}"]

    codes = [app.get("me", Authorization=one).status_code for one in headers]

    assert codes == [200, 200, 200]
    assert app.client.get("/v1/me", {"auth": f"license:{key}"}).status_code == 200


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "TOKEN_MISSING"),
        ("Negotiate x", "TOKEN_MISSING"),
        ("Bearer activ-0123v3", "TOKEN_INVALID"),
        ("Token x", "TOKEN_INVALID"),
        ("Basic x", "TOKEN_FORMAT_INVALID"),
        ("Basic " + base64.b64encode(b"bob@acme.example:x").decode(), None),
        ("License", "LICENSE_INVALID"),
        ("License 9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3", "LICENSE_INVALID"),
        ("License key/aGVsbG8=.AAAA", "LICENSE_INVALID"),
    ],
)
def test_whoever_shows_no_key_is_refused(app, in_use, header, code):
    answer = app.get("me", Authorization=header)

    error = answer.json()["errors"][0]
    assert answer.status_code == 401
    assert error["code"] == (code or "TOKEN_FORMAT_INVALID")
    assert error["title"] == "Unauthorized"
    assert error["detail"]


def test_a_session_opens_nothing(app, bob, key):
    app.client.force_login(bob)

    assert app.get("me").status_code == 401


def test_no_byte_of_a_key_may_change(app, key):
    """E8"""
    changed = [
        key[:at] + ("A" if key[at] != "A" else "B") + key[at + 1 :]
        for at in range(0, len(key), 7)
    ]

    assert {code_of(app.get("me", one)) for one in changed} == {"LICENSE_INVALID"}


def test_a_key_that_we_signed_and_never_gave_out_is_none(app, key, in_use, at):
    claims = keys.read(key, in_use.signing_key.public_key)
    in_use.delete()

    assert claims.license_number == 20417
    assert code_of(app.get("me", key)) == "LICENSE_INVALID"


def test_a_key_of_another_signer_is_none(app, production, key):
    forged = keys.sign(
        keys.verify(key, SigningKey.objects.get().public_key), keys.new_seed()
    )

    assert code_of(app.get("me", forged)) == "LICENSE_INVALID"


def test_a_retired_signing_key_still_vouches(app, key, at):
    SigningKey.objects.update(is_active=False, retired_at=at)

    assert app.get("me", key).status_code == 200


def test_an_offboarded_environment_has_no_key(app, key, production, at):
    production.environment.offboarded_at = at
    production.environment.save()

    assert code_of(app.get("me", key)) == "LICENSE_INVALID"
    assert validate_key(app, key).json()["meta"]["code"] == "NOT_FOUND"


def test_the_replaced_key_speaks_on_where_the_license_is(app, key, production, at):
    """E12"""
    actions.renew_license(license=production, ends_on=date(2027, 12, 6), by=None, at=at)
    newer = actions.generate_key(
        license=production, server_id=SERVER, server_name="", by=None, at=at
    )
    actions.activate_key(key=newer, by=None, at=at)

    answer = validate_key(app, key, scope={"fingerprint": SERVER}).json()
    assert answer["meta"]["code"] == "VALID"
    assert answer["data"]["attributes"]["expiry"] == "2027-12-06T23:00:00.000Z"


def test_other_hardware_silences_the_old_key_once_it_is_activated(
    app, key, production, at
):
    """E15"""
    newer = actions.generate_key(
        license=production, server_id="NEW", server_name="", by=None, at=at
    )
    assert app.get("me", key).status_code == 200

    actions.activate_key(key=newer, by=None, at=at)

    assert code_of(app.get("me", key)) == "LICENSE_INVALID"
    assert app.get("me", actions.text_of(newer)).status_code == 200


# One license, by its id and by its key


def test_a_license_is_read_by_id_and_by_key(app, key, production):
    by_id = app.get(f"licenses/{production.pk}", key).json()

    assert by_id == app.get(f"licenses/{key}", key).json()
    assert by_id["data"]["id"] == str(production.pk)


def test_the_license_of_others_does_not_exist(app, key, acceptance, at):
    """E8"""
    other = actions.generate_key(
        license=acceptance, server_id="OTHER", server_name="", by=None, at=at
    )

    for name in (acceptance.pk, actions.text_of(other), "x"):
        for answer in (
            app.get(f"licenses/{name}", key),
            app.post(f"licenses/{name}/actions/validate", {}, key),
        ):
            assert (answer.status_code, code_of(answer)) == (404, "NOT_FOUND")


# Validation


def test_validate_answers_with_the_license_and_repeats_what_was_asked(
    app, key, production
):
    scope = {"fingerprint": SERVER, "product": str(production.application.pk)}

    answer = app.post(
        f"licenses/{production.pk}/actions/validate",
        {"meta": {"scope": scope, "nonce": 7}},
        key,
    ).json()

    assert answer["data"]["id"] == str(production.pk)
    assert answer["meta"] == {
        "ts": "2026-11-21T06:00:00.000Z",
        "valid": True,
        "detail": "is valid",
        "code": "VALID",
        "nonce": 7,
        "scope": scope,
    }


def test_the_quick_check_needs_no_body(app, key, production):
    for answer in (
        app.get(f"licenses/{production.pk}/actions/validate", key),
        app.post(f"licenses/{key}/actions/validate", None, key),
    ):
        assert answer.json()["meta"]["code"] == "VALID"
        assert "scope" not in answer.json()["meta"]


def test_validate_key_needs_no_header(app, key, production):
    answer = validate_key(app, key, scope={"fingerprint": "ELSEWHERE"}).json()

    assert answer["data"]["id"] == str(production.pk)
    assert answer["meta"]["code"] == "FINGERPRINT_SCOPE_MISMATCH"
    assert answer["meta"]["valid"] is False


@pytest.mark.parametrize("key", ["", "x", "key/aGVsbG8=.AAAA", None, 7, "\ud800"])
def test_validate_key_does_not_find_what_is_no_key(app, in_use, key):
    answer = validate_key(app, key)

    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert answer.json()["meta"]["code"] == "NOT_FOUND"


def test_a_key_that_waits_says_activate_me(app, waiting):
    """E8"""
    answer = validate_key(app, actions.text_of(waiting), scope={"fingerprint": SERVER})

    assert answer.json()["meta"]["code"] == "NO_MACHINE"


@pytest.mark.parametrize(
    ("moment", "code", "status"),
    [
        (datetime(2026, 12, 6, 23, 59), "VALID", "EXPIRING"),
        (datetime(2026, 12, 7, 0, 0), "VALID", "EXPIRED"),
        (datetime(2027, 1, 5, 23, 59), "VALID", "EXPIRED"),
        (datetime(2027, 1, 6, 0, 0), "EXPIRED", "EXPIRED"),
    ],
)
def test_grace_is_valid_and_then_it_is_over(app, key, now, moment, code, status):
    """E11, LI-28"""
    now.value = moment.replace(tzinfo=AMSTERDAM)

    answer = validate_key(app, key).json()

    assert answer["meta"]["code"] == code
    attributes = answer["data"]["attributes"]
    assert attributes["status"] == status
    assert attributes["expiry"] == "2026-12-06T23:00:00.000Z"
    in_grace = status == "EXPIRED"
    until = {"graceUntil": "2027-01-05T23:00:00.000Z"} if in_grace else {}
    assert attributes["metadata"].get("graceUntil") == until.get("graceUntil")


def test_an_expired_license_still_says_who_it_is(app, key, now):
    now.value += timedelta(days=365)

    assert app.get("me", key).status_code == 200


def test_a_scope_of_very_many_fingerprints_is_refused(app, own, in_use):
    """Comparing each with each would keep a worker busy for hours."""
    many = [f"server-{number}" for number in range(101)]

    answer = validate_key(app, own, scope={"fingerprints": many})

    assert (answer.status_code, code_of(answer)) == (400, "PARAMETERS_INVALID")


@pytest.mark.parametrize(("depth", "status"), [(90, 200), (110, 400), (898, 400)])
def test_a_body_of_any_depth_is_answered(app, own, depth, status):
    """What Python still reads it cannot always write: 898 was a broken answer."""
    nested = "[" * depth + "]" * depth
    body = f'{{"meta":{{"key":"{own}","scope":{{"environment":{nested}}}}}}}'

    answer = app.client.post(
        "/v1/licenses/actions/validate-key", body, content_type="application/json"
    )

    assert answer.status_code == status
