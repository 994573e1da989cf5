"""Signed keys: the published vectors verify, and one changed byte never does [E8]."""

import base64
import json
from datetime import UTC, date, datetime

import pytest

from licenses import keys
from licenses.keys import Claims, ForgedKeyError
from tests.licenses.tampering import one_bit_away
from tests.licenses.vectors import DATASET, DATASET_SIGNATURE, HELLO, PUBLIC, SEED

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


@pytest.mark.parametrize("text", [HELLO, keys.write(CLAIMS, SEED)])
def test_no_tampered_byte_verifies(text):
    """E8: every bit of every byte, also those that lenient Base64 ignores."""
    for forged in one_bit_away(text):
        with pytest.raises(ForgedKeyError):
            keys.verify(forged, PUBLIC)


def test_no_flipped_bit_of_the_signature_verifies():
    """E8: spelled well, and still wrong."""
    signing, signature = HELLO.split(".")

    for raw in one_bit_away(base64.urlsafe_b64decode(signature)):
        forged = f"{signing}.{base64.urlsafe_b64encode(raw).decode()}"
        with pytest.raises(ForgedKeyError):
            keys.verify(forged, PUBLIC)


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
