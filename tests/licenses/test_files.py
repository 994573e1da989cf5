"""License and machine files: the published vectors, and what is refused.

Whatever one byte of a file becomes, it is genuine no more.
"""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from licenses import files
from licenses.files import ForgedFileError, Kind, LockedFileError
from tests.licenses.tampering import one_bit_away
from tests.licenses.vectors import (
    IV,
    KEY,
    LICENSE,
    LICENSE_FILE,
    MACHINE,
    MACHINE_FILE,
    PUBLIC,
    SEED,
    SERVER,
)

PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(SEED)
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
VECTORS = [
    (Kind.LICENSE, LICENSE, KEY, LICENSE_FILE),
    (Kind.MACHINE, MACHINE, KEY + SERVER, MACHINE_FILE),
]
PLAIN_FILE = files.write(LICENSE, kind=Kind.LICENSE, private_key=PRIVATE_KEY)
EVERY_FILE = [(LICENSE_FILE, KEY), (MACHINE_FILE, KEY + SERVER), (PLAIN_FILE, "")]


def enveloped(name="LICENSE", **outer):
    """A file around any envelope."""
    body = base64.b64encode(json.dumps(outer).encode()).decode()
    return f"-----BEGIN {name} FILE-----\n{body}\n-----END {name} FILE-----\n"


def envelope_of(file):
    return json.loads(base64.b64decode("".join(file.split("\n")[1:-2])))


@pytest.mark.parametrize(("kind", "document", "secret", "file"), VECTORS)
def test_the_published_vector_is_written(kind, document, secret, file):
    written = files.write(
        document, kind=kind, private_key=PRIVATE_KEY, secret=secret, iv=IV
    )

    assert written == file


@pytest.mark.parametrize(("kind", "document", "secret", "file"), VECTORS)
def test_the_published_vector_is_read(kind, document, secret, file):
    certificate = files.parse(file)
    read = files.read(file, PUBLIC, secret=secret)

    assert (certificate.kind, certificate.is_encrypted) == (kind, True)
    assert read.data == document["data"]
    assert read.included == document["included"]
    assert read.issued_at == datetime(2024, 1, 1, tzinfo=UTC)
    assert read.expires_at == datetime(2033, 12, 29, tzinfo=UTC)


def test_a_plain_file_is_read_without_a_secret():
    assert files.read(PLAIN_FILE, PUBLIC).data == LICENSE["data"]
    assert not files.parse(PLAIN_FILE).is_encrypted


def test_no_two_files_share_an_iv():
    one, two = (
        files.write({}, kind=Kind.LICENSE, private_key=PRIVATE_KEY, secret=KEY)
        for _ in range(2)
    )

    assert one != two


@pytest.mark.parametrize(("file", "secret"), EVERY_FILE)
def test_no_tampered_byte_is_read(file, secret):
    """E8: every bit of every byte of the whole text, its first and last line too."""
    assert files.read(file, PUBLIC, secret=secret)

    for forged in one_bit_away(file.rstrip("\n")):
        with pytest.raises(ForgedFileError):
            files.read(forged, PUBLIC, secret=secret)


@pytest.mark.parametrize(("file", "secret"), EVERY_FILE)
def test_no_tampered_byte_inside_the_envelope_is_read(file, secret):
    """E8: the envelope itself spelled well, what it holds changed."""
    genuine = envelope_of(file)

    for member in ("enc", "sig", "alg"):
        for forged in one_bit_away(genuine[member]):
            with pytest.raises(ForgedFileError):
                files.read(
                    enveloped(file.split()[1], **(genuine | {member: forged})),
                    PUBLIC,
                    secret=secret,
                )


def test_blanks_around_a_file_and_line_ends_of_windows_mean_nothing():
    pasted = "\r\n  " + LICENSE_FILE.replace("\n", "\r\n") + "\t\r\n"

    assert files.read(pasted, PUBLIC, secret=KEY).data == LICENSE["data"]


