"""Anything at all thrown at what reads keys, files, requests and sheets.

Only the documented errors come out, and nothing that was not signed is ever genuine.
"""

import base64
import json
from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from licenses import files, keys, requests
from licenses.files import ForgedFileError, Kind, LockedFileError
from licenses.importing import parsing, sheets
from licenses.keys import ForgedKeyError
from licenses.requests import ActivationRequest, UnreadableRequestError
from tests.licenses.vectors import (
    DATASET,
    HELLO,
    KEY,
    LICENSE_FILE,
    MACHINE_FILE,
    PUBLIC,
    SEED,
    SERVER,
)

# The first example may wait for imports.
anything = settings(deadline=None)

PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(SEED)
# Half of what a stranger sends looks like the real thing.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
ENVELOPES = st.fixed_dictionaries(
    {}, optional={"enc": st.text() | JSON, "sig": st.text() | JSON, "alg": st.text()}
)


@st.composite
def mutations(draw, text):
    """A genuine text, cut, doubled or overwritten somewhere."""
    begin = draw(st.integers(0, len(text)))
    end = draw(st.integers(begin, min(len(text), begin + 12)))
    return text[:begin] + draw(st.text(max_size=12)) + text[end:]


def wrapped(raw, name="LICENSE"):
    body = base64.b64encode(raw).decode()
    return f"-----BEGIN {name} FILE-----\n{body}\n-----END {name} FILE-----\n"


@anything
@given(
    st.text()
    | st.text().map("key/".__add__)
    | st.text().map("key/aGVsbG8=.".__add__)
    | st.binary().map(lambda raw: f"key/{base64.urlsafe_b64encode(raw).decode()}.")
    | mutations(HELLO)
)
def test_a_key_reader_takes_only_what_was_signed(text):
    try:
        dataset = keys.verify(text, PUBLIC)
    except ForgedKeyError:
        return
    assert dataset == b"hello"
    assert keys.compact(text) == HELLO


@anything
@given(JSON.map(json.dumps) | st.text() | mutations(DATASET))
def test_what_is_signed_and_no_key_of_ours_claims_nothing(dataset):
    signed = keys.sign(dataset.encode(errors="replace"), SEED)

    with suppress(ForgedKeyError):
        assert isinstance(keys.read(signed, PUBLIC), keys.Claims)


@anything
@given(
    st.text()
    | st.binary().map(wrapped)
    | ENVELOPES.map(lambda outer: wrapped(json.dumps(outer).encode()))
    | mutations(LICENSE_FILE)
    | mutations(MACHINE_FILE),
    st.sampled_from([KEY, KEY + SERVER, ""]) | st.text(),
)
def test_a_file_reader_takes_only_what_was_signed(text, secret):
    try:
        files.read(text, PUBLIC, secret=secret)
    except (ForgedFileError, LockedFileError):
        return
    assert text.split() in (LICENSE_FILE.split(), MACHINE_FILE.split())


@anything
@given(JSON, st.sampled_from(Kind), st.text(max_size=20))
def test_what_is_signed_and_no_file_of_ours_says_nothing(document, kind, secret):
    file = files.write(
        document, kind=kind, private_key=PRIVATE_KEY, secret=secret.encode().hex()
    )

    with suppress(ForgedFileError):
        files.read(file, PUBLIC, secret=secret.encode().hex())


@anything
@given(
    st.text()
    | st.binary().map(lambda raw: base64.b64encode(raw).decode())
    | JSON.map(lambda facts: base64.b64encode(json.dumps(facts).encode()).decode())
    | mutations(ActivationRequest(KEY, SERVER).encode())
)
def test_a_request_reader_finds_a_key_and_a_server_or_says_why(text):
    with suppress(UnreadableRequestError):
        wish = requests.read(text)
        assert wish.key.strip()
        assert wish.fingerprint.strip()


@anything
@given(
    st.text(st.characters(categories=("L", "N", "P")), min_size=1),
    st.text(st.characters(categories=("L", "N", "P")), min_size=1),
)
def test_every_wish_survives_the_way(key, fingerprint):
    wish = ActivationRequest(key, fingerprint)

    assert requests.read(wish.encode()) == wish


CELLS = st.text(max_size=20) | st.sampled_from(
    ["yes", "sometimes", "12/31/2026", "99", "a@b.example", '"', "\x00", "1e9"]
)
SHEETS = st.lists(st.lists(CELLS, min_size=3, max_size=5), max_size=4).map(
    lambda rows: "\n".join(
        ["Item name,serial number,seats,expiration date,Email", *map(",".join, rows)]
    ).encode(errors="replace")
)


@anything
@given(
    st.binary()
    | st.text(st.characters(exclude_categories=["Cs"])).map(str.encode)
    | SHEETS
)
def test_a_sheet_reader_gives_licenses_or_says_what_is_wrong(raw):
    sheet = sheets.read(raw)

    records = parsing.licenses_of(sheet)

    assert records or sheet.faults
    for problem in sheet.faults + [one for found in records for one in found.problems]:
        assert str(problem)
