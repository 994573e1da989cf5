"""What every answer has in common: its form, its signature and how many there are."""

import base64
import hashlib
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.cache import cache
from redis import RedisError

from licenses.models import SigningKey
from tests.licenses.api.conftest import SERVER, code_of, validate_key

pytestmark = pytest.mark.django_db


# Bodies, methods, accounts


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "JSON_INVALID"),
        (b"\xff", "JSON_INVALID"),
        (b'{"meta":{"nonce":NaN}}', "JSON_INVALID"),
        (b"[" * 100_000, "JSON_INVALID"),
        (b"[]", "PARAMETERS_INVALID"),
        (b'{"meta":[]}', "PARAMETERS_INVALID"),
        (b'{"meta":{"scope":"x"}}', "PARAMETERS_INVALID"),
    ],
)
def test_a_body_that_is_none_is_refused(app, in_use, body, code):
    answer = app.client.post(
        "/v1/licenses/actions/validate-key", body, content_type="application/json"
    )

    assert (answer.status_code, code_of(answer)) == (400, code)


def test_other_methods_are_refused(app, key):
    answer = app.client.delete("/v1/me", headers={"Authorization": f"License {key}"})

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_every_address_also_stands_under_the_account(app, key, production):
    account = SigningKey.objects.get().pk

    assert app.get(f"accounts/{account}/me", key).status_code == 200
    assert (
        app.post(
            f"accounts/{account}/licenses/{production.pk}/actions/validate", {}, key
        ).status_code
        == 200
    )
    stranger = app.get(f"accounts/{production.pk}/me", key)
    assert (stranger.status_code, code_of(stranger)) == (404, "NOT_FOUND")


def test_the_account_publishes_the_public_key(app, public_key):
    signer = SigningKey.objects.get()

    data = app.get(f"accounts/{signer.pk}").json()["data"]

    assert base64.b64decode(data["meta"]["keys"]["ed25519"]).decode() == public_key
    assert data["id"] == str(signer.pk)


@pytest.mark.parametrize("address", ["", "processes", "me/", "licenses/", "nothing"])
def test_what_is_not_there_is_refused_in_json(app, address):
    answer = app.get(address)

    assert answer.status_code in {401, 404}
    assert answer.json()["errors"][0]["detail"]


# Signatures


def is_genuine(answer, public_key, method, target, host="testserver"):
    header = answer.headers["Keygen-Signature"]
    parts = dict(part.split("=", 1) for part in header.split(", "))
    text = "\n".join(
        [
            f"(request-target): {method} {target}",
            f"host: {host}",
            f"date: {answer.headers['Keygen-Date']}",
            f"digest: {answer.headers['Keygen-Digest']}",
        ]
    )
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
        base64.b64decode(parts["signature"].strip('"')), text.encode()
    )
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
    return answer.headers["Digest"] == f"sha-256={digest}"


def test_answers_and_refusals_are_signed(app, key, public_key):
    assert is_genuine(app.get("me", key), public_key, "get", "/v1/me")
    assert is_genuine(app.get("me"), public_key, "get", "/v1/me")
    assert is_genuine(app.get("nothing?x=1"), public_key, "get", "/v1/nothing?x=1")
    assert is_genuine(
        validate_key(app, key), public_key, "post", "/v1/licenses/actions/validate-key"
    )


def test_every_kind_of_refusal_is_signed(app, key, production, public_key, settings):
    """Clients check all of them but 429 and those above 499."""
    settings.LICENSING_REQUESTS = [12, 10]
    wrong = {"data": {"attributes": {"fingerprint": ""}}}
    refused = [
        (400, "get", "machines?limit=0", None),
        (401, "get", "me", None),
        (403, "post", f"machines/{SERVER}/actions/reset", None),
        (404, "delete", "machines/elsewhere", None),
        (404, "post", "processes", wrong),
        (405, "put", "machines", wrong),
        (422, "post", "machines", wrong),
    ]

    for status, method, address, body in refused:
        shown = None if status == 401 else key
        named = {"key": shown} if method == "get" else {"body": body, "key": shown}
        answer = getattr(app, method)(address, **named)
        assert answer.status_code == status, (method, address)
        assert answer.headers["Content-Type"] == "application/vnd.api+json"
        error = answer.json()["errors"][0]
        assert all(isinstance(error[name], str) for name in ("title", "detail", "code"))
        assert is_genuine(answer, public_key, method, f"/v1/{address}")
    while (answer := app.get("me", key)).status_code != 429:
        pass
    assert is_genuine(answer, public_key, "get", "/v1/me")


