"""What an app without a network asks for, however it was carried to the portal."""

import base64
import json

import pytest

from licenses import requests
from licenses.requests import ActivationRequest, UnreadableRequestError

WISH = ActivationRequest(key="9F0A21-7C3D54-V3", fingerprint="weird/fp with space.%é")


def encoded(facts):
    return base64.b64encode(json.dumps(facts).encode()).decode()


def test_what_an_app_writes_is_read_again():
    assert requests.read(WISH.encode()) == WISH


def test_its_members_are_those_that_published_apps_write():
    facts = json.loads(base64.b64decode(WISH.encode()))

    assert facts == {"key": WISH.key, "fingerprint": WISH.fingerprint}


def test_blanks_of_the_way_mean_nothing():
    text = WISH.encode()

    assert requests.read(f"\r\n {text[:20]}\n {text[20:]}\t") == WISH


def test_either_alphabet_with_or_without_padding_will_do():
    wish = ActivationRequest(key="ÿÿÿ>>>???", fingerprint="~~~")
    text = wish.encode()
    assert {"+", "/"} & set(text)

    for other in (text.replace("+", "-").replace("/", "_"), text.rstrip("=")):
        assert requests.read(other) == wish


def test_more_than_is_asked_for_is_left_alone():
    facts = {"key": "k", "fingerprint": "f", "platform": "linux"}

    assert requests.read(encoded(facts)) == ActivationRequest("k", "f")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Paste the request"),
        (" \n", "Paste the request"),
        ("A" * 40_000, "too long"),
        ("not base64!", "no activation request"),
        ("A", "no activation request"),
        ("kéy", "no activation request"),
        (base64.b64encode(b"\xff\xfe").decode(), "no activation request"),
        (base64.b64encode(b"[" * 20_000).decode(), "no activation request"),
        (encoded([1]), "no activation request"),
        (encoded("text"), "no activation request"),
        (encoded({}), "Missing in this request: license key"),
        (encoded({"key": 5, "fingerprint": "f"}), "Missing .*: license key"),
        (encoded({"key": "k"}), "Missing in this request: server ID"),
        (encoded({"key": "k", "fingerprint": " "}), "Missing .*: server ID"),
        (encoded({"key": "k", "fingerprint": "f" * 5_000}), "Unusable .*: server ID"),
        (encoded({"key": "k\x00", "fingerprint": "f"}), "Unusable .*: license key"),
        (encoded({"key": "k", "fingerprint": "\ud800"}), "Unusable .*: server ID"),
    ],
)
def test_what_is_no_request_is_refused_in_words(text, words):
    with pytest.raises(UnreadableRequestError, match=words):
        requests.read(text)
