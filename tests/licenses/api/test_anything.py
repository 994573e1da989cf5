"""Anything at all sent to the endpoints: each answers, and each no is a coded one.

With every kind of credential, also the vendor's, so that bodies are read to their end.
"""

import base64
import json

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licenses import actions
from licenses.models import ApiToken
from tests.licenses.api.conftest import SERVER

pytestmark = pytest.mark.django_db
anything = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

NASTY = ["", "\x00", "\ud800", "a\x00b", "9" * 400, "٣", "-1", "{", "true", "null"]
NASTY += ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", "2030-01-01"]
TEXTS = st.sampled_from(NASTY) | st.text(max_size=40)
NUMBERS = st.integers() | st.floats() | st.sampled_from([2**31, 2**63, -(2**63)])
LEAVES = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
    ),
    max_leaves=6,
)


def objects(*names):
    """Objects with some of these members, each of them anything."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, VALUES))


SCOPES = objects(
    "product", "policy", "user", "environment", "entitlements", "machine", "checksum"
) | objects("fingerprint", "fingerprints", "components", "version")
METAS = st.fixed_dictionaries(
    {},
    optional={
        "key": TEXTS,
        "scope": SCOPES | VALUES,
        **dict.fromkeys(("nonce", "encrypt", "ttl", "include", "algorithm"), VALUES),
        "reason": VALUES,
    },
)
ATTRIBUTES = objects(
    "fingerprint", "name", "hostname", "platform", "ip", "cores", "memory", "metadata"
) | objects("expiry", "key", "maxMachines", "maxUsers", "metadata", "name")
BODIES = (
    VALUES
    | st.fixed_dictionaries({"meta": METAS | VALUES})
    | st.fixed_dictionaries({"data": VALUES | st.lists(objects("id", "type"))})
)
HEADERS = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
GETS = ["ping", "me", "machines", "licenses", "entitlements", "policies", "products"]
ADDRESSES = GETS + ["tokens", "accounts/{x}", "accounts/{x}/me", "licenses/{x}"]
ADDRESSES += ["licenses/{x}/machines", "licenses/{x}/entitlements", "machines/{x}"]
ADDRESSES += ["licenses/{x}/actions/check-out", "machines/{x}/actions/check-out"]
DEEDS = ["licenses/actions/validate-key", "machines", "licenses", "tokens"]
DEEDS += [
    f"licenses/{{license}}/actions/{deed}"
    for deed in ("validate", "check-out", "renew", "suspend", "reinstate", "check-in")
]
DEEDS += [
    f"machines/{SERVER}/actions/{deed}" for deed in ("check-out", "ping", "reset")
]


@pytest.fixture(autouse=True)
def _asked_as_often_as_one_likes(settings):
    settings.LICENSING_REQUESTS = [10**9, 10**9]
    cache.clear()


@pytest.fixture
def headers(own, in_use, stella, at):
    """Nobody, an app with either kind of key, and a machine of the vendor."""
    token = actions.make_token(kind=ApiToken.Kind.ADMIN, name="CI", by=stella, at=at)[1]
    return [
        {},
        {"Authorization": f"License {own}"},
        {"Authorization": f"License {actions.text_of(in_use)}"},
        {"Authorization": f"Bearer {token}"},
    ]


def is_an_answer(answer):
    """A success, or a refusal as clients want it: with a code, a title and words."""
    if answer.status_code < 400:
        return True
    error = answer.json()["errors"][0]
    words = [error["code"], error["title"], error["detail"]]
    return answer.status_code < 500 and all(isinstance(one, str) for one in words)


@given(
    deed=st.sampled_from(DEEDS),
    body=BODIES,
    attributes=st.none() | ATTRIBUTES,
    who=st.integers(0, 3),
)
@anything
def test_any_body(app, headers, production, deed, body, attributes, who):
    if attributes is not None:
        license = {"data": {"type": "licenses", "id": str(production.pk)}}
        environment = {"data": {"id": str(production.environment_id)}}
        related = {"license": license, "environment": environment}
        body = {"data": {"attributes": attributes, "relationships": related}}

    answer = app.client.post(
        f"/v1/{deed.format(license=production.pk)}",
        json.dumps(body),
        content_type="application/json",
        headers=headers[who],
    )

    assert is_an_answer(answer)


@pytest.mark.parametrize("reason", [*NASTY, "x" * 5_000, 5, None, [], {}])
def test_any_reason(app, headers, production, reason):
    answer = app.client.post(
        f"/v1/licenses/{production.pk}/actions/suspend",
        json.dumps({"meta": {"reason": reason}}),
        content_type="application/json",
        headers=headers[3],
    )

    assert is_an_answer(answer)


@given(attributes=ATTRIBUTES, body=BODIES, is_shaped=st.booleans())
@anything
def test_any_change_of_a_license(app, headers, production, attributes, body, is_shaped):
    answer = app.client.patch(
        f"/v1/licenses/{production.pk}",
        json.dumps({"data": {"attributes": attributes}} if is_shaped else body),
        content_type="application/json",
        headers=headers[3],
    )

    assert is_an_answer(answer)


@given(
    raw=st.binary() | st.binary().map(lambda raw: b'{"meta":' + raw),
    kind=st.sampled_from(["", "application/json", "text/plain; charset=none"]),
)
@anything
def test_any_bytes(app, production, raw, kind):
    address = "/v1/licenses/actions/validate-key"

    answer = app.client.generic("POST", address, raw, content_type=kind)

    assert is_an_answer(answer)


@given(
    value=HEADERS
    | HEADERS.map("License ".__add__)
    | HEADERS.map("Bearer ".__add__)
    | HEADERS.map("Basic ".__add__)
    | st.binary().map(lambda raw: f"Basic {base64.b64encode(raw).decode()}")
    | st.text().map(
        lambda text: (
            "Basic "
            + base64.b64encode(f"license:{text}".encode(errors="replace")).decode()
        )
    )
)
@anything
def test_any_credentials(app, production, value):
    answer = app.client.get("/v1/me", headers={"Authorization": value})

    assert answer.status_code in {401, 403}
    assert is_an_answer(answer)


@given(
    address=st.sampled_from(ADDRESSES),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    query=st.dictionaries(
        st.sampled_from(["auth", "token", "limit", "page[size]", "page[number]", "ttl"])
        | st.sampled_from(["encrypt", "include", "algorithm", "name"]),
        TEXTS.filter(lambda text: text.isprintable() or text == "\x00"),
        max_size=3,
    ),
    who=st.integers(0, 3),
)
@anything
def test_any_address_and_query(app, headers, address, name, query, who):
    answer = app.client.get(
        "/v1/" + address.format(x=name.replace("?", "").replace("#", "")),
        query,
        headers=headers[who],
    )

    assert is_an_answer(answer)
