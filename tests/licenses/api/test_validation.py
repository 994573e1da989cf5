"""The codes of a validation, one by one and in their order."""

import pytest

from licenses.api.validation import DETAILS, Facts, judge

PRODUCT = "22222222-2222-4222-8222-222222222222"
MACHINE = "55555555-5555-4555-8555-555555555555"
SERVER = "7C41-E09B-55D2"


def code(scope, *, machines=None, is_over=False):
    facts = Facts(
        product=PRODUCT,
        environments=("production",),
        machines={MACHINE: SERVER} if machines is None else machines,
        is_over=is_over,
    )
    return judge(facts, scope).code


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, "VALID"),
        ({"unheard-of": 1}, "VALID"),
        ({"environment": "production"}, "VALID"),
        ({"environment": ""}, "VALID"),
        ({"environment": "test"}, "ENVIRONMENT_SCOPE_MISMATCH"),
        ({"environment": ["production"]}, "ENVIRONMENT_SCOPE_MISMATCH"),
        ({"product": PRODUCT}, "VALID"),
        ({"product": ""}, "PRODUCT_SCOPE_MISMATCH"),
        ({"product": "x"}, "PRODUCT_SCOPE_MISMATCH"),
        ({"policy": "x"}, "POLICY_SCOPE_MISMATCH"),
        ({"user": "x"}, "USER_SCOPE_MISMATCH"),
        ({"entitlements": []}, "ENTITLEMENTS_SCOPE_EMPTY"),
        ({"entitlements": ["SSO"]}, "ENTITLEMENTS_MISSING"),
        ({"machine": MACHINE}, "VALID"),
        ({"machine": "x"}, "MACHINE_SCOPE_MISMATCH"),
        ({"machine": {}}, "MACHINE_SCOPE_MISMATCH"),
        ({"fingerprint": SERVER}, "VALID"),
        ({"fingerprint": ""}, "FINGERPRINT_SCOPE_EMPTY"),
        ({"fingerprint": SERVER.lower()}, "FINGERPRINT_SCOPE_MISMATCH"),
        ({"fingerprint": [SERVER]}, "FINGERPRINT_SCOPE_MISMATCH"),
        ({"fingerprints": []}, "FINGERPRINT_SCOPE_EMPTY"),
        ({"fingerprints": ["x", SERVER]}, "VALID"),
        ({"fingerprints": ["x", {}]}, "FINGERPRINT_SCOPE_MISMATCH"),
        ({"components": []}, "COMPONENTS_SCOPE_EMPTY"),
        ({"components": ["x"]}, "COMPONENTS_SCOPE_MISMATCH"),
        ({"checksum": "x"}, "CHECKSUM_SCOPE_MISMATCH"),
        ({"version": "1.0"}, "VERSION_SCOPE_MISMATCH"),
    ],
)
def test_each_scope_has_its_code(scope, expected):
    assert code(scope) == expected


@pytest.mark.parametrize("name", ["machine", "fingerprint", "fingerprints"])
def test_a_license_without_a_server_says_activate_me(name):
    assert code({name: "x"}, machines={}) == "NO_MACHINE"
    assert code({}, machines={}) == "VALID"


def test_scopes_come_before_the_end():
    assert code({"product": "x"}, is_over=True) == "PRODUCT_SCOPE_MISMATCH"
    assert code({"fingerprint": "x"}, is_over=True) == "FINGERPRINT_SCOPE_MISMATCH"
    assert code({"fingerprint": SERVER}, is_over=True) == "EXPIRED"
    assert code({}, is_over=True) == "EXPIRED"


def test_the_order_of_scopes():
    wrong = {
        "environment": "x",
        "product": "x",
        "policy": "x",
        "user": "x",
        "entitlements": ["x"],
        "machine": "x",
        "fingerprint": "x",
        "components": ["x"],
        "checksum": "x",
        "version": "x",
    }

    found = []
    while wrong:
        found.append(code(wrong).split("_")[0].lower())
        wrong.pop(found[-1])

    assert found == [
        "environment",
        "product",
        "policy",
        "user",
        "entitlements",
        "machine",
        "fingerprint",
        "components",
        "checksum",
        "version",
    ]


def test_no_license_is_not_found():
    assert judge(None, {"product": "x"}).code == "NOT_FOUND"


def test_only_valid_is_valid():
    facts = Facts(product=PRODUCT)

    assert judge(facts, {}).is_valid
    assert not judge(facts, {"product": ""}).is_valid
    assert [name for name, words in DETAILS.items() if not words] == []
