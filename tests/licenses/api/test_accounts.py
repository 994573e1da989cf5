"""After a rotation: an app that names its account is answered by the key pair it knows.

Whoever uses the short addresses hears the active pair.
"""

import base64

import pytest
from django.utils import timezone

from licenses import actions, files
from licenses.models import SigningKey
from tests.licenses.api.conftest import SERVER, code_of
from tests.licenses.api.test_answers import is_genuine

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(key):
    return SigningKey.objects.get()


@pytest.fixture
def new(old, stella):
    return actions.rotate_signing_key(
        retiring=str(old.pk), by=stella, at=timezone.now()
    )


def test_each_pair_answers_at_the_address_of_its_account(app, key, old, new):
    for signer in (old, new):
        answer = app.get(f"accounts/{signer.pk}/me", key)

        assert answer.status_code == 200
        assert f'keyid="{signer.pk}"' in answer.headers["Keygen-Signature"]
        target = f"/v1/accounts/{signer.pk}/me"
        assert is_genuine(answer, signer.public_key, "get", target)


def test_the_short_addresses_speak_for_the_active_pair(app, key, old, new):
    answer = app.get("me", key)

    assert answer.status_code == 200
    assert f'keyid="{new.pk}"' in answer.headers["Keygen-Signature"]
    assert is_genuine(answer, new.public_key, "get", "/v1/me")


def test_refusals_at_a_retired_account_are_its_own_too(app, old, new):
    target = f"accounts/{old.pk}/me"

    answer = app.get(target)

    assert code_of(answer) == "TOKEN_MISSING"
    assert is_genuine(answer, old.public_key, "get", f"/v1/{target}")


def test_each_account_publishes_its_own_key(app, old, new):
    for signer in (old, new):
        data = app.get(f"accounts/{signer.pk}").json()["data"]

        digits = base64.b64decode(data["meta"]["keys"]["ed25519"]).decode()
        assert (data["id"], digits) == (str(signer.pk), signer.public_key)


@pytest.mark.parametrize(
    "address",
    [f"machines/{SERVER}/actions/check-out", "licenses/{key}/actions/check-out"],
)
def test_a_file_is_signed_by_the_pair_whose_account_asks(app, key, old, new, address):
    address = address.format(key=key)

    def certificate(prefix):
        answer = app.post(f"{prefix}{address}", None, key)
        return answer.json()["data"]["attributes"]["certificate"]

    assert files.read(certificate(f"accounts/{old.pk}/"), old.public_key)
    assert files.read(certificate(f"accounts/{new.pk}/"), new.public_key)
    assert files.read(certificate(""), new.public_key)


@pytest.mark.parametrize("spelling", ["urn:uuid:{}", "{{{}}}", "{}x"])
def test_an_account_is_spelled_as_it_was_given(app, key, old, new, spelling):
    answer = app.get(f"accounts/{spelling.format(old.pk)}/me", key)

    assert (answer.status_code, code_of(answer)) == (404, "NOT_FOUND")
    assert f'keyid="{new.pk}"' in answer.headers["Keygen-Signature"]


def test_an_account_in_capitals_is_the_same(app, key, old, new):
    target = f"accounts/{str(old.pk).upper()}/me"

    assert is_genuine(app.get(target, key), old.public_key, "get", f"/v1/{target}")


def test_naming_the_account_costs_no_statement_more(
    app, key, old, new, django_assert_num_queries
):
    app.get(f"accounts/{old.pk}/me", key)

    with django_assert_num_queries(4):
        app.get(f"accounts/{old.pk}/me", key)
