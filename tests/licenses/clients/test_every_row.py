"""keygen-sdk with the license's own key: every row of the interface that matters.

LI-36: the installation that has a network shows one key, on whichever server.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from licenses import actions, signers
from licenses.api import validation
from licenses.models import License, Seat, SigningKey
from licenses.models.policy import Policy
from tests.factories.licenses import EntitlementFactory, PolicyFactory
from tests.licenses.clients.conftest import SERVER

ODD = "weird/fp with space.%"


@pytest.fixture
def ask(answers_of, own_facts):
    def asked(*questions, **options):
        told = own_facts | {"questions": questions} | options
        return answers_of("python_script.py", told)

    return asked


@pytest.fixture
def by(stella):
    return {"by": stella, "at": timezone.now()}


def put_under(license, **rules):
    license.policy = PolicyFactory(**rules)
    license.save(update_fields=["policy"])


def end(license, *, days_ago):
    today = license.company.today(timezone.now())
    License.objects.filter(pk=license.pk).update(
        starts_on=None, ends_on=today - timedelta(days=days_ago)
    )


def test_a_server_from_its_first_day_to_its_last(ask, license):
    of_license, of_machine = [str(license.pk), 7200], [SERVER, str(license.pk)]

    assert ask(
        "me",
        ["validate", SERVER],
        ["activate", SERVER],
        ["validate", SERVER],
        ["activate", SERVER],
        ["activate", "another server"],
        "machines",
        ["machine", SERVER],
        ["ping", SERVER],
        "license_file",
        ["license_file", "plain"],
        ["machine_file", SERVER],
        ["machine_file", SERVER, "plain"],
        ["deactivate", SERVER],
        ["machine", SERVER],
        "machines",
        ["validate", SERVER],
    ) == [
        str(license.pk),
        "LicenseNotActivatedError",
        SERVER,
        "VALID",
        "MachineAlreadyActivatedError",
        "MachineLimitExceededError",
        [SERVER],
        str(license.pk),
        ["NOT_STARTED", "ALIVE"],
        of_license,
        of_license,
        of_machine,
        of_machine,
        None,
        "NotFoundError",
        [],
        "LicenseNotActivatedError",
    ]


def test_a_fingerprint_may_be_any_text(ask, license):
    """With a slash, a blank and a per cent sign, in an address as well."""
    assert ask(
        ["activate", ODD],
        ["validate", ODD],
        ["machine", ODD],
        ["ping", ODD],
        ["machine_file", ODD],
        ["deactivate", ODD],
        "machines",
    ) == [
        ODD,
        "VALID",
        str(license.pk),
        ["NOT_STARTED", "ALIVE"],
        [ODD, str(license.pk)],
        None,
        [],
    ]


def test_a_floating_license_has_as_many_seats_as_were_sold(ask, license):
    put_under(license, floating=True)

    assert ask(
        ["validate", "one"],
        ["activate", "one"],
        ["activate", "two"],
        ["activate", "three"],
        ["leave", "one"],
        ["activate", "three"],
    ) == [
        "LicenseNotActivatedError",
        "one",
        "two",
        "MachineLimitExceededError",
        None,
        "three",
    ]


def test_a_signed_license_key_verifies_and_works(answers_of, served, license):
    """The policy says whether a key is short or signed."""
    put_under(license, scheme=Policy.Scheme.SIGNED)
    text = actions.make_license_key(license=license, by=None, at=timezone.now())
    told = {
        "api_url": served,
        "public_key": signers.active().public_key,
        "license_key": text,
        "product": str(license.application.pk),
        "questions": ["key", ["activate", SERVER], ["validate", SERVER]],
    }

    assert answers_of("python_script.py", told) == ["genuine", SERVER, "VALID"]


def test_entitlements_are_those_of_the_policy_and_its_own(ask, license):
    put_under(license)
    license.policy.entitlements.add(EntitlementFactory(code="reports"))
    license.entitlements.add(EntitlementFactory(code="exports"))

    assert ask("entitlements") == [["exports", "reports"]]


def test_a_suspended_license_says_so_and_comes_back(ask, license, by):
    """LI-24"""
    ask(["activate", SERVER])
    actions.suspend_license(license=license, reason="unpaid", **by)

    assert ask("me", "code") == ["LicenseSuspendedError", "SUSPENDED"]

    actions.reinstate_license(license=license, **by)
    assert ask(["validate", SERVER]) == ["VALID"]


def test_a_revoked_license_is_as_if_it_had_never_been(ask, license, by):
    ask(["activate", SERVER])
    actions.revoke_license(license=license, reason="cancelled", **by)

    assert ask("me", "code") == ["LicenseKeyError", "NOT_FOUND"]


def test_after_the_renewal_a_fresh_file_shows_the_new_end(ask, license, by):
    """LI-18, E12"""
    before = ask("ends")
    actions.renew_license(
        license=license, ends_on=license.ends_on.replace(year=2100), **by
    )

    after = ask("ends")

    assert before != after
    assert after[0].startswith(("2100", "2099"))


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        ("RESTRICT_ACCESS", ["LIC", "LicenseExpiredError", "EXPIRED"]),
        ("REVOKE_ACCESS", ["LicenseExpiredError", "LicenseExpiredError", "EXPIRED"]),
    ],
)
def test_after_grace_the_policy_says_what_an_app_still_hears(
    ask, license, strategy, said
):
    """LI-28"""
    put_under(license, expiration_strategy=strategy)
    ask(["activate", SERVER])
    end(license, days_ago=31)

    found = ask("me", ["validate", SERVER], "code")

    assert [one if one != str(license.pk) else "LIC" for one in found] == said


def test_in_its_grace_a_license_is_valid(ask, license):
    """LI-28"""
    ask(["activate", SERVER])
    end(license, days_ago=20)

    assert ask(["validate", SERVER]) == ["VALID"]


def test_every_code_that_our_rules_produce(ask, license, by):
    """In the words of the client that hears them; none is left out."""
    heard = set(ask(["code", {"fingerprint": SERVER}]))  # NO_MACHINE
    ask(["activate", SERVER])
    product = str(license.application.pk)
    heard |= set(
        ask(
            "code",
            ["code", {"environment": "another"}],
            ["code", {"product": "another"}],
            ["code", {"policy": "another"}],
            ["code", {"user": "somebody"}],
            ["code", {"entitlements": []}],
            ["code", {"entitlements": ["reports"]}],
            ["code", {"machine": "another"}],
            ["code", {"fingerprint": "another"}],
            ["code", {"fingerprint": ""}],
            ["code", {"components": []}],
            ["code", {"components": ["one"]}],
            ["code", {"checksum": "x"}],
            ["code", {"version": "1.0.0"}],
        )
    )
    put_under(license, floating=True, requires_product=True, requires_fingerprint=True)
    heard |= set(ask("code", ["code", {"product": product}]))
    put_under(license, requires_heartbeat=True)
    heard |= set(ask(["code", {"fingerprint": SERVER}]))
    Seat.objects.update(last_heartbeat_at=timezone.now() - timedelta(days=1))
    heard |= set(ask(["code", {"fingerprint": SERVER}]))
    put_under(license, floating=True)
    ask(["activate", "a second"])
    License.objects.filter(pk=license.pk).update(max_servers=1)
    heard |= set(ask("code"))
    ask(["deactivate", SERVER], ["deactivate", "a second"])
    heard |= set(ask(["code", {"fingerprint": SERVER}]))  # NO_MACHINES
    end(license, days_ago=31)
    heard |= set(ask("code"))
    license.refresh_from_db()
    actions.suspend_license(license=license, reason="unpaid", **by)
    heard |= set(ask("code"))
    actions.revoke_license(license=license, reason="cancelled", **by)
    heard |= set(ask("code"))

    assert heard == validation.DETAILS.keys()


def test_an_app_that_names_its_account_outlives_a_rotation(ask, license, by):
    """It holds the account and the public key as a pair; others need a release."""
    old = SigningKey.objects.active().get()
    prefix = f"v1/accounts/{old.pk}"
    assert ask(["activate", SERVER], api_prefix=prefix) == [SERVER]
    fresh = actions.rotate_signing_key(retiring=str(old.pk), **by)

    assert ask(["validate", SERVER], ["machine_file", SERVER], api_prefix=prefix) == [
        "VALID",
        [SERVER, str(license.pk)],
    ]
    assert ask("me") == ["ResponseSignatureInvalidError"]
    assert ask(["validate", SERVER], public_key=fresh.public_key) == ["VALID"]
