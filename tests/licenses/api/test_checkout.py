"""Check-out: what may be asked of a file."""

import pytest

from licenses import files
from tests.licenses.api.conftest import SERVER, code_of

pytestmark = pytest.mark.django_db
MINE = "licenses/{key}/actions/check-out"


def test_a_file_lives_a_month_unless_asked(app, key):
    answer = app.post(MINE.format(key=key), None, key).json()["data"]

    assert answer["type"] == "license-files"
    assert (
        answer["attributes"]
        | {
            "algorithm": files.PLAIN,
            "issued": "2026-11-21T06:00:00.000Z",
            "expiry": "2026-12-21T16:29:06.000Z",
            "ttl": 2629746,
            "includes": [],
        }
        == answer["attributes"]
    )
    assert answer["attributes"]["certificate"].endswith("-----END LICENSE FILE-----\n")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("ttl=3599", "CHECKOUT_TTL_INVALID"),
        ("ttl=x", "CHECKOUT_TTL_INVALID"),
        ("ttl=2147483648", "CHECKOUT_TTL_INVALID"),
        ("include=secrets", "CHECKOUT_INCLUDE_INVALID"),
        ("algorithm=rot13", "CHECKOUT_ALGORITHM_INVALID"),
        ("encrypt=true&algorithm=base64%2Bed25519", "CHECKOUT_ALGORITHM_INVALID"),
    ],
)
def test_what_cannot_be_is_refused(app, key, query, code):
    answer = app.post(f"machines/{SERVER}/actions/check-out?{query}", None, key)

    assert (answer.status_code, code_of(answer)) == (400, code)


@pytest.mark.parametrize("encrypt", [True, 1, "true", "1"])
def test_every_spelling_of_encrypted(app, key, encrypt):
    meta = {"encrypt": encrypt, "ttl": 3600, "include": ["license.entitlements"]}

    answer = app.post(f"machines/{SERVER}/actions/check-out", {"meta": meta}, key)

    attributes = answer.json()["data"]["attributes"]
    assert (attributes["algorithm"], attributes["ttl"]) == (files.ENCRYPTED, 3600)


def test_files_of_others_are_not_given(app, key, acceptance):
    for address in (f"licenses/{acceptance.pk}", "machines/OTHER"):
        answer = app.post(f"{address}/actions/check-out", None, key)
        assert code_of(answer) == "NOT_FOUND"
