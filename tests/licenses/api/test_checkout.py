"""Check-out: what may be asked of a file."""

import hashlib
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

from licenses import actions, files
from licenses.files import LockedFileError
from licenses.models import IssuedFile
from tests.factories.licenses import EntitlementFactory
from tests.licenses.api.conftest import SERVER, code_of, put_under
from tests.licenses.api.test_answers import is_genuine

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


# What stands in a file


@pytest.fixture
def product(production):
    """The production of Depot Control under a policy, active on its server."""
    policy = put_under(production, name="Gold")
    policy.entitlements.add(EntitlementFactory(code="scan"))
    production.entitlements.add(EntitlementFactory(code="print"))
    return production.application


def taken(app, key, address, **query):
    answer = app.post(f"{address}/actions/check-out?{urlencode(query)}", None, key)
    return answer.json()["data"]["attributes"]["certificate"]


def included(document):
    """Of each type: the codes, the names, or the ids."""
    found = {}
    for one in document.included:
        told = one["attributes"]
        word = told.get("code") or told.get("name") or one["id"]
        found.setdefault(one["type"], []).append(word)
    return found


@pytest.mark.parametrize("signed", [False, True])
def test_an_encrypted_file_opens_with_the_key_that_was_shown(
    app, own, key, product, production, public_key, signed
):
    shown = key if signed else own
    mine = taken(app, shown, f"licenses/{production.pk}", encrypt=1)
    here = taken(app, shown, f"machines/{SERVER}", encrypt=1)

    said = files.read(mine, public_key, secret=shown)
    assert said.data["attributes"]["key"] == shown
    assert files.read(here, public_key, secret=shown + SERVER).data["type"] == (
        "machines"
    )
    with pytest.raises(LockedFileError):
        files.read(mine, public_key, secret=own if signed else key)
    with pytest.raises(LockedFileError):
        files.read(here, public_key, secret=shown + "ELSEWHERE")


@pytest.mark.parametrize("name", ["license", "machine"])
def test_what_is_asked_for_is_in_the_file(
    app, own, in_use, product, production, public_key, name
):
    all_of_it = ["entitlements", "product", "policy", "group", "owner", "users"]
    if name == "license":
        address, asked = f"licenses/{production.pk}", all_of_it
    else:
        address = f"machines/{SERVER}"
        asked = ["license", "components", *(f"license.{one}" for one in all_of_it)]

    text = taken(app, own, address, include=",".join(asked))

    found = included(files.read(text, public_key))
    license = {"licenses": ["Depot Control, production"]} if name == "machine" else {}
    assert found == license | {
        "entitlements": ["print", "scan"],
        "products": [product.name],
        "policies": ["Gold"],
    }


def test_what_is_not_asked_for_is_not(
    app, own, in_use, product, production, public_key
):
    mine = files.read(taken(app, own, f"licenses/{production.pk}"), public_key)
    here = files.read(taken(app, own, f"machines/{SERVER}"), public_key)

    assert included(mine) == {}
    # Some clients read no machine file without its license.
    assert included(here) == {"licenses": ["Depot Control, production"]}


def test_entitlements_bring_the_license_along(app, own, in_use, product, public_key):
    text = taken(app, own, f"machines/{SERVER}", include="license.entitlements")

    found = included(files.read(text, public_key))
    assert (len(found["licenses"]), found["entitlements"]) == (1, ["print", "scan"])


# The bare file, and what is noted of it


@pytest.mark.parametrize("name", ["licenses/{license}", "machines/{server}"])
def test_the_bare_file(app, own, in_use, production, public_key, name):
    address = name.format(license=production.pk, server=SERVER)
    target = f"/v1/{address}/actions/check-out?ttl=7200"

    answer = app.client.get(target, headers={"Authorization": f"License {own}"})

    row = IssuedFile.objects.get()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/octet-stream"
    held_by = row.seat_id or row.license_id
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{held_by}.lic"'
    )
    assert files.read(answer.content.decode(), public_key)
    assert is_genuine(answer, public_key, "get", target)


def test_every_file_is_noted(app, own, in_use, production, now, at):
    answer = app.post(f"machines/{SERVER}/actions/check-out?encrypt=true", None, own)
    now.value += timedelta(hours=2)
    mine = app.get(f"licenses/{production.pk}/actions/check-out?ttl=3600", own)

    of_license, of_machine = IssuedFile.objects.order_by("-issued_at")
    assert answer.json()["data"]["id"] == str(of_machine.pk)
    text = answer.json()["data"]["attributes"]["certificate"]
    assert of_machine.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert of_machine.is_encrypted
    assert (of_machine.way, of_machine.issued_by) == ("network", None)
    assert of_machine.expires_at == at + timedelta(seconds=2_629_746)
    assert of_license.sha256 == hashlib.sha256(mine.content).hexdigest()
    assert of_license.expires_at == now.value + timedelta(hours=1)
    told = app.get(f"machines/{SERVER}", own).json()["data"]["attributes"]
    assert told["lastCheckOut"] == "2026-11-21T06:00:00.000Z"
    told = app.get("me", own).json()["data"]["attributes"]
    assert told["lastCheckOut"] == "2026-11-21T08:00:00.000Z"


def test_a_refused_wish_leaves_nothing(app, own, in_use):
    app.post(f"machines/{SERVER}/actions/check-out?ttl=1", None, own)

    assert not IssuedFile.objects.exists()


def test_after_the_renewal_a_fresh_file_says_the_new_end(
    app, own, in_use, production, public_key, at
):
    """E12"""
    old = taken(app, own, f"machines/{SERVER}")
    actions.renew_license(license=production, ends_on=date(2027, 12, 6), by=None, at=at)

    fresh = taken(app, own, f"machines/{SERVER}")

    ends = [
        files.read(text, public_key).included[0]["attributes"]["expiry"]
        for text in (old, fresh)
    ]
    assert ends == ["2026-12-06T23:00:00.000Z", "2027-12-06T23:00:00.000Z"]
