"""Signed keys: the published vectors verify, and one changed byte never does [E8]."""

import base64
import json
import random
from datetime import UTC, date, datetime

import pytest

from licenses import keys
from licenses.keys import Claims, ForgedKeyError

SEED = bytes(range(32))
PUBLIC = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
HELLO = (
    "key/aGVsbG8=.1CJ7uaLbHRf9NNVZi7khZuQP0QdxaHLsX0ZYceAWvgjyPJtbmuwA5iT8eHGK0u94"
    "QMVQIIgDa-ZvQvpm14nBCw=="
)
DATASET = (
    '{"account":{"id":"11111111-1111-4111-8111-111111111111"},"product":{"id":'
    '"22222222-2222-4222-8222-222222222222"},"policy":{"id":'
    '"33333333-3333-4333-8333-333333333333","duration":31536000},"user":null,'
    '"license":{"id":"44444444-4444-4444-8444-444444444444","created":'
    '"2024-01-01T00:00:00.000Z","expiry":"2030-01-01T00:00:00.000Z"}}'
)
DATASET_SIGNATURE = (
    "dNoI9s224SYdEKzF9m_h9dsAKC7VEYM7ZXAgloR0CSB4eNkwQx7QjNxrSkMsoft7O9LmNHBNbhmJGh8y"
    "Woc2BQ=="
)
CLAIMS = Claims(
    license_id="4f2bb1d6-7d2c-4d7b-9d7e-9a34d5b1f6a0",
    license_number=20417,
    server_id="7C41-E09B-55D2",
    ends_on=date(2027, 12, 6),
    expires_at=datetime(2027, 12, 6, 23, tzinfo=UTC),
    issued_at=datetime(2026, 11, 24, 10, 6, tzinfo=UTC),
    users=300,
)


def test_the_public_half_is_64_hexadecimal_digits():
    assert keys.public_key_of(SEED) == PUBLIC


def test_a_key_over_hello_is_the_published_one():
    assert keys.sign(b"hello", SEED) == HELLO
    assert keys.verify(HELLO, PUBLIC) == b"hello"


def test_a_key_over_the_usual_dataset_is_the_published_one():
    text = keys.sign(DATASET.encode(), SEED)

    assert text.endswith(f".{DATASET_SIGNATURE}")
    assert keys.verify(text, PUBLIC) == DATASET.encode()


def test_what_is_written_is_read_again():
    text = keys.write(CLAIMS, SEED)

    assert keys.read(text, PUBLIC) == CLAIMS


def test_the_dataset_is_compact_and_names_its_facts():
    text = keys.write(CLAIMS, SEED)

    dataset = keys.verify(text, PUBLIC).decode()

    assert " " not in dataset
    assert json.loads(dataset) == {
        "license": {
            "id": CLAIMS.license_id,
            "number": 20417,
            "expiry": "2027-12-06T23:00:00.000Z",
        },
        "server": {"id": "7C41-E09B-55D2"},
        "ends_on": "2027-12-06",
        "users": 300,
        "issued": "2026-11-24T10:06:00.000Z",
    }


def test_the_wire_format_keeps_its_padding_and_its_one_slash_and_dot():
    signing, signature = keys.write(CLAIMS, SEED).split(".")

    assert signing.count("/") == 1
    assert signing.startswith("key/")
    assert len(signing.removeprefix("key/")) % 4 == 0
    assert len(signature) == 88
    assert signature.endswith("==")


def test_spaces_and_line_breaks_of_the_display_mean_nothing():
    grouped = " ".join(HELLO[i : i + 6] for i in range(0, len(HELLO), 6))

    assert keys.verify(f"\n{grouped}\r\n", PUBLIC) == b"hello"


def test_no_changed_character_verifies():
    """E8: tampered."""
    text = keys.write(CLAIMS, SEED)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    for place in range(len(text)):
        other = next(letter for letter in alphabet if letter != text[place])
        forged = text[:place] + other + text[place + 1 :]
        with pytest.raises(ForgedKeyError):
            keys.verify(forged, PUBLIC)


def test_no_flipped_bit_of_the_signature_verifies():
    """E8: also where base64 would hide a change in its last character."""
    signing, signature = HELLO.split(".")
    raw = bytearray(base64.urlsafe_b64decode(signature))

    for bit in range(len(raw) * 8):
        raw[bit // 8] ^= 1 << bit % 8
        forged = f"{signing}.{base64.urlsafe_b64encode(raw).decode()}"
        with pytest.raises(ForgedKeyError):
            keys.verify(forged, PUBLIC)
        raw[bit // 8] ^= 1 << bit % 8


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "key/",
        "key/.",
        "key/aGVsbG8=",
        "license/aGVsbG8=.abc",
        HELLO.rstrip("="),
        HELLO + "=",
        HELLO.replace("key/", "KEY/"),
        HELLO.replace("aGVsbG8=", "aGVsbG8"),
        "9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3",
        "kéy/aGVsbG8=.abc",
    ],
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ForgedKeyError):
        keys.verify(text, PUBLIC)


def test_random_bytes_never_crash_the_decoder():
    chance = random.Random(20417)

    for _ in range(500):
        noise = chance.randbytes(chance.randrange(200)).decode("latin-1")
        for text in (noise, f"key/{noise}", f"key/aGVsbG8=.{noise}"):
            with pytest.raises(ForgedKeyError):
                keys.verify(text, PUBLIC)


def test_a_key_of_another_signer_is_refused():
    stranger = keys.public_key_of(bytes(32))

    with pytest.raises(ForgedKeyError):
        keys.verify(HELLO, stranger)


@pytest.mark.parametrize(
    "dataset", [b"hello", b"[]", b"{}", b'{"license":{}}', b"\xff\xfe"]
)
def test_an_authentic_key_for_another_use_claims_nothing(dataset):
    with pytest.raises(ForgedKeyError, match="another use"):
        keys.read(keys.sign(dataset, SEED), PUBLIC)


def test_a_key_fits_one_server():
    """E8: another server ID."""
    claims = keys.read(keys.write(CLAIMS, SEED), PUBLIC)

    assert claims.fit("7C41-E09B-55D2")
    assert not claims.fit("19AA-4F70-C3E8")


def test_a_key_ends_with_its_last_day():
    """E8: expired; the day ends in the company's zone."""
    assert not CLAIMS.have_ended(datetime(2027, 12, 6, 22, 59, 59, tzinfo=UTC))
    assert CLAIMS.have_ended(datetime(2027, 12, 6, 23, tzinfo=UTC))


def test_the_fingerprint_is_short_and_ignores_spaces():
    assert keys.fingerprint(HELLO) == keys.fingerprint(f" {HELLO[:20]} {HELLO[20:]}")
    assert len(keys.fingerprint(HELLO)) == 9
    assert keys.fingerprint(HELLO) != keys.fingerprint(keys.write(CLAIMS, SEED))


def test_the_last_characters_are_those_of_the_key():
    assert keys.last_characters(HELLO + " \n") == HELLO[-6:]


def test_new_seeds_differ():
    assert len(keys.new_seed()) == keys.SEED_BYTES
    assert keys.new_seed() != keys.new_seed()