def test_a_file_that_another_signed_is_not_authentic():
    foreign = files.write(LICENSE, kind=Kind.LICENSE, private_key=STRANGER)

    with pytest.raises(ForgedFileError, match="not authentic"):
        files.read(foreign, PUBLIC)


def test_a_license_file_is_no_machine_file():
    renamed = LICENSE_FILE.replace("LICENSE FILE", "MACHINE FILE")

    with pytest.raises(ForgedFileError, match="not authentic"):
        files.read(renamed, PUBLIC, secret=KEY)


@pytest.mark.parametrize(
    ("file", "secret"),
    [
        (LICENSE_FILE, ""),
        (LICENSE_FILE, KEY.lower()),
        (MACHINE_FILE, KEY),
        (MACHINE_FILE, KEY + "another server"),
        (MACHINE_FILE, KEY + "\ud800"),
    ],
)
def test_another_secret_does_not_open_it(file, secret):
    assert files.parse(file).is_signed_by(PUBLIC)

    with pytest.raises(LockedFileError):
        files.read(file, PUBLIC, secret=secret)


GENUINE = envelope_of(PLAIN_FILE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        KEY,
        "-----BEGIN LICENSE FILE-----\n-----END LICENSE FILE-----\n",
        LICENSE_FILE.replace("END LICENSE", "END MACHINE"),
        LICENSE_FILE * 2,
        enveloped(),
        enveloped(**(GENUINE | {"alg": "none"})),
        enveloped(**(GENUINE | {"alg": files.ENCRYPTED})),
        enveloped(**(GENUINE | {"sig": None})),
        enveloped(**(GENUINE | {"sig": 5})),
        enveloped(**(GENUINE | {"enc": "\ud800"})),
        enveloped(**(GENUINE | {"enc": ["a"]})),
        "-----BEGIN LICENSE FILE-----\nW10=\n-----END LICENSE FILE-----",
        "-----BEGIN LICENSE FILE-----\nNw==\n-----END LICENSE FILE-----",
        "-----BEGIN LICENSE FILE-----\n/w==\n-----END LICENSE FILE-----",
        "-----BEGIN LICENSE FILE-----\n"
        + base64.b64encode(b"[" * 100_000).decode()
        + "\n-----END LICENSE FILE-----",
    ],
)
def test_what_is_no_file_is_refused(text):
    with pytest.raises(ForgedFileError):
        files.read(text, PUBLIC, secret=KEY)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"data": {}},
        {"data": 5, "meta": {"issued": "2024-01-01T00:00:00Z", "expiry": None}},
        {"data": {}, "meta": {"issued": "2024-01-01T00:00:00", "expiry": None}},
        {"data": {}, "meta": {"issued": "yesterday", "expiry": None}},
        {"data": {}, "meta": {"issued": 5, "expiry": None}},
    ],
)
def test_an_authentic_file_for_another_use_says_nothing(document):
    file = files.write(document, kind=Kind.LICENSE, private_key=PRIVATE_KEY)

    with pytest.raises(ForgedFileError, match="another use"):
        files.read(file, PUBLIC)


def test_a_file_goes_stale_at_its_own_end():
    """E8: the end of the file is not the end of the license."""
    read = files.read(LICENSE_FILE, PUBLIC, secret=KEY)
    end = read.expires_at

    assert not read.is_stale(end - timedelta(seconds=1))
    assert read.is_stale(end)


def test_a_file_without_an_end_is_never_stale():
    endless = LICENSE | {"meta": LICENSE["meta"] | {"expiry": None, "ttl": None}}
    file = files.write(endless, kind=Kind.LICENSE, private_key=PRIVATE_KEY)

    assert not files.read(file, PUBLIC).is_stale(datetime(2999, 1, 1, tzinfo=UTC))


def test_a_file_from_the_future_shows_a_wrong_clock():
    read = files.read(LICENSE_FILE, PUBLIC, secret=KEY)

    assert read.is_from_the_future(read.issued_at - timedelta(minutes=6))
    assert not read.is_from_the_future(read.issued_at - timedelta(minutes=4))
