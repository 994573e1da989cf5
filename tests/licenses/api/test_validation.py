"""The codes of a validation, one by one and in their order."""

import pytest

from licenses.api.validation import DETAILS, Facts, Rules, Server, judge

PRODUCT = "22222222-2222-4222-8222-222222222222"
POLICY = "33333333-3333-4333-8333-333333333333"
MACHINE = "55555555-5555-4555-8555-555555555555"
SERVER = "7C41-E09B-55D2"
ONE = (Server(MACHINE, SERVER),)


def code(
    scope,
    *,
    servers=ONE,
    active=None,
    most=None,
    is_suspended=False,
    is_over=False,
    **rules,
):
    facts = Facts(
        product=PRODUCT,
        policy=POLICY,
        environments=("production",),
        entitlements=frozenset({"scan", "print"}),
        servers=servers,
        active=len(servers) if active is None else active,
        most=most,
        is_suspended=is_suspended,
        is_over=is_over,
        rules=Rules(**rules),
    )
    verdict = judge(facts, scope)
    assert verdict.detail
    return verdict.code if verdict.is_valid == (verdict.code == "VALID") else "VALID?"


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
        ({"policy": POLICY}, "VALID"),
        ({"policy": "x"}, "POLICY_SCOPE_MISMATCH"),
        ({"user": "x"}, "USER_SCOPE_MISMATCH"),
        ({"entitlements": []}, "ENTITLEMENTS_SCOPE_EMPTY"),
        ({"entitlements": ["SSO"]}, "ENTITLEMENTS_MISSING"),
        ({"entitlements": ["scan", "SSO"]}, "ENTITLEMENTS_MISSING"),
        ({"entitlements": ["scan", {}]}, "ENTITLEMENTS_MISSING"),
        ({"entitlements": ["scan", "print"]}, "VALID"),
        ({"entitlements": "scan"}, "VALID"),
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
    assert code({name: "x"}, servers=()) == "NO_MACHINE"
    assert code({name: "x"}, servers=(), is_floating=True) == "NO_MACHINES"
    assert code({}, servers=()) == "VALID"


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


def test_a_suspended_license_says_nothing_else():
    assert code({"product": "x"}, is_suspended=True, is_over=True) == "SUSPENDED"


@pytest.mark.parametrize("name", ["product", "fingerprint"])
def test_a_policy_may_want_to_be_told(name):
    required = f"{name.upper()}_SCOPE_REQUIRED"

    assert code({}, **{f"requires_{name}": True}) == required
    assert code({"entitlements": ["scan"]}, **{f"requires_{name}": True}) == required
    # The quick check asks of nothing.
    assert code(None, **{f"requires_{name}": True}) == "VALID"


def test_several_fingerprints_stand_for_the_one():
    told = {"fingerprints": [SERVER]}

    assert code(told, requires_fingerprint=True) == "VALID"
    assert code({"machine": MACHINE}, requires_fingerprint=True) == (
        "FINGERPRINT_SCOPE_REQUIRED"
    )


@pytest.mark.parametrize(
    ("asked", "any_of_them", "most_of_them"),
    [
        (["A"], True, True),
        (["A", "x"], True, False),
        (["A", "B"], True, True),
        (["A", "B", "x"], True, True),
        (["A", "x", "y"], True, False),
        (["A", "A", "A", "x", "y"], True, False),
        (["A", "B", "x", "y"], True, False),
        (["x", "y"], False, False),
    ],
)
def test_how_many_fingerprints_must_fit(asked, any_of_them, most_of_them):
    servers = (Server("1", "A"), Server("2", "B"))
    words = {True: "VALID", False: "FINGERPRINT_SCOPE_MISMATCH"}

    found = [
        code({"fingerprints": asked}, servers=servers, wants_most=wants_most)
        for wants_most in (False, True)
    ]

    assert found == [words[any_of_them], words[most_of_them]]


@pytest.mark.parametrize(
    ("heartbeat", "expected"),
    [
        ("ALIVE", "VALID"),
        ("DEAD", "HEARTBEAT_DEAD"),
        ("NOT_STARTED", "HEARTBEAT_NOT_STARTED"),
    ],
)
@pytest.mark.parametrize("scope", [{"fingerprint": SERVER}, {"machine": MACHINE}])
def test_a_policy_may_want_heartbeats(scope, heartbeat, expected):
    servers = (Server(MACHINE, SERVER, heartbeat),)

    assert code(scope, servers=servers, requires_heartbeat=True) == expected
    assert code(scope, servers=servers) == "VALID"
    assert code({}, servers=servers, requires_heartbeat=True) == "VALID"


def test_of_several_servers_one_that_is_heard_of_is_enough():
    servers = (Server("1", "A", "DEAD"), Server("2", "B", "ALIVE"))
    asked = {"fingerprints": ["A", "B"]}

    assert code(asked, servers=servers, requires_heartbeat=True) == "VALID"
    assert (
        code(asked, servers=servers, requires_heartbeat=True, wants_most=True)
        == "HEARTBEAT_DEAD"
    )


def test_more_servers_than_there_may_be():
    assert code({}, active=3, most=2) == "TOO_MANY_MACHINES"
    assert code({}, active=2, most=2) == "VALID"
    assert code({}, active=3, most=2, is_over=True) == "TOO_MANY_MACHINES"
    assert code({"product": "x"}, active=3, most=2) == "PRODUCT_SCOPE_MISMATCH"


def test_what_comes_after_the_end_says_the_policy():
    asked = {"product": "x"}

    assert code(asked, is_over=True, turns_away_expired=True) == "EXPIRED"
    assert code(asked, is_over=True) == "PRODUCT_SCOPE_MISMATCH"
    assert code({}, is_over=True, maintains_expired=True) == "VALID?"
    verdict = judge(
        Facts(product=PRODUCT, is_over=True, rules=Rules(maintains_expired=True)), {}
    )
    assert (verdict.code, verdict.is_valid) == ("EXPIRED", True)
