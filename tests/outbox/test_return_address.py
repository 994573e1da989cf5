"""The signed address of each letter: ours are known again, all others are not."""

from uuid import UUID, uuid4

import pytest

from outbox.return_address import check_bounce_address, letter_of, return_address

LETTER = UUID("11111111-2222-4333-8444-555555555555")


@pytest.fixture(autouse=True)
def _mailbox(settings):
    settings.BOUNCE_ADDRESS = "bounces@steward.example"


def test_a_letter_is_known_by_its_address():
    for letter in (LETTER, *(uuid4() for _ in range(50))):
        assert letter_of(return_address(letter)) == letter


def test_the_address_is_one_every_server_takes():
    address = return_address(LETTER)
    local, _, domain = address.partition("@")

    assert domain == "steward.example"
    assert local.startswith("bounces+")
    assert len(local) <= 64
    assert local.removeprefix("bounces+").isalnum()


def test_a_server_may_fold_the_case():
    assert letter_of(return_address(LETTER).upper()) == LETTER


def test_without_a_mailbox_there_is_no_address(settings):
    settings.BOUNCE_ADDRESS = ""

    assert return_address(LETTER) == ""


@pytest.mark.parametrize("place", range(8, 50))
def test_one_changed_letter_makes_it_a_forgery(place):
    address = return_address(LETTER)
    other = "b" if address[place] != "b" else "c"

    found = letter_of(f"{address[:place]}{other}{address[place + 1 :]}")

    # The last letter of the identity holds spare bits, which name the same letter.
    assert found is None or (found == LETTER and place == 33)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bounces@steward.example",
        "bounces+@steward.example",
        "bounces+x@steward.example",
        f"bounces+{'a' * 42}@steward.example",
        "bounces+ÄÖÜ@steward.example",
        f"bounces+{'1' * 42}@steward.example",
    ],
)
def test_other_addresses_name_no_letter(address):
    assert letter_of(address) is None


def test_another_key_does_not_sign_for_us(settings):
    address = return_address(LETTER)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key, as long as the first"

    assert letter_of(address) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert letter_of(address) == LETTER


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("", []),
        ("bounces@steward.example", []),
        ("b" * 21 + "@steward.example", []),
        ("b" * 22 + "@steward.example", ["outbox.E002"]),
        ("bounces", ["outbox.E001"]),
        ("Us <bounces@steward.example>", ["outbox.E001"]),
        ("a+b@steward.example", ["outbox.E001"]),
    ],
)
def test_a_mailbox_that_cannot_work_is_said_at_start(settings, address, codes):
    settings.BOUNCE_ADDRESS = address

    assert [error.id for error in check_bounce_address()] == codes