def test_the_target_is_signed_as_it_was_sent(app, key, public_key):
    target = f"/v1/licenses/{key.replace('/', '%2F')}"

    answer = app.client.get(
        f"/v1/licenses/{key}",
        headers={"Authorization": f"License {key}"},
        RAW_URI=target,
    )

    assert answer.status_code == 200
    assert is_genuine(answer, public_key, "get", target)


def test_a_host_with_its_port_is_signed_so(app, key, public_key):
    answer = app.get("me", key, Host="testserver:8801")

    assert is_genuine(answer, public_key, "get", "/v1/me", host="testserver:8801")


def test_a_host_that_is_not_served_is_refused_and_signed(app, key, public_key):
    answer = app.get("me", key, Host="evil.example")

    assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")
    assert is_genuine(answer, public_key, "get", "/v1/me", host="evil.example")


def test_nobody_keeps_or_changes_an_answer(app, key):
    answer = app.get("me", key)

    assert answer.headers["Cache-Control"] == "no-store, no-transform"
    assert answer.headers["Keygen-Version"] == "1.8"
    assert answer.cookies == {}


def test_pages_are_not_signed(client, in_use):
    assert "Keygen-Signature" not in client.get("/healthz").headers


def test_before_the_first_key_nothing_is_signed(app, db):
    assert "Keygen-Signature" not in app.get("me").headers


# Limits


def test_one_address_may_ask_so_often(app, in_use, settings):
    settings.LICENSING_REQUESTS = [2, 9]

    answers = [app.get("ping") for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert code_of(answers[2]) == "TOO_MANY_REQUESTS"
    headers = answers[2].headers
    assert headers["X-RateLimit-Limit"] == "2"
    assert headers["X-RateLimit-Count"] == "3"
    assert 0 < int(headers["Retry-After"]) <= 60


def test_one_key_may_be_tried_so_often_from_anywhere(app, key, now, settings):
    settings.LICENSING_REQUESTS = [9, 2]

    codes = [
        app.client.get(
            "/v1/me",
            headers={"Authorization": f"License {key}"},
            REMOTE_ADDR=f"192.0.2.{number}",
        ).status_code
        for number in range(3)
    ]
    assert codes == [200, 200, 429]

    now.value += timedelta(minutes=1)
    assert app.get("me", key).status_code == 200


def test_the_licenses_own_key_is_counted_on_every_way(app, own, production, settings):
    """Right or wrong, by the header or in a body."""
    settings.LICENSING_REQUESTS = [99, 3]
    asked = [
        lambda: app.get("me", own),
        lambda: app.get("machines", own),
        lambda: validate_key(app, own),
        lambda: validate_key(app, own),
        lambda: app.activate(own, production),
    ]

    assert [one().status_code for one in asked] == [200, 200, 200, 429, 429]
    wrong = [validate_key(app, "9F0A21-7C3D54").status_code for _ in range(4)]
    assert wrong == [200, 200, 200, 429]


def test_a_counter_ends_with_its_time():
    assert [cache.count("x", timeout=60) for _ in range(3)] == [1, 2, 3]
    assert 0 < cache._cache.get_client().ttl(cache.make_key("x")) <= 60


def test_no_app_stands_still_because_the_counter_does(app, key, monkeypatch):
    def broken(*_args, **_options):
        raise RedisError

    monkeypatch.setattr(type(cache._connections[cache._alias]), "count", broken)

    assert app.get("me", key).status_code == 200


def test_an_answer_costs_few_statements(app, key, django_assert_num_queries):
    app.get("me", key)

    # Whose own key it is (nobody's), the public keys, the key with its license, and
    # whose signature goes on the answer.
    with django_assert_num_queries(4):
        app.get("me", key)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize(
    "address", ["machines/", "licenses/", "me/", "licenses/x/machines/", "//me", "x/"]
)
def test_nobody_is_sent_elsewhere(app, key, method, address):
    """A POST would lose its body on the way, and some clients follow nobody."""
    answer = getattr(app, method)(address, key=key)

    assert answer.status_code in {401, 403, 404, 405}
    assert answer.headers["Content-Type"] == "application/vnd.api+json"
